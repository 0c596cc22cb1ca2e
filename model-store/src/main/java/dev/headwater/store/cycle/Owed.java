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
 */
record Owed(long incarnation, int reasons, long beganMs) {
  /** A row was learned on what a rollback has taken back, and readers may have taken it. */
  private static final int LATE = 1;

  /** A tuned row came behind a higher one, where compaction would keep it. */
  private static final int LOWER = 2;

  /** The bundle was retired before a row came: in its topic it has to be ended. */
  private static final int ENDS_COLD = 4;

  private static final int ENDS_TUNED = 8;
  private static final int ENDS_ROLLBACK = 16;

  private static final int BYTES = 2 * Long.BYTES + 1;

  static Owed late(EmbeddingRow row) {
    return of(row, LATE);
  }

  static Owed lower(EmbeddingRow row) {
    return of(row, LOWER);
  }

  static Owed retired(RowRecord.Kind kind, EmbeddingRow row) {
    return of(row, bit(kind));
  }

  /** An item is over, and a rollback may have brought a row of it back. */
  static Owed endOfRollback(long incarnation) {
    return new Owed(incarnation, ENDS_ROLLBACK, 0);
  }

  private static Owed of(EmbeddingRow row, int reasons) {
    return new Owed(row.getIncarnation(), reasons, DeletionTime.beganMs(row));
  }

  private static int bit(RowRecord.Kind kind) {
    return switch (kind) {
      case COLD -> ENDS_COLD;
      case TUNED -> ENDS_TUNED;
      case ROLLBACK -> ENDS_ROLLBACK;
    };
  }

  boolean isLate() {
    return (reasons & LATE) != 0;
  }

  boolean isLower() {
    return (reasons & LOWER) != 0;
  }

  boolean isNothing() {
    return reasons == 0;
  }

  Owed and(Owed other) {
    Owed newest = other.incarnation > incarnation ? other : this;
    return new Owed(newest.incarnation, reasons | other.reasons, newest.beganMs);
  }

  boolean isEndOfRollback() {
    return (reasons & ENDS_ROLLBACK) != 0;
  }

  /** A rollback has put another row in the place of the one that is to end. */
  Owed withoutEndOfRollback() {
    return new Owed(incarnation, reasons & ~ENDS_ROLLBACK, beganMs);
  }

  /** The same where the row was read: it is another where it is of a later incarnation. */
  Owed behindRollback(EmbeddingRow row) {
    boolean ofLateRow = row.getIncarnation() == incarnation && (isLate() || isLower());
    return row.getIncarnation() > incarnation || ofLateRow ? withoutEndOfRollback() : this;
  }

  /** Its owner, or the store that announces, has put what counts behind the lower row. */
  Owed withoutLower() {
    return new Owed(incarnation, reasons & ~LOWER, beganMs);
  }

  /** An end stands in the topic; one of an earlier incarnation ends less than is due. */
  Owed after(RowRecord end) {
    boolean enough =
        end.endedIncarnation() == IncarnationHeader.NONE || end.endedIncarnation() >= incarnation;
    return enough ? new Owed(incarnation, reasons & ~bit(end.kind()), beganMs) : this;
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
        ends.add(new RowRecord(kind, key, 0, -1, 0, 0, incarnation, retired, false, null));
      }
    }
    return ends;
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
        .array();
  }

  /** Older releases kept less: of a late row its incarnation alone, the oldest not even that. */
  static Owed of(byte[] bytes) {
    if (bytes.length < Long.BYTES) {
      return new Owed(IncarnationHeader.NONE, LATE, 0);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return new Owed(
        in.getLong(),
        in.hasRemaining() ? in.get() : LATE,
        in.remaining() >= Long.BYTES ? in.getLong() : 0);
  }
}
