package dev.headwater.serving.items;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Some bytes a code, outside of the heap: in a file that is mapped, so that the system keeps in
 * memory what is read and lets go of the rest, or, without a folder, in memory. On the heap stands
 * one number a code, of four bytes within the first 32 GB.
 *
 * <p>Records lie in slots, an eighth larger at most than they need: a stamp, the record's length,
 * the record. A slot that is free is used again by records of its size; until then it holds where
 * the next free one is, and zeros: nothing stays of an item that was deleted. So free slots, of
 * which lists that grow leave two or three an item, take nothing on the heap.
 *
 * <p>What {@link SavedRecords} wrote once is read where it lies, in a file that is never written
 * to: a record that changes goes into a slot of its own.
 *
 * <p>One writer; many readers, which take no lock. A slot is written, stamp and all and in any
 * order, before it is named, and named no more before it is cleared; while it is named nothing of
 * it changes. Who reads one asks whether it is still named once the stamp was read, for then it had
 * been written, and at the end whether it is named and bears that stamp, for it may have been
 * cleared, written and named again meanwhile.
 */
public final class PackedRecords implements AutoCloseable {
  /** Slots begin at multiples of this. */
  static final int UNIT = 16;

  private static final int FIRST_SLAB = 1 << 14;
  static final int LARGEST_SLAB = 1 << 26;

  /** An address is a slab's number, then the slot's place in it, in units. */
  private static final int PLACE_BITS = Integer.numberOfTrailingZeros(LARGEST_SLAB / UNIT);

  /** Of a slot that is free, or not written yet. */
  private static final int NO_STAMP = 0;

  static final int LENGTH = Integer.BYTES;
  static final int RECORD = LENGTH + Integer.BYTES;

  /** A slot that is free: no stamp, the next free one of its size or 0, zeros. */
  private static final int FREE = Integer.BYTES + Long.BYTES;

  private static final int NEXT = Integer.BYTES;

  private final Slabs slabs;
  private final LongPerCode addresses = new LongPerCode();

  /** The first free slot of each size; it names the next. */
  private final Map<Integer, Long> free = new HashMap<>();

  private int next;
  private int stamps;

  private PackedRecords(Slabs slabs) {
    this.slabs = slabs;
  }

  /** Begins without records, in memory. */
  public static PackedRecords inMemory() {
    return new PackedRecords(Slabs.inMemory());
  }

  /**
   * Begins without records, in a file of its own; in memory where there can be none in the folder.
   */
  public static PackedRecords below(Path folder) {
    return new PackedRecords(Slabs.below(folder));
  }

  /**
   * Makes something of a record where it lies.
   *
   * @param <R> what it makes
   */
  @FunctionalInterface
  public interface Reader<R> {
    /**
     * Reads; made again where the record changed meanwhile, so what is read may be anything.
     *
     * @param from where the record begins
     * @param length of the record
     */
    @Nullable R read(ByteBuffer bytes, int from, int length);
  }

  /** Returns a copy of a record, null when there is none. */
  public byte @Nullable [] get(int code) {
    return read(code, PackedRecords::copy);
  }

  private static byte[] copy(ByteBuffer bytes, int from, int length) {
    byte[] copy = new byte[length];
    bytes.get(from, copy);
    return copy;
  }

  /** Returns what a reader makes of a record, null when there is none or it makes nothing of it. */
  public <R> @Nullable R read(int code, Reader<R> reader) {
    while (true) {
      long address = addresses.get(code);
      if (address == 0) {
        return null;
      }
      ByteBuffer slab = slabs.get(slab(address));
      int from = offset(address);
      int stamp = slab.getInt(from);
      VarHandle.loadLoadFence();
      if (addresses.get(code) == address) {
        int length = slab.getInt(from + LENGTH);
        boolean whole = length >= 0 && length <= slab.capacity() - from - RECORD;
        @Nullable R read = reader.read(slab, from + RECORD, whole ? length : 0);
        VarHandle.loadLoadFence();
        if (addresses.get(code) == address && slab.getInt(from) == stamp) {
          return read;
        }
      }
      Thread.onSpinWait();
    }
  }

  /** Tells whether there is a record. */
  public boolean contains(int code) {
    return addresses.get(code) != 0;
  }

  /** Returns a code above all that have a record. */
  public int end() {
    return addresses.end();
  }

  /** Sets a record (writer only). */
  public void put(int code, byte[] record) {
    long address = written(record);
    long before = addresses.get(code);
    VarHandle.storeStoreFence();
    addresses.set(code, address);
    if (before != 0) {
      free(before);
    }
  }

  /** Returns the slot that a record was written to. */
  private long written(byte[] record) {
    int size = size(record.length);
    long address = slot(size);
    while (!write(address, record)) {
      free.clear();
      address = newSlot(size);
    }
    return address;
  }

  private boolean write(long address, byte[] record) {
    ByteBuffer slot = ByteBuffer.allocate(Math.max(FREE, RECORD + record.length));
    slot.putInt(nextStamp())
        .putInt(record.length)
        .put(record); // nothing stays of the next free one
    return slabs.write(slab(address), offset(address), slot.array());
  }

  private int nextStamp() {
    stamps += stamps == -1 ? 2 : 1;
    return stamps;
  }

  /** Adds bytes at the end of a record (writer only). */
  public void append(int code, byte[] more) {
    byte[] before = get(code);
    if (before == null) {
      put(code, more);
      return;
    }
    byte[] longer = Arrays.copyOf(before, before.length + more.length);
    System.arraycopy(more, 0, longer, before.length, more.length);
    put(code, longer);
  }

  /** Takes a record away (writer only). */
  public void remove(int code) {
    long before = addresses.get(code);
    if (before != 0) {
      addresses.set(code, 0);
      free(before);
    }
  }

  private void free(long address) {
    if (!slabs.isOpen(slab(address))) {
      return;
    }
    int length = slabs.get(slab(address)).getInt(offset(address) + LENGTH);
    ByteBuffer cleared = ByteBuffer.allocate(Math.max(FREE, RECORD + length));
    Long next = free.get(size(length));
    cleared.putInt(NO_STAMP).putLong(next == null ? 0 : next);
    VarHandle.storeStoreFence(); // nobody names it any more
    if (slabs.write(slab(address), offset(address), cleared.array())) {
      free.put(size(length), address);
    }
  }

  /** Returns the slabs that were written to since they last went to disk (any thread). */
  int[] unwritten() {
    return slabs.unwritten();
  }

  /** Brings what was written of a slab to disk, and waits for that (any thread). */
  void writeBack(int slab) {
    slabs.writeBack(slab);
  }

  /** Returns the size of the slot for a record: there are eight sizes for each power of two. */
  static int size(int length) {
    int bytes = length + RECORD;
    int step = Math.max(UNIT, Integer.highestOneBit(bytes) / 8);
    return (bytes + step - 1) / step * step;
  }

  private long slot(int size) {
    Long first = free.get(size);
    if (first == null) {
      return newSlot(size);
    }
    long after = slabs.get(slab(first)).getLong(offset(first) + NEXT);
    if (after == 0) {
      free.remove(size);
    } else {
      free.put(size, after);
    }
    return first;
  }

  private long newSlot(int size) {
    int last = slabs.count() - 1;
    boolean isOpen = last >= 0 && slabs.isOpen(last);
    if (!isOpen || next + size > slabs.get(last).capacity()) {
      long room = isOpen ? Math.min(LARGEST_SLAB, 2L * slabs.get(last).capacity()) : FIRST_SLAB;
      slabs.add((int) Math.max(room, size + UNIT));
      last++;
      next = UNIT; // so that no address is 0
    }
    long address = address(last, next);
    next += size;
    return address;
  }

  ByteBuffer[] slabs() {
    return slabs.all();
  }

  /**
   * Writes all records (writer only).
   *
   * @param into a file that is not there yet
   * @param state takes where each lies in it
   */
  public void save(Path into, StateOutput state) throws IOException {
    SavedRecords.save(this, into, state);
  }

  /**
   * Begins with records that were written; for one without any (writer only).
   *
   * @throws StateInput.DamagedException if the file is not as long as what was written
   */
  public void load(Path from, StateInput state) throws IOException {
    SavedRecords.load(this, from, state);
  }

  LongPerCode addresses() {
    return addresses;
  }

  /** Begins with records that were saved; for one without any. */
  void begin(ByteBuffer[] of) {
    slabs.begin(of);
  }

  static long address(int slab, int offset) {
    return ((long) slab << PLACE_BITS) | (offset / UNIT);
  }

  static int slab(long address) {
    return (int) (address >> PLACE_BITS);
  }

  static int offset(long address) {
    return (int) (address & ((1 << PLACE_BITS) - 1)) * UNIT;
  }

  /** Lets go of the file; what is mapped goes when nobody reads it any more. */
  @Override
  public void close() {
    slabs.close();
  }
}
