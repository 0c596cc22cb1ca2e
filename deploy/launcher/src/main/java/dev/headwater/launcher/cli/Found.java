package dev.headwater.launcher.cli;

import dev.headwater.launcher.demo.RunningDemo;
import dev.headwater.platform.cli.CommonOptions;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.platform.report.VerbException;
import java.net.URI;
import java.util.Optional;

/**
 * Where operators' verbs find what they ask: where the configuration says, and where nobody listens
 * there, in the demo that runs in this home. A verb that goes to the demo says so on standard
 * error, so that nobody takes its answer for another installation's.
 */
final class Found {
  private Found() {}

  /**
   * Returns an HTTP address to ask.
   *
   * @param configured where the configuration says
   * @param part of the demo
   * @param flag that names another
   * @throws VerbException where nobody listens at either
   */
  static URI at(URI configured, RunningDemo.Part part, String flag) {
    URI found = orElse(configured, part);
    if (found.equals(configured) && !RunningDemo.isListening(configured)) {
      throw new VerbException(nobody(part, configured.toString(), flag));
    }
    return found;
  }

  /** The same; the configured address where nobody listens at either. */
  static URI orElse(URI configured, RunningDemo.Part part) {
    Optional<URI> demo =
        RunningDemo.isListening(configured) ? Optional.empty() : RunningDemo.find(part);
    demo.ifPresent(found -> tell(part, configured.toString(), found));
    return demo.orElse(configured);
  }

  /**
   * Returns the configuration with the broker of the running demo, where neither flag nor file
   * names one and nobody listens at the default; otherwise as it is. A verb that was told of an
   * installation never ends up in a demo.
   */
  static HeadwaterConfig config(CommonOptions common) {
    HeadwaterConfig config = common.config();
    if (common.bootstrap != null || common.file != null) {
      return config;
    }
    String configured = config.kafka().bootstrap();
    if (RunningDemo.isListening(URI.create("kafka://" + configured))) {
      return config;
    }
    Optional<URI> demo = RunningDemo.find(RunningDemo.Part.KAFKA);
    if (demo.isEmpty()) {
      throw new VerbException(nobody(RunningDemo.Part.KAFKA, configured, "--bootstrap HOST:PORT"));
    }
    tell(RunningDemo.Part.KAFKA, configured, demo.get());
    return common.config(demo.get().getAuthority());
  }

  private static String nobody(RunningDemo.Part part, String at, String flag) {
    return "no %s answers at %s, and no demo runs here: name one by %s, or by --config FILE (not_found)"
        .formatted(name(part), at, flag);
  }

  private static void tell(RunningDemo.Part part, String at, URI demo) {
    System.err.printf(
        "headwater: no %s at %s; this is the running demo's, at %s%n",
        name(part), at, demo.getAuthority());
  }

  private static String name(RunningDemo.Part part) {
    return switch (part) {
      case KAFKA -> "Kafka broker";
      case SERVING -> "serving node";
      case STORE -> "store";
    };
  }
}
