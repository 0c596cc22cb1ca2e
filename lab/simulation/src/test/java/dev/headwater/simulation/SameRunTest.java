package dev.headwater.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A seed is the same run in every process: nothing of it goes through a collection whose order a
 * process draws when it starts, as that of {@code Set.of} and of objects without a hash of their
 * own.
 */
class SameRunTest {
  private static final long FIRST = 1;
  private static final int SEEDS = 8;

  @TempDir Path folder;

  @Test
  void aSeedWritesTheSameInAnotherProcess() throws Exception {
    assertThat(elsewhere()).isEqualTo(digests());
  }

  private static List<String> digests() throws Exception {
    List<String> digests = new ArrayList<>();
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      digests.add(seed + " " + SimulationTest.digest(seed));
    }
    return digests;
  }

  private List<String> elsewhere() throws IOException, InterruptedException {
    Path out = folder.resolve("digests");
    Path said = folder.resolve("said");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Elsewhere.class.getName(), out.toString()));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    assertThat(process.waitFor()).as(() -> read(said)).isZero();
    return Files.readAllLines(out);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** The other process. */
  static final class Elsewhere {
    private Elsewhere() {}

    /** Writes the digests to a file. */
    public static void main(String[] args) throws Exception {
      Files.write(Path.of(args[0]), digests(), UTF_8);
    }
  }
}
