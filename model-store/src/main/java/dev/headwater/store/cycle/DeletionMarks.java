package dev.headwater.store.cycle;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.WriteSet;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which items were deleted on request, so that a row which was under way when the request
 * came does not bring the item back. A row is dropped when it is of a life that the request ended:
 * the life is not newer than the last one known, or a cold row was caused before the request. A row
 * of a later life clears the mark. Marks are kept with the rows and forgotten after the longest
 * retention of a topic. Not thread-safe.
 */
final class DeletionMarks {
  /** Requests live as long in their topic: an older one cannot be overtaken any more. */
  static final Duration KEPT = Duration.ofDays(90);

  private final Map<Key, Mark> marks = new HashMap<>();

  private record Key(TableId table, String item) {}

  /** The last life known to the request, and when it was made. */
  private record Mark(long life, long requestedMs) {
    byte[] bytes() {
      return ByteBuffer.allocate(2 * Long.BYTES).putLong(life).putLong(requestedMs).array();
    }

    static Mark of(byte[] bytes) {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      return new Mark(in.getLong(), in.getLong());
    }
  }

  /** Reads the marks back and forgets the expired ones. */
  DeletionMarks(EmbeddingStore store, long nowMs) {
    WriteSet expired = new WriteSet();
    store.scanInputs(
        WriteSet.InputKind.DELETED,
        (table, item, bytes) -> {
          Mark mark = Mark.of(bytes);
          if (mark.requestedMs() < nowMs - KEPT.toMillis()) {
            expired.input(table, item, WriteSet.InputKind.DELETED, null);
          } else {
            marks.put(new Key(table, item), mark);
          }
        });
    if (!expired.isEmpty()) {
      store.write(expired);
    }
  }

  /** Marks an item; counts once {@code set} is written. */
  void mark(WriteSet set, TableId table, String item, long life, long requestedMs) {
    Mark mark = new Mark(life, requestedMs);
    marks.put(new Key(table, item), mark);
    set.input(table, item, WriteSet.InputKind.DELETED, mark.bytes());
  }

  /**
   * Tells whether a row must not come in.
   *
   * @param cold whether it is of the topic of cold rows
   * @param set takes what changes about the marks
   */
  boolean blocks(WriteSet set, TableId table, String item, EmbeddingRow row, boolean cold) {
    if (marks.isEmpty()) {
      return false;
    }
    Mark mark = marks.get(new Key(table, item));
    if (mark == null) {
      return false;
    }
    if (row.getIncarnation() <= mark.life()) {
      return true;
    }
    if (cold && isBefore(row, mark)) {
      mark(set, table, item, row.getIncarnation(), mark.requestedMs());
      return true;
    }
    if (cold) {
      marks.remove(new Key(table, item));
      set.input(table, item, WriteSet.InputKind.DELETED, null);
    }
    return false;
  }

  private static boolean isBefore(EmbeddingRow row, Mark mark) {
    return row.getCausedMs() > 0 && row.getCausedMs() <= mark.requestedMs();
  }

  int size() {
    return marks.size();
  }

  /** Returns the first life that a request does not end, or {@code Long.MAX_VALUE}. */
  static long firstKeptLife(@Nullable EmbeddingRow cold, long requestedMs) {
    if (cold == null || cold.getCausedMs() <= requestedMs) {
      return Long.MAX_VALUE;
    }
    return cold.getIncarnation();
  }
}
