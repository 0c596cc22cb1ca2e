package dev.headwater.store.cycle;

import dev.headwater.events.IncarnationHeader;
import java.nio.ByteBuffer;

/**
 * Why what stands of an item has to be said once more.
 *
 * @param incarnation the latest of the rows that came and do not count
 * @param late whether one of them was learned on what a rollback has taken back: readers may have
 *     taken it. Else each was only below the one before it in the topic, where compaction would
 *     keep it.
 */
record Owed(long incarnation, boolean late) {
  Owed and(Owed other) {
    return new Owed(Math.max(incarnation, other.incarnation), late || other.late);
  }

  /** A late row is kept as releases before kept it. */
  byte[] bytes() {
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + (late ? 0 : 1)).putLong(incarnation);
    return bytes.array();
  }

  /** An older release kept no incarnation. */
  static Owed of(byte[] bytes) {
    return bytes.length < Long.BYTES
        ? new Owed(IncarnationHeader.NONE, true)
        : new Owed(ByteBuffer.wrap(bytes).getLong(), bytes.length == Long.BYTES);
  }
}
