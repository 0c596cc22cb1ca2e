package dev.headwater.launcher.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A file system of a few MiB in memory, which can be made larger; needs root. */
final class SmallDisk implements AutoCloseable {
  private final Path directory;

  private SmallDisk(Path directory) {
    this.directory = directory;
  }

  /** Mounts one, or skips the test with a message where that is not allowed. */
  static SmallDisk mounted(Path directory, int mebibytes) throws IOException {
    Files.createDirectories(directory);
    String options = "size=" + mebibytes + "m";
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "-o", options, "tmpfs", directory.toString()) == 0,
        "this test mounts a small file system: it needs root on Linux");
    return new SmallDisk(directory);
  }

  Path directory() {
    return directory;
  }

  /** Makes room. */
  void growTo(int mebibytes) throws IOException {
    if (run("mount", "-o", "remount,size=" + mebibytes + "m", directory.toString()) != 0) {
      throw new IOException("cannot grow " + directory);
    }
  }

  /** Returns the exit code, -1 when there is no such command or it does not end. */
  private static int run(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(20, TimeUnit.SECONDS) ? process.exitValue() : -1;
    } catch (IOException e) {
      return -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }

  @Override
  public void close() throws IOException {
    // Lazily: a file that a test leaves open must not keep the mount.
    if (run("umount", "-l", directory.toString()) != 0) {
      throw new IOException("cannot unmount " + directory);
    }
  }
}
