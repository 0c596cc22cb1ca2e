package dev.headwater.jobs.finetune;

import dev.headwater.events.DeletionTime;
import java.nio.ByteBuffer;

/**
 * What is left of an item's row when its bundle is left, until the row under the next one begins:
 * how far into the clicks on the item was read, by which a row that is taken from the topics says
 * which of its clicks are still to come; and what was counted of it.
 *
 * @param incarnation of the item
 * @param beganMs when that began, Unix milliseconds; 0 where a release before did not say
 * @param count clicks that were learned, known or given up, under whatever bundle
 * @param countedNewest number of the newest event in the counts, below 0 where a release before did
 *     not say
 * @param counts as {@link Counting#encode} gives them, empty for none
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
record ClicksRead(long incarnation, long beganMs, long count, long countedNewest, byte[] counts) {
  /** The first byte, where a row has the number of its format; up to {@link StateFormat} 8. */
  private static final byte FORMER_MARK = 'c';

  /** Up to {@link StateFormat} 9: without the number. */
  private static final byte UNNUMBERED_MARK = 'C';

  private static final byte MARK = 'N';
  private static final int FORMER_BYTES = 1 + 2 * Long.BYTES;
  private static final int HEAD = 1 + 3 * Long.BYTES;
  private static final byte[] NO_COUNTS = new byte[0];

  ClicksRead(long incarnation, long beganMs, long count) {
    this(incarnation, beganMs, count, -1, NO_COUNTS);
  }

  /** Tells whether this stands in the state in place of a row. */
  static boolean isOne(byte[] bytes) {
    return bytes.length == FORMER_BYTES
        ? bytes[0] == FORMER_MARK
        : bytes.length >= HEAD && (bytes[0] == UNNUMBERED_MARK || bytes[0] == MARK);
  }

  byte[] encode() {
    if (!StateFormat.keepsCountsLeft()) {
      return ByteBuffer.allocate(FORMER_BYTES)
          .put(FORMER_MARK)
          .putLong(incarnation)
          .putLong(count)
          .array();
    }
    boolean numbered = StateFormat.keepsNumbers(StateFormat.WRITTEN);
    ByteBuffer to =
        ByteBuffer.allocate(HEAD + (numbered ? Long.BYTES : 0) + counts.length)
            .put(numbered ? MARK : UNNUMBERED_MARK)
            .putLong(incarnation)
            .putLong(beganMs)
            .putLong(count);
    if (numbered) {
      to.putLong(countedNewest);
    }
    return to.put(counts).array();
  }

  static ClicksRead decode(byte[] bytes) {
    ByteBuffer from = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
    if (bytes[0] == FORMER_MARK) {
      return new ClicksRead(from.getLong(), 0, from.getLong());
    }
    long incarnation = from.getLong();
    long beganMs = from.getLong();
    long count = from.getLong();
    long countedNewest = bytes[0] == MARK ? from.getLong() : -1;
    byte[] counts = new byte[from.remaining()];
    from.get(counts);
    return new ClicksRead(incarnation, beganMs, count, countedNewest, counts);
  }

  /** Returns what was counted, and nothing of what was read. */
  ClicksRead countsAlone() {
    return new ClicksRead(incarnation, beganMs, 0, countedNewest, counts);
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
        Math.max(countedNewest, other.countedNewest),
        counts.length > 0 ? counts : other.counts);
  }
}
