package dev.headwater.platform.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory of a process that is really there, native tensors included; told by Linux alone. */
public final class ResidentMemory {
  private static final Path PROCESSES = Path.of("/proc");

  private ResidentMemory() {}

  /** Returns kilobytes of this process, 0 where the system does not tell. */
  public static double kilobytes() {
    try {
      return kilobytes(ProcessHandle.current().pid());
    } catch (IOException e) {
      // The figure says so by being 0.
      return 0;
    }
  }

  /**
   * Returns kilobytes of a process.
   *
   * @throws IOException when the system does not tell, or there is none
   */
  public static long kilobytes(long pid) throws IOException {
    for (String line : Files.readAllLines(PROCESSES.resolve(pid + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("the system does not tell what process " + pid + " holds");
  }
}
