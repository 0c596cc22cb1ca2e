package dev.headwater.store.rocks;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the bytes of a write batch apart again. */
final class BatchReader {
  private BatchReader() {}

  /** A record; {@code value} is null for a deletion. */
  @SuppressWarnings("ArrayRecordComponent") // compared field by field
  record Entry(int family, byte[] key, byte @Nullable [] value) {}

  static List<Entry> read(byte[] batch) {
    ByteBuffer in = ByteBuffer.wrap(batch).order(ByteOrder.LITTLE_ENDIAN);
    in.getLong();
    int count = in.getInt();
    List<Entry> entries = new ArrayList<>();
    while (in.hasRemaining()) {
      byte tag = in.get();
      int family = varint(in);
      byte[] key = bytes(in);
      entries.add(
          switch (tag) {
            case BatchBuffer.VALUE -> new Entry(family, key, bytes(in));
            case BatchBuffer.DELETION -> new Entry(family, key, null);
            default -> throw new IllegalArgumentException("tag " + tag);
          });
    }
    if (entries.size() != count) {
      throw new IllegalArgumentException(
          "the count says %d, there are %d records".formatted(count, entries.size()));
    }
    return entries;
  }

  private static byte[] bytes(ByteBuffer in) {
    byte[] bytes = new byte[varint(in)];
    in.get(bytes);
    return bytes;
  }

  private static int varint(ByteBuffer in) {
    int value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = in.get();
      value |= (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }
}
