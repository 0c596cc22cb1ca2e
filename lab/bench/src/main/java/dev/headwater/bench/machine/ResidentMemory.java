package dev.headwater.bench.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory of this process that is really there, native tensors included. */
public final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private ResidentMemory() {}

  /** Returns kilobytes, 0 where the system does not tell. */
  public static double kilobytes() {
    try {
      if (Files.exists(STATUS)) {
        for (String line : Files.readAllLines(STATUS)) {
          if (line.startsWith("VmRSS:")) {
            return Double.parseDouble(line.replaceAll("\\D", ""));
          }
        }
      }
    } catch (IOException e) {
      // The system does not tell today; the figure says so by being 0.
      return 0;
    }
    return 0;
  }
}
