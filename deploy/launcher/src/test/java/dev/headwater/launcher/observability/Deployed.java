package dev.headwater.launcher.observability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where the files lie that are shipped beside the code. Tests run in the module's folder. */
public final class Deployed {
  private Deployed() {}

  /** Returns the checkout's root. */
  public static Path root() {
    return Path.of("..", "..").toAbsolutePath().normalize();
  }

  /** Returns a folder or file below {@code deploy}. */
  public static Path path(String name) {
    return root().resolve("deploy").resolve(name);
  }

  /** Returns a file of the documentation. */
  public static Path doc(String name) {
    return root().resolve("docs").resolve(name);
  }

  /** Returns the files of a folder with this ending, in order; not those of folders in it. */
  public static List<Path> files(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }
}
