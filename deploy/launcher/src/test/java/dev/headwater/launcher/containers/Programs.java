package dev.headwater.launcher.containers;

import dev.headwater.launcher.observability.Deployed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs programs of this machine to their end, in the checkout's root. */
final class Programs {
  /** Makes images, and an unpacked Flink, of what package registries serve. */
  static final Path BASES = Deployed.path("launcher/src/test/containers/bases");

  private Programs() {}

  /**
   * How a program ended.
   *
   * @param code its exit code
   * @param output what it printed, errors as well
   */
  record Ended(int code, String output) {}

  /** Runs a program that has nothing to read. */
  static Ended run(Map<String, String> environment, List<String> command) {
    return run(environment, command, "");
  }

  /** Runs a program that reads a text. */
  static Ended run(Map<String, String> environment, List<String> command, String input) {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(Deployed.root().toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      try (var in = process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      }
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Ended(process.waitFor(), output);
    } catch (IOException e) {
      return new Ended(-1, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Returns what a program printed that must end well. */
  static String output(Map<String, String> environment, List<String> command, String input) {
    Ended ended = run(environment, command, input);
    if (ended.code() != 0) {
      throw new AssertionError(
          String.join(" ", command) + " ended with " + ended.code() + ":\n" + ended.output());
    }
    return ended.output().strip();
  }
}
