package dev.headwater.ingest;

import dev.headwater.events.wire.AcceptedItem;
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
 * @param bornMs publish time of the record that began this life, 0 where an older release wrote it
 * @param erasedMs publish time of the last deletion request, 0 for none: nothing before counts
 */
record ItemLife(
    long incarnation, long revision, long textHash, boolean alive, long bornMs, long erasedMs) {
  private static final int BYTES_V1 = 3 * Long.BYTES + 1;
  private static final int BYTES = BYTES_V1 + 2 * Long.BYTES;

  /** Returns the life after a catalog record with this text. */
  static ItemLife after(@Nullable ItemLife before, long offset, long textHash, long publishedMs) {
    if (before == null) {
      return new ItemLife(offset, offset, textHash, true, publishedMs, 0);
    }
    long next = Math.max(offset, before.revision + 1);
    if (!before.alive) {
      return new ItemLife(next, next, textHash, true, publishedMs, before.erasedMs);
    }
    return before.textHash == textHash
        ? before
        : new ItemLife(before.incarnation, next, textHash, true, before.bornMs, before.erasedMs);
  }

  /**
   * Returns the life that a published item is in. A request to delete it that is later than this
   * record has not been done, or a tombstone would follow: it is not remembered as done.
   */
  static ItemLife published(AcceptedItem item, long erasedMs) {
    return new ItemLife(
        item.getIncarnation(),
        item.getRevision(),
        item.getTextHash(),
        true,
        item.getPublishedMs(),
        item.getPublishedMs() > erasedMs ? erasedMs : 0);
  }

  /** Returns what is left after a tombstone. */
  static ItemLife ended(@Nullable ItemLife before, long offset) {
    return before == null
        ? new ItemLife(offset, offset, 0, false, 0, 0)
        : new ItemLife(
            before.incarnation,
            Math.max(offset, before.revision + 1),
            0,
            false,
            before.bornMs,
            before.erasedMs);
  }

  /** Returns what is left after a deletion request; a life that began later goes on. */
  static ItemLife erased(@Nullable ItemLife before, long erasedMs) {
    if (before == null) {
      return new ItemLife(-1, -1, 0, false, 0, erasedMs);
    }
    long mark = Math.max(before.erasedMs, erasedMs);
    return before.alive && before.bornMs > erasedMs
        ? new ItemLife(
            before.incarnation, before.revision, before.textHash, true, before.bornMs, mark)
        : new ItemLife(before.incarnation, before.revision, 0, false, before.bornMs, mark);
  }

  byte[] toBytes() {
    return ByteBuffer.allocate(BYTES)
        .putLong(incarnation)
        .putLong(revision)
        .putLong(textHash)
        .put((byte) (alive ? 1 : 0))
        .putLong(bornMs)
        .putLong(erasedMs)
        .array();
  }

  static @Nullable ItemLife fromBytes(byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    boolean old = bytes.length == BYTES_V1;
    return new ItemLife(
        buffer.getLong(),
        buffer.getLong(),
        buffer.getLong(),
        buffer.get() != 0,
        old ? 0 : buffer.getLong(),
        old ? 0 : buffer.getLong());
  }
}
