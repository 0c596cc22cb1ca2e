package dev.headwater.jobs.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds checkpoints on disk. */
public final class Checkpoints {
  private static final String COMPLETE = "_metadata";

  private Checkpoints() {}

  /** Returns the newest complete checkpoint or savepoint under a directory, null for none. */
  public static @Nullable Path newest(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return null;
    }
    try (Stream<Path> files = Files.walk(directory, 3)) {
      return files
          .filter(file -> file.endsWith(COMPLETE))
          .max(Comparator.comparingLong(file -> file.toFile().lastModified()))
          .map(Path::getParent)
          .orElse(null);
    }
  }
}
