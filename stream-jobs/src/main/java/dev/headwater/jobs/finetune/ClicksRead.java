package dev.headwater.jobs.finetune;

import dev.headwater.events.DeletionTime;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What is left of an item's row when its bundle is left, until the row under the next one begins:
 * how far into the clicks on the item was read, by which a row that is taken from the topics says
 * which of its clicks are still to come; and what was counted of it.
 *
 * @param incarnation of the item
 * @param beganMs when that began, Unix milliseconds; 0 where a release before did not say
 * @param count clicks that were learned, known or given up, under whatever bundle
 * @param counts as {@link Counting#encode} gives them, empty for none
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
record ClicksRead(long incarnation, long beganMs, long count, byte[] counts) {
  /** The first byte, where a row has the number of its format; up to {@link StateFormat} 8. */
  private static final byte FORMER_MARK = 'c';

  private static final byte MARK = 'C';
  private static final int FORMER_BYTES = 1 + 2 * Long.BYTES;
  private static final int HEAD = 1 + 3 * Long.BYTES;
  private static final byte[] NO_COUNTS = new byte[0];

  ClicksRead(long incarnation, long beganMs, long count) {
    this(incarnation, beganMs, count, NO_COUNTS);
  }

  /** Tells whether this stands in the state in place of a row. */
  static boolean isOne(byte[] bytes) {
    return bytes.length == FORMER_BYTES
        ? bytes[0] == FORMER_MARK
        : bytes.length >= HEAD && bytes[0] == MARK;
  }

  byte[] encode() {
    if (!StateFormat.keepsCountsLeft()) {
      return ByteBuffer.allocate(FORMER_BYTES)
          .put(FORMER_MARK)
          .putLong(incarnation)
          .putLong(count)
          .array();
    }
    return ByteBuffer.allocate(HEAD + counts.length)
        .put(MARK)
        .putLong(incarnation)
        .putLong(beganMs)
        .putLong(count)
        .put(counts)
        .array();
  }

  static ClicksRead decode(byte[] bytes) {
    ByteBuffer from = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
    return bytes[0] == FORMER_MARK
        ? new ClicksRead(from.getLong(), 0, from.getLong())
        : new ClicksRead(
            from.getLong(),
            from.getLong(),
            from.getLong(),
            Arrays.copyOfRange(bytes, HEAD, bytes.length));
  }

  /** Tells whether a request to delete the item ends it. */
  boolean isEndedBy(long deletedMs) {
    return DeletionTime.ends(deletedMs, beganMs);
  }

  /** The two of an item's latest incarnation together, of which one knows clicks, one counts. */
  ClicksRead with(ClicksRead other) {
    if (incarnation != other.incarnation) {
      return incarnation > other.incarnation ? this : other;
    }
    return new ClicksRead(
        incarnation,
        Math.max(beganMs, other.beganMs),
        Math.max(count, other.count),
        counts.length > 0 ? counts : other.counts);
  }
}
