package dev.headwater.store.cycle;

import dev.headwater.events.IncarnationHeader;
import dev.headwater.events.Keys;
import dev.headwater.events.RowRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Why something has to be said of an item once more.
 *
 * @param incarnation the latest of the rows that came and do not count
 * @param reasons one or more of the constants, added up
 */
record Owed(long incarnation, int reasons) {
  /** A row was learned on what a rollback has taken back, and readers may have taken it. */
  private static final int LATE = 1;

  /** A tuned row came behind a higher one, where compaction would keep it. */
  private static final int LOWER = 2;

  /** The bundle was retired before a row came: in its topic it has to be ended. */
  private static final int ENDS_COLD = 4;

  private static final int ENDS_TUNED = 8;
  private static final int ENDS_ROLLBACK = 16;

  static Owed late(long incarnation) {
    return new Owed(incarnation, LATE);
  }

  static Owed lower(long incarnation) {
    return new Owed(incarnation, LOWER);
  }

  static Owed retired(RowRecord.Kind kind, long incarnation) {
    return new Owed(incarnation, bit(kind));
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
    return new Owed(Math.max(incarnation, other.incarnation), reasons | other.reasons);
  }

  /** Its owner, or the store that announces, has put what counts behind the lower row. */
  Owed withoutLower() {
    return new Owed(incarnation, reasons & ~LOWER);
  }

  /** An end stands in the topic; one of an earlier incarnation ends less than is due. */
  Owed after(RowRecord end) {
    boolean enough =
        end.endedIncarnation() == IncarnationHeader.NONE || end.endedIncarnation() >= incarnation;
    return enough ? new Owed(incarnation, reasons & ~bit(end.kind())) : this;
  }

  /** Returns what ends it, in each topic where that is due. */
  List<RowRecord> ends(Keys.RowKey key) {
    List<RowRecord> ends = new ArrayList<>();
    for (RowRecord.Kind kind : RowRecord.Kind.values()) {
      if ((reasons & bit(kind)) != 0) {
        ends.add(new RowRecord(kind, key, 0, -1, 0, 0, incarnation, null));
      }
    }
    return ends;
  }

  /** A late row alone is kept as releases before kept it. */
  byte[] bytes() {
    return reasons == LATE
        ? ByteBuffer.allocate(Long.BYTES).putLong(incarnation).array()
        : ByteBuffer.allocate(Long.BYTES + 1).putLong(incarnation).put((byte) reasons).array();
  }

  /** An older release kept no incarnation. */
  static Owed of(byte[] bytes) {
    if (bytes.length < Long.BYTES) {
      return late(IncarnationHeader.NONE);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return new Owed(in.getLong(), in.hasRemaining() ? in.get() : LATE);
  }
}
