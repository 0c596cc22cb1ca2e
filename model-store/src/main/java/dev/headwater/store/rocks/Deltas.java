package dev.headwater.store.rocks;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Lists of item names, in chunks, each name with its length before it. */
final class Deltas {
  /** Names a chunk holds at most: one step of retention. */
  static final int CHUNK_ITEMS = 1000;

  private Deltas() {}

  /** Packs items into chunks. */
  static List<byte[]> pack(List<byte[]> items) {
    List<byte[]> chunks = new ArrayList<>();
    for (int from = 0; from < items.size(); from += CHUNK_ITEMS) {
      chunks.add(chunk(items.subList(from, Math.min(items.size(), from + CHUNK_ITEMS))));
    }
    return chunks;
  }

  static byte[] chunk(List<byte[]> items) {
    ByteBuffer out =
        ByteBuffer.allocate(items.stream().mapToInt(item -> item.length + Short.BYTES).sum());
    items.forEach(item -> out.putShort((short) item.length).put(item));
    return out.array();
  }

  /** Unpacks a chunk. */
  static List<byte[]> unpack(byte[] chunk) {
    List<byte[]> items = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(chunk);
    while (in.hasRemaining()) {
      byte[] item = new byte[Short.toUnsignedInt(in.getShort())];
      in.get(item);
      items.add(item);
    }
    return items;
  }
}
