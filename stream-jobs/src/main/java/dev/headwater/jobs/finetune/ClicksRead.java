package dev.headwater.jobs.finetune;

import java.nio.ByteBuffer;

/**
 * How far into the clicks on an item was read. It outlives the item's row, which comes and goes
 * with bundles: by it a row that is taken from the topics says which of its clicks are still to
 * come.
 *
 * @param incarnation of the item
 * @param count clicks that were learned, known or given up, under whatever bundle
 */
record ClicksRead(long incarnation, long count) {
  /** The first byte, where a row has the number of its format. */
  private static final byte MARK = 'c';

  private static final int BYTES = 1 + 2 * Long.BYTES;

  /** Tells whether this stands in the state in place of a row. */
  static boolean isOne(byte[] bytes) {
    return bytes.length == BYTES && bytes[0] == MARK;
  }

  byte[] encode() {
    return ByteBuffer.allocate(BYTES).put(MARK).putLong(incarnation).putLong(count).array();
  }

  static ClicksRead decode(byte[] bytes) {
    ByteBuffer from = ByteBuffer.wrap(bytes, 1, 2 * Long.BYTES);
    return new ClicksRead(from.getLong(), from.getLong());
  }
}
