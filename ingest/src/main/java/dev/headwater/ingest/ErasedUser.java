package dev.headwater.ingest;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What ingest remembers of an erased user: that nothing from before counts, and where the sequence
 * numbers stood, so that a user who comes back goes on above every record that readers may hold.
 *
 * @param erasedMs publish time of the last deletion request
 * @param seq the last sequence number given
 */
record ErasedUser(long erasedMs, long seq) {
  byte[] toBytes() {
    return ByteBuffer.allocate(2 * Long.BYTES).putLong(erasedMs).putLong(seq).array();
  }

  static ErasedUser fromBytes(byte @Nullable [] bytes) {
    if (bytes == null) {
      return new ErasedUser(0, 0);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new ErasedUser(buffer.getLong(), buffer.getLong());
  }
}
