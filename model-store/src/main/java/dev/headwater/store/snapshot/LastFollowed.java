package dev.headwater.store.snapshot;

import dev.headwater.store.table.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a directory last followed the topics: the time of a file beside it, renewed every minute. A
 * directory that did not for longer than tombstones surely live may hold items that were deleted
 * meanwhile, of which the topics say nothing any more, so it is not gone on with; {@link Restore}
 * holds a snapshot to the same age. For one thread.
 */
public final class LastFollowed {
  private static final Duration EVERY = Duration.ofMinutes(1);

  private final Path file;
  private final Clock clock;
  private Instant noted = Instant.MIN;

  /** Of a store's directory. */
  public LastFollowed(Path directory, Clock clock) {
    this.file = file(directory);
    this.clock = clock;
  }

  /** Returns the file of a directory. */
  static Path file(Path directory) {
    return directory.resolveSibling(directory.getFileName() + ".followed");
  }

  /**
   * Checks the age; a directory that an older release left, or a new one, has none.
   *
   * @throws StoreException TOO_OLD
   */
  public void requireRecent() {
    if (!Files.exists(file)) {
      return;
    }
    try {
      Instant last = Files.getLastModifiedTime(file).toInstant();
      Duration away = Duration.between(last, clock.instant());
      if (away.compareTo(Restore.AGE_MAX) > 0) {
        throw new StoreException(
            StoreException.Code.TOO_OLD,
            ("the directory last followed the topics %d days ago: tombstones since may be gone, so"
                    + " it may hold deleted items; move it and %s away, the store is filled again"
                    + " from the topics or from a snapshot")
                .formatted(away.toDays(), file.getFileName()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns when that was, null where it is not known. */
  public @Nullable Instant last() {
    try {
      return Files.exists(file) ? Files.getLastModifiedTime(file).toInstant() : null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Notes that the topics are followed now. */
  public void note() {
    Instant now = clock.instant();
    if (noted.isAfter(now.minus(EVERY))) {
      return;
    }
    try {
      set(file, now);
      noted = now;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Notes when the rows of a directory that is not opened yet were followed. */
  static void note(Path directory, Instant then) throws IOException {
    set(file(directory), then);
  }

  private static void set(Path file, Instant time) throws IOException {
    if (!Files.exists(file)) {
      Files.createFile(file);
    }
    Files.setLastModifiedTime(file, FileTime.from(time));
  }
}
