package dev.headwater.store.rocks;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.table.RowHash;
import dev.headwater.store.table.RowMeta;
import dev.headwater.store.table.RowStamp;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The index of all tables in one file beside the database's, so that a node need not read every row
 * to start: written with a checkpoint and at a clean close, read and removed at the next start. It
 * names the database's sequence number; where that differs, or anything else is wrong with it, the
 * index is rebuilt from the rows, as it is after a crash.
 *
 * <pre>
 * magic u32 | format u32 | sequence u64 | tables u32
 * a table:  number u32 | slots u32
 * a slot:   version u32 | flags u8 | hash u64 | incarnation u64 | generation u64 | epoch u64 | step u64
 *           | length u16 | item UTF-8
 * CRC-32C of everything before it u32                                   (all little endian)
 * </pre>
 */
final class IndexFile {
  static final String NAME = "headwater.index";

  private static final Logger LOG = LoggerFactory.getLogger(IndexFile.class);
  private static final int MAGIC = 0x58495748;
  private static final int FORMAT = 1;
  private static final int BUFFER_BYTES = 1 << 20;
  private static final int SLOT_BYTES = 4 + 1 + 5 * 8 + 2;
  private static final int LIVE = 0x80;

  private IndexFile() {}

  /** Writes the file whole or not at all. */
  static void write(Path directory, long sequence, Tables tables) throws IOException {
    Path temporary = directory.resolve(NAME + ".tmp");
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      Writer out = new Writer(channel);
      out.room(20).putInt(MAGIC).putInt(FORMAT).putLong(sequence).putInt(tables.size());
      for (TableIndex table : tables.all()) {
        write(out, table.number, table.index());
      }
      out.finish();
    }
    Files.move(temporary, directory.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
  }

  private static void write(Writer out, int number, RowIndex index) throws IOException {
    int written = 0;
    for (int slot = 0; slot < index.size(); slot++) {
      written += index.version(slot) > 0 ? 1 : 0;
    }
    out.room(8).putInt(number).putInt(written);
    for (int slot = 0; slot < index.size(); slot++) {
      if (index.version(slot) == 0) {
        continue; // Deleted: not even the name stays.
      }
      byte[] item = index.item(slot);
      out.room(SLOT_BYTES + item.length)
          .putInt((int) index.version(slot))
          .put((byte) (index.live(slot) ? LIVE | index.origin(slot) : 0))
          .putLong(index.contentHash(slot))
          .putLong(index.incarnation(slot))
          .putLong(index.generation(slot))
          .putLong(index.epoch(slot))
          .putLong(index.step(slot))
          .putShort((short) item.length)
          .put(item);
    }
  }

  /** Gathers bytes, sums them up and writes them. */
  private static final class Writer {
    private final FileChannel channel;
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer buffer =
        ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    Writer(FileChannel channel) {
      this.channel = channel;
    }

    ByteBuffer room(int bytes) throws IOException {
      if (buffer.remaining() < bytes) {
        drain();
      }
      return buffer;
    }

    private void drain() throws IOException {
      buffer.flip();
      crc.update(buffer.duplicate());
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      buffer.clear();
    }

    void finish() throws IOException {
      drain();
      buffer.putInt((int) crc.getValue()).flip();
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  /**
   * Reads the file and removes it; it holds for one start only.
   *
   * @return whether it was there, whole, and of this very state of the database
   */
  static boolean take(Path directory, long sequence, Tables tables) {
    Path file = directory.resolve(NAME);
    if (!Files.exists(file)) {
      return false;
    }
    try {
      List<ByteBuffer> parts = map(file);
      String wrong = parts.isEmpty() ? "it is too short" : check(parts, sequence, tables);
      if (wrong == null) {
        fill(new Reader(parts), tables);
      } else {
        LOG.warn("{} is not used, the rows are read instead: {}", file, wrong);
      }
      Files.delete(file);
      return wrong == null;
    } catch (IOException e) {
      throw RocksFiles.failed("read " + file, e);
    }
  }

  /** Reads all but the sum at the end, in pieces that fit an array. */
  private static List<ByteBuffer> map(Path file) throws IOException {
    List<ByteBuffer> parts = new ArrayList<>();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      for (long at = 0; at < size && size > 24; at += 1 << 30) {
        long length = Math.min(1 << 30, size - at);
        parts.add(
            channel.map(FileChannel.MapMode.READ_ONLY, at, length).order(ByteOrder.LITTLE_ENDIAN));
      }
    }
    return parts;
  }

  private static @Nullable String check(List<ByteBuffer> parts, long sequence, Tables tables) {
    Reader head = new Reader(parts);
    if (head.u32() != MAGIC || head.u32() != FORMAT) {
      return "another format";
    }
    long written = head.u64();
    if (written != sequence) {
      return "written at sequence %d, the database is at %d".formatted(written, sequence);
    }
    if (head.u32() != tables.size()) {
      return "another number of tables";
    }
    CRC32C crc = new CRC32C();
    for (int i = 0; i < parts.size() - 1; i++) {
      crc.update(parts.get(i).duplicate());
    }
    ByteBuffer last = parts.get(parts.size() - 1).duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (last.limit() < 4) {
      return "its sum is cut in two";
    }
    int sum = last.getInt(last.limit() - 4);
    crc.update(last.limit(last.limit() - 4));
    return (int) crc.getValue() == sum ? null : "its bytes are not what was written";
  }

  private static void fill(Reader in, Tables tables) throws IOException {
    in.u32();
    in.u32();
    in.u64();
    int count = in.u32();
    for (int i = 0; i < count; i++) {
      int number = in.u32();
      TableIndex table = tables.find(number);
      int slots = in.u32();
      if (table == null) {
        throw new IOException("the index names table " + number + ", which is unknown");
      }
      table.index().reserve(slots);
      for (int j = 0; j < slots; j++) {
        readSlot(in, table);
      }
    }
  }

  private static void readSlot(Reader in, TableIndex table) {
    long version = Integer.toUnsignedLong(in.u32());
    int flags = in.u8();
    long hash = in.u64();
    long incarnation = in.u64();
    RowStamp stamp = new RowStamp(in.u64(), in.u64(), in.u64());
    byte[] item = in.bytes(in.u16());
    RowMeta meta =
        new RowMeta(EmbeddingRow.Origin.forNumber(flags & 7), incarnation, stamp, version, hash);
    table.found(item, RowHash.ofItem(item), (flags & LIVE) != 0, meta);
  }

  /** Reads across the seams of the pieces. */
  private static final class Reader {
    private final List<ByteBuffer> parts = new ArrayList<>();
    private int part;

    Reader(List<ByteBuffer> from) {
      from.forEach(each -> parts.add(each.duplicate().order(ByteOrder.LITTLE_ENDIAN)));
    }

    private ByteBuffer at(int bytes) {
      ByteBuffer present = parts.get(part);
      if (present.remaining() >= bytes) {
        return present;
      }
      byte[] joined = new byte[bytes];
      for (int i = 0; i < bytes; i++) {
        if (!parts.get(part).hasRemaining()) {
          part++;
        }
        joined[i] = parts.get(part).get();
      }
      return ByteBuffer.wrap(joined).order(ByteOrder.LITTLE_ENDIAN);
    }

    int u8() {
      return at(1).get() & 0xFF;
    }

    int u16() {
      return at(2).getShort() & 0xFFFF;
    }

    int u32() {
      return at(4).getInt();
    }

    long u64() {
      return at(8).getLong();
    }

    byte[] bytes(int length) {
      byte[] bytes = new byte[length];
      at(length).get(bytes);
      return bytes;
    }
  }
}
