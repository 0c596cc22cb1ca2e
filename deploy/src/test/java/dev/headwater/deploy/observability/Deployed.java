package dev.headwater.deploy.observability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where the files lie that are shipped beside the code. Tests run in the module's folder. */
public final class Deployed {
  private Deployed() {}

  /** Returns a folder or file of the module {@code deploy}. */
  public static Path path(String name) {
    return Path.of(name).toAbsolutePath();
  }

  /** Returns a file of the documentation. */
  public static Path doc(String name) {
    return Path.of("..", "docs", name).toAbsolutePath().normalize();
  }

  /** Returns the files of a folder with this ending, in order; not those of folders in it. */
  public static List<Path> files(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }
}
