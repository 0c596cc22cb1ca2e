package dev.headwater.ingest;

import dev.headwater.events.DeletionTime;
import dev.headwater.events.wire.AcceptedItem;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What ingest remembers of an item, deleted ones included: both numbers only ever grow, whatever
 * offsets the records have.
 *
 * @param incarnation began this incarnation
 * @param revision brought the present text; of a deleted item, the tombstone
 * @param textHash of the text that is encoded
 * @param alive false after a tombstone
 * @param bornMs publish time of the record that began this incarnation, 0 where an older release
 *     wrote it
 * @param deletedMs publish time of the last deletion request, 0 for none: nothing before counts
 */
record ItemIncarnation(
    long incarnation, long revision, long textHash, boolean alive, long bornMs, long deletedMs) {
  private static final int BYTES_V1 = 3 * Long.BYTES + 1;
  private static final int BYTES = BYTES_V1 + 2 * Long.BYTES;

  /** Returns the incarnation after a catalog record with this text. */
  static ItemIncarnation after(
      @Nullable ItemIncarnation before, long offset, long textHash, long publishedMs) {
    if (before == null) {
      return new ItemIncarnation(offset, offset, textHash, true, publishedMs, 0);
    }
    long next = Math.max(offset, before.revision + 1);
    if (!before.alive) {
      return new ItemIncarnation(next, next, textHash, true, publishedMs, before.deletedMs);
    }
    return before.textHash == textHash
        ? before
        : new ItemIncarnation(
            before.incarnation, next, textHash, true, before.bornMs, before.deletedMs);
  }

  /**
   * Returns the incarnation that a published item is in. A request to delete it that is later than
   * this record has not been done, or a tombstone would follow: it is not remembered as done.
   */
  static ItemIncarnation published(AcceptedItem item, long deletedMs) {
    return new ItemIncarnation(
        item.getIncarnation(),
        item.getRevision(),
        item.getTextHash(),
        true,
        DeletionTime.beganMs(item),
        DeletionTime.ends(deletedMs, DeletionTime.beganMs(item)) ? 0 : deletedMs);
  }

  /**
   * Returns what is left after a tombstone. Of an item without an incarnation its place is what is
   * over: a tombstone that names none would end, read again, whatever began since.
   */
  static ItemIncarnation ended(@Nullable ItemIncarnation before, long offset) {
    if (before == null) {
      return new ItemIncarnation(offset, offset, 0, false, 0, 0);
    }
    long next = Math.max(offset, before.revision + 1);
    return new ItemIncarnation(
        before.incarnation < 0 ? next : before.incarnation,
        next,
        0,
        false,
        before.bornMs,
        before.deletedMs);
  }

  /**
   * Returns what is left after a deletion request; an incarnation that began later goes on. Of an
   * item that nobody published the first, 0, counts as over: others end it in its place.
   */
  static ItemIncarnation deleted(@Nullable ItemIncarnation before, long deletedMs) {
    if (before == null) {
      return new ItemIncarnation(-1, 0, 0, false, 0, deletedMs);
    }
    long mark = Math.max(before.deletedMs, deletedMs);
    return before.alive && !DeletionTime.ends(deletedMs, before.bornMs)
        ? new ItemIncarnation(
            before.incarnation, before.revision, before.textHash, true, before.bornMs, mark)
        : new ItemIncarnation(before.incarnation, before.revision, 0, false, before.bornMs, mark);
  }

  /** Returns the last incarnation that is over, negative where none is known to be. */
  long over() {
    return alive ? incarnation - 1 : incarnation;
  }

  byte[] toBytes() {
    return ByteBuffer.allocate(BYTES)
        .putLong(incarnation)
        .putLong(revision)
        .putLong(textHash)
        .put((byte) (alive ? 1 : 0))
        .putLong(bornMs)
        .putLong(deletedMs)
        .array();
  }

  static @Nullable ItemIncarnation fromBytes(byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    boolean old = bytes.length == BYTES_V1;
    return new ItemIncarnation(
        buffer.getLong(),
        buffer.getLong(),
        buffer.getLong(),
        buffer.get() != 0,
        old ? 0 : buffer.getLong(),
        old ? 0 : buffer.getLong());
  }
}
