package dev.headwater.bench.jobs;

import java.io.File;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** How much was written into files below a directory, also into those that are gone again. */
final class WrittenFiles {
  private final Path directory;
  private final Map<String, Long> most = new HashMap<>();
  private long before;

  /** Counts from now on; whoever made it looks often, for a file may live for seconds only. */
  WrittenFiles(Path directory) {
    this.directory = directory;
    look();
    before = sum();
  }

  void look() {
    look(directory.toFile());
  }

  private void look(File file) {
    File[] entries = file.listFiles(); // null for a file, and for a folder that has just gone
    if (entries == null) {
      most.merge(file.getPath(), file.length(), Math::max);
      return;
    }
    for (File entry : entries) {
      look(entry);
    }
  }

  /** Returns how much since the last call. */
  long bytes() {
    long now = sum();
    long since = now - before;
    before = now;
    return since;
  }

  private long sum() {
    return most.values().stream().mapToLong(Long::longValue).sum();
  }
}
