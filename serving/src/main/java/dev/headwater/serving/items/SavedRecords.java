package dev.headwater.serving.items;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Copies the records of {@link PackedRecords} into a file that another process maps and reads where
 * they lie. Slots that are free are left out. The copy goes through the records in the order in
 * which they lie, so that a disk is read once from its beginning to its end. For the writer's
 * thread.
 */
final class SavedRecords {
  private static final int ROOM = 1 << 20;

  /** Any stamp but that of a free slot: these are never written again. */
  private static final int STAMP = 1;

  private final ByteBuffer out = ByteBuffer.allocateDirect(ROOM);
  private final FileChannel file;
  private int slab;
  private int next = PackedRecords.UNIT; // so that no address is 0

  private SavedRecords(FileChannel file) throws IOException {
    this.file = file;
    skip(PackedRecords.UNIT);
  }

  /**
   * Writes records.
   *
   * @param into a file that is not there yet
   * @param state takes where each lies in it
   */
  static void save(PackedRecords records, Path into, StateOutput state) throws IOException {
    try (FileChannel file =
        FileChannel.open(into, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      LongPerCode moved = new SavedRecords(file).copy(records);
      state.putLong(file.size());
      moved.save(state);
    }
  }

  /**
   * Begins with records that were written.
   *
   * @param records without any
   * @throws StateInput.DamagedException if the file is not what was written, as far as its length
   *     says
   */
  static void load(PackedRecords records, Path from, StateInput state) throws IOException {
    try (FileChannel file = FileChannel.open(from, StandardOpenOption.READ)) {
      long length = state.getLong();
      if (file.size() != length) {
        throw new StateInput.DamagedException(from + " has " + file.size() + " of " + length);
      }
      int count = (int) ((length + PackedRecords.LARGEST_SLAB - 1) / PackedRecords.LARGEST_SLAB);
      ByteBuffer[] slabs = new ByteBuffer[count];
      for (int s = 0; s < count; s++) {
        long at = (long) s * PackedRecords.LARGEST_SLAB;
        long bytes = Math.min(PackedRecords.LARGEST_SLAB, length - at);
        MappedByteBuffer mapped = file.map(FileChannel.MapMode.READ_ONLY, at, bytes);
        boolean unused = PageAdvice.random(mapped);
        slabs[s] = mapped;
      }
      records.begin(slabs);
      records.addresses().load(state);
    }
  }

  private LongPerCode copy(PackedRecords records) throws IOException {
    LongPerCode moved = new LongPerCode();
    ByteBuffer[] slabs = records.slabs();
    int[][] codes = bySlab(records.addresses(), slabs.length);
    for (int s = 0; s < slabs.length; s++) {
      long[] order = new long[codes[s].length];
      for (int i = 0; i < order.length; i++) {
        int code = codes[s][i];
        order[i] = ((long) PackedRecords.offset(records.addresses().get(code)) << 32) | code;
      }
      codes[s] = new int[0];
      Arrays.sort(order);
      boolean unused = PageAdvice.sequential(slabs[s]);
      for (long each : order) {
        moved.set((int) each, copy(slabs[s], (int) (each >>> 32)));
      }
    }
    flush();
    file.force(true);
    return moved;
  }

  private static int[][] bySlab(LongPerCode addresses, int slabs) {
    int[] counts = new int[slabs];
    for (int code = 0; code < addresses.end(); code++) {
      if (addresses.get(code) != 0) {
        counts[PackedRecords.slab(addresses.get(code))]++;
      }
    }
    int[][] codes = new int[slabs][];
    Arrays.setAll(codes, slab -> new int[counts[slab]]);
    for (int code = 0; code < addresses.end(); code++) {
      if (addresses.get(code) != 0) {
        int slab = PackedRecords.slab(addresses.get(code));
        codes[slab][--counts[slab]] = code;
      }
    }
    return codes;
  }

  /** Returns where it lies from now on. */
  private long copy(ByteBuffer from, int offset) throws IOException {
    int length = from.getInt(offset + PackedRecords.LENGTH);
    int size = PackedRecords.size(length);
    if (next + size > PackedRecords.LARGEST_SLAB) {
      if (size + PackedRecords.UNIT > PackedRecords.LARGEST_SLAB) {
        throw new IOException("a record of " + length + " bytes cannot be saved");
      }
      skip(PackedRecords.LARGEST_SLAB - next + PackedRecords.UNIT);
      slab++;
      next = PackedRecords.UNIT;
    }
    long address = PackedRecords.address(slab, next);
    room(PackedRecords.RECORD);
    out.putInt(STAMP).putInt(length);
    ByteBuffer record = from.slice(offset + PackedRecords.RECORD, length);
    while (record.hasRemaining()) {
      room(1);
      int part = Math.min(out.remaining(), record.remaining());
      out.put(record.slice(record.position(), part));
      record.position(record.position() + part);
    }
    skip(size - PackedRecords.RECORD - length);
    next += size;
    return address;
  }

  private void skip(int bytes) throws IOException {
    for (int left = bytes; left > 0; ) {
      room(1);
      int part = Math.min(left, out.remaining());
      for (int i = 0; i < part; i++) {
        out.put((byte) 0);
      }
      left -= part;
    }
  }

  private void room(int bytes) throws IOException {
    if (out.remaining() < bytes) {
      flush();
    }
  }

  private void flush() throws IOException {
    out.flip();
    while (out.hasRemaining()) {
      file.write(out);
    }
    out.clear();
  }
}
