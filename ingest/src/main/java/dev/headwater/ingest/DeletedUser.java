package dev.headwater.ingest;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What ingest remembers of a deleted user: that nothing from before counts, and where the sequence
 * numbers stood, so that a user who comes back goes on above every record that readers may hold.
 *
 * @param deletedMs publish time of the last deletion request
 * @param seq the last sequence number given
 */
record DeletedUser(long deletedMs, long seq) {
  byte[] toBytes() {
    return ByteBuffer.allocate(2 * Long.BYTES).putLong(deletedMs).putLong(seq).array();
  }

  static DeletedUser fromBytes(byte @Nullable [] bytes) {
    if (bytes == null) {
      return new DeletedUser(0, 0);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new DeletedUser(buffer.getLong(), buffer.getLong());
  }
}
