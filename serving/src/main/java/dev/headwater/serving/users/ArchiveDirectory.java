package dev.headwater.serving.users;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder of one node's own below a common one. What a node that died left there is deleted before
 * the folder is used again, so that nobody's history outlives its node by more than a start.
 */
final class ArchiveDirectory implements AutoCloseable {
  private static final int NODES_MAX = 64;

  private final Path path;
  private final FileChannel channel;

  private ArchiveDirectory(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Claims the first folder that no running node holds, and empties it.
   *
   * @throws IOException when the common folder cannot be written
   */
  static ArchiveDirectory claim(Path common) throws IOException {
    Files.createDirectories(common);
    for (int node = 0; node < NODES_MAX; node++) {
      FileChannel channel = locked(common.resolve("node-" + node + ".lock"));
      if (channel != null) {
        Path path = common.resolve("node-" + node);
        delete(path);
        return new ArchiveDirectory(Files.createDirectories(path), channel);
      }
    }
    throw new IOException(NODES_MAX + " nodes keep users below " + common + " already");
  }

  private static @Nullable FileChannel locked(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // Another node of this process holds it.
    }
    channel.close();
    return null;
  }

  Path path() {
    return path;
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> files = Files.walk(directory)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : all) {
      Files.delete(file);
    }
  }

  /** Deletes the folder and lets go of it. */
  @Override
  public void close() {
    try (channel) {
      delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
