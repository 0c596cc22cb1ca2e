package dev.headwater.launcher.cli;

import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.idp.tensor.Torch;
import dev.headwater.platform.cli.CommonOptions;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.platform.parts.CachedBundle;
import dev.headwater.platform.parts.Platform;
import dev.headwater.platform.report.WrongUseException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code standalone}: every part of one domain in one process, on a Kafka that is there. */
@Command(
    name = "standalone",
    description =
        "Run ingest, the store, both jobs and a serving node of one domain in this process, on your"
            + " Kafka: for tests, and to try it out. Creates topics. SIGTERM drains.",
    mixinStandardHelpOptions = true)
final class StandaloneCommand implements Callable<Integer> {
  @Mixin CommonOptions common = new CommonOptions();

  @Option(
      names = "--bundle",
      paramLabel = "DIR",
      description =
          "The domain's source bundle; without it one is pre-trained on generated domains, which"
              + " takes a minute or two.")
  @Nullable Path bundle;

  private @Nullable Platform platform;

  @Override
  public Integer call() throws Exception {
    HeadwaterConfig config = common.config();
    if (!config.jobs().isOfOneDomain()) {
      throw new WrongUseException(
          "standalone runs one domain; the configuration has another number");
    }
    Torch.preferThreads(1);
    TopicAdmin.requireBroker(config.kafka());
    return Service.run("standalone", config, this::close, () -> start(config), this::failure);
  }

  private void start(HeadwaterConfig config) throws Exception {
    String domain = config.domains().iterator().next();
    Platform all = Platform.startOn(config, domain, bundle());
    platform = all;
    Output.line(
        "domain %s: HTTP API on port %d, store on port %d"
            .formatted(domain, all.serving().port(), all.store().adminPort()));
  }

  private Path bundle() throws IOException {
    return bundle == null ? CachedBundle.generated().get(Output.stream()) : bundle;
  }

  /** Jobs are started again by themselves, and so is what the store does. */
  private @Nullable Throwable failure() {
    return platform == null ? null : platform.ingest().failure();
  }

  private void close() {
    if (platform != null) {
      platform.close();
    }
  }
}
