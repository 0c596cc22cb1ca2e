package dev.headwater.store.cycle;

import dev.headwater.events.DeletionTime;
import dev.headwater.events.IncarnationHeader;
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
 * dropped when its incarnation is not newer than the one that ended, or began before a request, as
 * cold rows say and those of today's trainers and stores. A row of a later incarnation clears the
 * mark of an end; of a request it says that the item has begun again: that it was asked for goes on
 * to hold under every bundle, also one whose first row comes later, and is kept beside the marks:
 * there may be no bundle yet. Marks are kept with the rows and forgotten after the longest
 * retention of the topic that could bring such a row. Not thread-safe.
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

  /** The newest of each under whatever bundle. */
  private final Map<DomainKey, Mark> anywhere = new HashMap<>();

  private int lookAt = LOOK_AT_LEAST;

  private record Key(TableId table, String item) {}

  /** Why an incarnation is over, with the byte that is kept. */
  private enum Why {
    /** A tombstone ended it. */
    ENDED(0),
    /** A deletion was asked for: what began before is over too. */
    REQUESTED(1),
    /** The same, but the item has begun again since. */
    BEGUN_AGAIN(2);

    private final int code;

    Why(int code) {
      this.code = code;
    }

    static Why of(int code) {
      return code == ENDED.code ? ENDED : code == BEGUN_AGAIN.code ? BEGUN_AGAIN : REQUESTED;
    }
  }

  /**
   * The last incarnation that is over.
   *
   * @param incarnation the incarnation
   * @param atMs when that was asked for or said
   * @param why it is over
   */
  private record Mark(long incarnation, long atMs, Why why) {
    private static final int BYTES = 2 * Long.BYTES + 1;

    byte[] bytes() {
      return ByteBuffer.allocate(BYTES)
          .putLong(incarnation)
          .putLong(atMs)
          .put((byte) why.code)
          .array();
    }

    /** An older release kept requests alone, without the last byte. */
    static Mark of(byte[] bytes) {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      return new Mark(
          in.getLong(), in.getLong(), in.hasRemaining() ? Why.of(in.get()) : Why.REQUESTED);
    }

    boolean isOfRequest() {
      return why != Why.ENDED;
    }

    /** The newest request says whether the item has begun again. */
    Mark and(Mark other) {
      boolean newer = other.atMs > atMs || (other.atMs == atMs && other.why == Why.BEGUN_AGAIN);
      Mark newest = newer ? other : this;
      return new Mark(Math.max(incarnation, other.incarnation), newest.atMs, newest.why);
    }

    Mark begunAgain() {
      return new Mark(incarnation, atMs, Why.BEGUN_AGAIN);
    }

    boolean isExpired(long nowMs) {
      return atMs < nowMs - (isOfRequest() ? KEPT : ENDED_KEPT).toMillis();
    }
  }

  /** Reads the marks back and forgets the expired ones. */
  DeletionMarks(EmbeddingStore store, long nowMs) {
    WriteSet expired = new WriteSet();
    store.scanInputs(
        WriteSet.InputKind.DELETED,
        (table, item, bytes) -> remember(new Key(table, item), Mark.of(bytes)));
    store.scanRequests((item, atMs) -> requests.merge(item, atMs, Math::max));
    forgetExpired(expired, nowMs);
    if (!expired.isEmpty()) {
      store.write(expired);
    }
  }

  private void remember(Key key, Mark mark) {
    marks.put(key, mark);
    if (mark.isOfRequest()) {
      DomainKey item = new DomainKey(key.table.domain(), key.item);
      requests.merge(item, mark.atMs(), Math::max);
      anywhere.merge(item, mark, Mark::and);
    }
  }

  private void forgetExpired(WriteSet set, long nowMs) {
    requests
        .entrySet()
        .removeIf(
            each -> {
              boolean expired = new Mark(0, each.getValue(), Why.REQUESTED).isExpired(nowMs);
              if (expired) {
                set.request(each.getKey(), null);
                anywhere.remove(each.getKey());
              }
              return expired;
            });
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
    lookAt = Math.max(LOOK_AT_LEAST, 2 * size());
  }

  /** Marks an item whose incarnation a tombstone ended; counts once {@code set} is written. */
  void end(WriteSet set, TableId table, String item, long incarnation, long atMs) {
    Mark known = marks.get(new Key(table, item));
    put(
        set,
        new Key(table, item),
        known == null
            ? new Mark(incarnation, atMs, Why.ENDED)
            : new Mark(
                Math.max(known.incarnation, incarnation),
                known.isOfRequest() ? known.atMs : Math.max(known.atMs, atMs),
                known.isOfRequest() ? Why.REQUESTED : Why.ENDED));
    if (size() > lookAt) {
      forgetExpired(set, atMs);
    }
  }

  /** Notes a request, whatever bundles there are; counts once {@code set} is written. */
  void request(WriteSet set, String domain, String item, long requestedMs) {
    DomainKey key = new DomainKey(domain, item);
    set.request(key, requests.merge(key, requestedMs, Math::max));
  }

  /** Marks an item; counts once {@code set} is written. */
  void mark(WriteSet set, TableId table, String item, long incarnation, long requestedMs) {
    Key key = new Key(table, item);
    put(set, key, requested(marks.get(key), incarnation, requestedMs));
  }

  /** Marks an item that began again after the request; counts once {@code set} is written. */
  void markBegunAgain(WriteSet set, TableId table, String item, long requestedMs) {
    Key key = new Key(table, item);
    put(set, key, requested(marks.get(key), IncarnationHeader.NONE, requestedMs).begunAgain());
  }

  /** Where it was asked for twice, the row is gone at the second time and its incarnation known. */
  private static Mark requested(@Nullable Mark known, long incarnation, long requestedMs) {
    return known == null
        ? new Mark(incarnation, requestedMs, Why.REQUESTED)
        : new Mark(
            Math.max(known.incarnation, incarnation),
            known.isOfRequest() ? Math.max(known.atMs, requestedMs) : requestedMs,
            Why.REQUESTED);
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
    Mark mark = orOfRequest(table, item);
    if (mark == null) {
      return false;
    }
    if (row.getIncarnation() <= mark.incarnation()) {
      return true;
    }
    Key key = new Key(table, item);
    Mark own = marks.get(key);
    if (isBefore(row, mark)) {
      Mark over = new Mark(row.getIncarnation(), mark.atMs(), Why.REQUESTED);
      put(set, key, own != null && own.why == Why.BEGUN_AGAIN ? over.begunAgain() : over);
      return true;
    }
    if (cold && own != null && own.why == Why.REQUESTED) {
      put(set, key, own.begunAgain());
    } else if (cold && own != null && own.why == Why.ENDED) {
      marks.remove(key);
      set.input(table, item, WriteSet.InputKind.DELETED, null);
    }
    return false;
  }

  /** A table that began after the request has no mark of it. */
  private @Nullable Mark orOfRequest(TableId table, String item) {
    Mark own = marks.get(new Key(table, item));
    Long requestedMs = requests.get(new DomainKey(table.domain(), item));
    return requestedMs == null || (own != null && own.isOfRequest())
        ? own
        : new Mark(
            own == null ? IncarnationHeader.NONE : own.incarnation(), requestedMs, Why.REQUESTED);
  }

  private static boolean isBefore(EmbeddingRow row, Mark mark) {
    long beganMs = DeletionTime.beganMs(row);
    return mark.isOfRequest() && beganMs > 0 && DeletionTime.ends(mark.atMs(), beganMs);
  }

  /**
   * Returns the row without the names of items whose deletion was asked for, under whatever bundle,
   * and that have not begun again.
   */
  EmbeddingRow withoutDeleted(TableId table, EmbeddingRow row) {
    return marks.isEmpty()
        ? row
        : NamedItems.without(
            row,
            name -> {
              Mark mark = anywhere.get(new DomainKey(table.domain(), name));
              return mark != null && mark.why == Why.REQUESTED;
            });
  }

  /** Shows the items of a table that ended and are remembered, with their last incarnation. */
  void each(TableId table, ObjLongConsumer<String> visitor) {
    marks.forEach(
        (key, mark) -> {
          if (key.table.equals(table) && mark.why != Why.BEGUN_AGAIN) {
            visitor.accept(key.item, mark.incarnation());
          }
        });
  }

  private int size() {
    return marks.size() + requests.size();
  }

  /** Returns the row's incarnation where a request does not end it, or {@code Long.MAX_VALUE}. */
  static long firstKeptIncarnation(@Nullable EmbeddingRow row, long requestedMs) {
    if (row == null || DeletionTime.ends(requestedMs, DeletionTime.beganMs(row))) {
      return Long.MAX_VALUE;
    }
    return row.getIncarnation();
  }
}
