package dev.headwater.launcher.manifests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A program that may be installed: tests that want it skip themselves, with a message, where not.
 */
final class Tool {
  private Tool() {}

  static boolean isInstalled(String name) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
        .anyMatch(path -> Files.isExecutable(Path.of(path, name)));
  }

  /** Returns what the program printed; fails when it ended with an error. */
  static String run(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    assumeTrue(isInstalled(command.get(0)), command.get(0) + " is not installed: not tried");
    Path errors = Files.createTempFile("tool", ".err");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
    Files.delete(errors);
    return output;
  }
}
