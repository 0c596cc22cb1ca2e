package dev.headwater.ingest;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What ingest remembers of an item, deleted ones included: both numbers only ever grow, whatever
 * offsets the records have.
 *
 * @param incarnation began this life
 * @param revision brought the present text; of a deleted item, the tombstone
 * @param textHash of the text that is encoded
 * @param alive false after a tombstone
 */
record ItemLife(long incarnation, long revision, long textHash, boolean alive) {
  private static final int BYTES = 3 * Long.BYTES + 1;

  /** Returns the life after a catalog record with this text. */
  static ItemLife after(@Nullable ItemLife before, long offset, long textHash) {
    if (before == null) {
      return new ItemLife(offset, offset, textHash, true);
    }
    long next = Math.max(offset, before.revision + 1);
    if (!before.alive) {
      return new ItemLife(next, next, textHash, true);
    }
    return before.textHash == textHash
        ? before
        : new ItemLife(before.incarnation, next, textHash, true);
  }

  /** Returns what is left after a tombstone. */
  static ItemLife ended(@Nullable ItemLife before, long offset) {
    return before == null
        ? new ItemLife(offset, offset, 0, false)
        : new ItemLife(before.incarnation, Math.max(offset, before.revision + 1), 0, false);
  }

  byte[] toBytes() {
    return ByteBuffer.allocate(BYTES)
        .putLong(incarnation)
        .putLong(revision)
        .putLong(textHash)
        .put((byte) (alive ? 1 : 0))
        .array();
  }

  static @Nullable ItemLife fromBytes(byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new ItemLife(buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.get() != 0);
  }
}
