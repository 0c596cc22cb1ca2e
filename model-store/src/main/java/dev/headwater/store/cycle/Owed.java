package dev.headwater.store.cycle;

import dev.headwater.events.DeletionTime;
import dev.headwater.events.IncarnationHeader;
import dev.headwater.events.Keys;
import dev.headwater.events.RowRecord;
import dev.headwater.events.wire.EmbeddingRow;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Why something has to be said of an item once more.
 *
 * @param incarnation the latest of the rows that came and do not count
 * @param reasons one or more of the constants, added up
 * @param beganMs when that incarnation began, Unix milliseconds; 0 when the row did not say
 * @param over the last incarnation of the item that is over, where what a rollback brought back of
 *     it is to end; -1 where nothing of the kind is
 */
record Owed(long incarnation, int reasons, long beganMs, long over) {
  /** Nothing. */
  static final Owed NOTHING = new Owed(IncarnationHeader.NONE, 0, 0, IncarnationHeader.NONE);

  /** A row was learned on what a rollback has taken back, and readers may have taken it. */
  private static final int LATE = 1;

  /** A tuned row came behind a higher one, where compaction would keep it. */
  private static final int LOWER = 2;

  /** The bundle was retired before a row came: in its topic it has to be ended. */
  private static final int ENDS_COLD = 4;

  private static final int ENDS_TUNED = 8;
  private static final int ENDS_ROLLBACK = 16;

  private static final int BYTES = 3 * Long.BYTES + 1;

  static Owed late(EmbeddingRow row) {
    return of(row, LATE);
  }

  static Owed lower(EmbeddingRow row) {
    return of(row, LOWER);
  }

  static Owed retired(RowRecord.Kind kind, EmbeddingRow row) {
    return of(row, bit(kind));
  }

  /** An item is over up to an incarnation, and a rollback may have brought a row of it back. */
  static Owed endOfRollback(long over) {
    return NOTHING.withOver(over);
  }

  private static Owed of(EmbeddingRow row, int reasons) {
    return new Owed(
        row.getIncarnation(), reasons, DeletionTime.beganMs(row), IncarnationHeader.NONE);
  }

  private static int bit(RowRecord.Kind kind) {
    return switch (kind) {
      case COLD -> ENDS_COLD;
      case TUNED -> ENDS_TUNED;
      case ROLLBACK -> ENDS_ROLLBACK;
    };
  }

  private Owed withReasons(int left) {
    return new Owed(incarnation, left, beganMs, over);
  }

  private Owed withOver(long last) {
    return new Owed(incarnation, reasons, beganMs, last);
  }

  boolean isLate() {
    return (reasons & LATE) != 0;
  }

  boolean isLower() {
    return (reasons & LOWER) != 0;
  }

  boolean isEndOfRollback() {
    return over != IncarnationHeader.NONE;
  }

  boolean isNothing() {
    return reasons == 0 && !isEndOfRollback();
  }

  Owed and(Owed other) {
    Owed newest = other.incarnation > incarnation ? other : this;
    return new Owed(
        newest.incarnation, reasons | other.reasons, newest.beganMs, Math.max(over, other.over));
  }

  /** Its owner, or the store that announces, has put what counts behind the lower row. */
  Owed withoutLower() {
    return withReasons(reasons & ~LOWER);
  }

  /** A rollback has put another row in the place of the one that is to end. */
  Owed withoutEndOfRollback() {
    return withOver(IncarnationHeader.NONE);
  }

  /** The same where the row was read: it is another where it is of a later incarnation. */
  Owed behindRollback(EmbeddingRow row) {
    return row.getIncarnation() > over ? withoutEndOfRollback() : this;
  }

  /** An end stands in the topic; one of an earlier incarnation ends less than is due. */
  Owed after(RowRecord end) {
    Owed due = covers(end, incarnation) ? withReasons(reasons & ~bit(end.kind())) : this;
    boolean ofRollback = end.kind() == RowRecord.Kind.ROLLBACK && covers(end, over);
    return ofRollback ? due.withoutEndOfRollback() : due;
  }

  private static boolean covers(RowRecord end, long last) {
    return end.endedIncarnation() == IncarnationHeader.NONE || end.endedIncarnation() >= last;
  }

  /**
   * Returns what ends it, in each topic where that is due.
   *
   * @param retired whether its bundle is gone, and not the item alone
   */
  List<RowRecord> ends(Keys.RowKey key, boolean retired) {
    List<RowRecord> ends = new ArrayList<>();
    for (RowRecord.Kind kind : RowRecord.Kind.values()) {
      if ((reasons & bit(kind)) != 0) {
        ends.add(end(kind, key, incarnation, retired));
      } else if (kind == RowRecord.Kind.ROLLBACK && isEndOfRollback()) {
        ends.add(end(kind, key, over, retired));
      }
    }
    return ends;
  }

  private static RowRecord end(RowRecord.Kind kind, Keys.RowKey key, long last, boolean retired) {
    return new RowRecord(kind, key, 0, -1, 0, 0, last, retired, false, null);
  }

  /** Tells whether it is of an incarnation that began after a request for the item's deletion. */
  boolean isAfter(long requestedMs) {
    return beganMs > 0 && !DeletionTime.ends(requestedMs, beganMs);
  }

  byte[] bytes() {
    return ByteBuffer.allocate(BYTES)
        .putLong(incarnation)
        .put((byte) reasons)
        .putLong(beganMs)
        .putLong(over)
        .array();
  }

  /** Older releases kept less: of a late row its incarnation alone, the oldest not even that. */
  static Owed of(byte[] bytes) {
    if (bytes.length < Long.BYTES) {
      return NOTHING.withReasons(LATE);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return new Owed(
        in.getLong(),
        in.hasRemaining() ? in.get() : LATE,
        in.remaining() >= Long.BYTES ? in.getLong() : 0,
        in.remaining() >= Long.BYTES ? in.getLong() : IncarnationHeader.NONE);
  }
}
