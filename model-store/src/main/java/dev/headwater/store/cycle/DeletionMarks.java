package dev.headwater.store.cycle;

import dev.headwater.events.DeletionTime;
import dev.headwater.events.Keys.DomainKey;
import dev.headwater.events.NamedItems;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.WriteSet;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which items ended, by request or by the tombstone of an incarnation, so that a row
 * which was under way, or which a paused writer sends late, does not bring the item back. A row is
 * dropped when its incarnation is not newer than the one that ended, or when a cold row's began
 * before a request. A row of a later incarnation clears the mark. Marks are kept with the rows and
 * forgotten after the longest retention of the topic that could bring such a row. Not thread-safe.
 */
final class DeletionMarks {
  /** Requests live as long in their topic: an older one cannot be overtaken any more. */
  static final Duration KEPT = Duration.ofDays(90);

  /** As long as tombstones stay in the compacted topics. */
  static final Duration ENDED_KEPT = Duration.ofDays(8);

  private static final int LOOK_AT_LEAST = 1024;

  private final Map<Key, Mark> marks = new HashMap<>();

  /** When the deletion of an item was asked for last: it is over under every bundle. */
  private final Map<DomainKey, Long> requests = new HashMap<>();

  private int lookAt = LOOK_AT_LEAST;

  private record Key(TableId table, String item) {}

  /**
   * The last incarnation that is over.
   *
   * @param incarnation the incarnation
   * @param atMs when that was asked for or said
   * @param requested whether a deletion was asked for: then what began before is over too
   */
  private record Mark(long incarnation, long atMs, boolean requested) {
    private static final int BYTES = 2 * Long.BYTES + 1;

    byte[] bytes() {
      return ByteBuffer.allocate(BYTES)
          .putLong(incarnation)
          .putLong(atMs)
          .put((byte) (requested ? 1 : 0))
          .array();
    }

    /** An older release kept requests alone, without the last byte. */
    static Mark of(byte[] bytes) {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      return new Mark(in.getLong(), in.getLong(), !in.hasRemaining() || in.get() != 0);
    }

    boolean isExpired(long nowMs) {
      return atMs < nowMs - (requested ? KEPT : ENDED_KEPT).toMillis();
    }
  }

  /** Reads the marks back and forgets the expired ones. */
  DeletionMarks(EmbeddingStore store, long nowMs) {
    WriteSet expired = new WriteSet();
    store.scanInputs(
        WriteSet.InputKind.DELETED,
        (table, item, bytes) -> remember(new Key(table, item), Mark.of(bytes)));
    forgetExpired(expired, nowMs);
    if (!expired.isEmpty()) {
      store.write(expired);
    }
  }

  private void remember(Key key, Mark mark) {
    marks.put(key, mark);
    if (mark.requested()) {
      requests.merge(new DomainKey(key.table.domain(), key.item), mark.atMs(), Math::max);
    }
  }

  private void forgetExpired(WriteSet set, long nowMs) {
    requests.values().removeIf(atMs -> new Mark(0, atMs, true).isExpired(nowMs));
    marks
        .entrySet()
        .removeIf(
            each -> {
              boolean expired = each.getValue().isExpired(nowMs);
              if (expired) {
                Key key = each.getKey();
                set.input(key.table, key.item, WriteSet.InputKind.DELETED, null);
              }
              return expired;
            });
    lookAt = Math.max(LOOK_AT_LEAST, 2 * marks.size());
  }

  /** Marks an item whose incarnation a tombstone ended; counts once {@code set} is written. */
  void end(WriteSet set, TableId table, String item, long incarnation, long atMs) {
    Mark known = marks.get(new Key(table, item));
    put(
        set,
        new Key(table, item),
        known == null
            ? new Mark(incarnation, atMs, false)
            : new Mark(
                Math.max(known.incarnation, incarnation),
                known.requested ? known.atMs : Math.max(known.atMs, atMs),
                known.requested));
    if (marks.size() > lookAt) {
      forgetExpired(set, atMs);
    }
  }

  /** Marks an item; counts once {@code set} is written. */
  void mark(WriteSet set, TableId table, String item, long incarnation, long requestedMs) {
    put(set, new Key(table, item), new Mark(incarnation, requestedMs, true));
  }

  private void put(WriteSet set, Key key, Mark mark) {
    remember(key, mark);
    set.input(key.table, key.item, WriteSet.InputKind.DELETED, mark.bytes());
  }

  /**
   * Tells whether a row must not come in.
   *
   * @param cold whether it is of the topic of cold rows
   * @param set takes what changes about the marks
   */
  boolean blocks(WriteSet set, TableId table, String item, EmbeddingRow row, boolean cold) {
    if (requests.isEmpty() && marks.isEmpty()) {
      return false;
    }
    Mark mark = cold ? orOfRequest(table, item) : marks.get(new Key(table, item));
    if (mark == null) {
      return false;
    }
    if (row.getIncarnation() <= mark.incarnation()) {
      return true;
    }
    if (cold && isBefore(row, mark)) {
      mark(set, table, item, row.getIncarnation(), mark.atMs());
      return true;
    }
    if (cold) {
      marks.remove(new Key(table, item));
      set.input(table, item, WriteSet.InputKind.DELETED, null);
    }
    return false;
  }

  /** A table that began after the request has no mark of it. */
  private @Nullable Mark orOfRequest(TableId table, String item) {
    Mark own = marks.get(new Key(table, item));
    Long requestedMs = requests.get(new DomainKey(table.domain(), item));
    return requestedMs == null || (own != null && own.requested())
        ? own
        : new Mark(own == null ? -1 : own.incarnation(), requestedMs, true);
  }

  private static boolean isBefore(EmbeddingRow row, Mark mark) {
    long beganMs = DeletionTime.beganMs(row);
    return mark.requested() && beganMs > 0 && DeletionTime.ends(mark.atMs(), beganMs);
  }

  /** Returns the row without the names of items whose deletion was asked for. */
  EmbeddingRow withoutDeleted(TableId table, EmbeddingRow row) {
    return marks.isEmpty()
        ? row
        : NamedItems.without(
            row,
            name -> {
              Mark mark = marks.get(new Key(table, name));
              return mark != null && mark.requested();
            });
  }

  /** Shows the items of a table that ended and are remembered, with their last incarnation. */
  void each(TableId table, ObjLongConsumer<String> visitor) {
    marks.forEach(
        (key, mark) -> {
          if (key.table.equals(table)) {
            visitor.accept(key.item, mark.incarnation());
          }
        });
  }

  int size() {
    return marks.size();
  }

  /** Returns the row's incarnation where a request does not end it, or {@code Long.MAX_VALUE}. */
  static long firstKeptIncarnation(@Nullable EmbeddingRow row, long requestedMs) {
    if (row == null || DeletionTime.ends(requestedMs, DeletionTime.beganMs(row))) {
      return Long.MAX_VALUE;
    }
    return row.getIncarnation();
  }
}
