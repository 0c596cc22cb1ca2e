package dev.headwater.serving.items;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Some bytes a code, outside of the heap: in a file that is mapped, so that the system keeps in
 * memory what is read and lets go of the rest, or, without a folder, in memory. On the heap stands
 * one number a code, of four bytes within the first 32 GB. The file has no name: nothing is left of
 * it when the process is gone.
 *
 * <p>Records lie in slots, an eighth larger at most than they need: a stamp, the record's length,
 * the record. A slot that is free is used again by records of its size; until then it holds where
 * the next free one is, and zeros: nothing stays of an item that was deleted. So free slots, of
 * which lists that grow leave two or three an item, take nothing on the heap.
 *
 * <p>What {@link SavedRecords} wrote once is read where it lies, in a file that is never written
 * to: a record that changes goes into a slot of its own.
 *
 * <p>One writer; many readers, which take no lock: a slot is written before it is stamped, stamped
 * before it is named, and its stamp goes before it is written again; who has read one looks whether
 * it is still named and bears the stamp that it bore before.
 */
public final class PackedRecords implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PackedRecords.class);

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

  /** Where a free slot names the next one of its size, 0 for none. */
  private static final int NEXT = LENGTH;

  private static final byte[] ZEROS = new byte[1 << 16];

  private final @Nullable FileChannel file;
  private final LongPerCode addresses = new LongPerCode();

  /** The first free slot of each size; it names the next. */
  private final Map<Integer, Long> free = new HashMap<>();

  /** Slabs of the file that were written to since they went to disk; guarded by itself. */
  private final BitSet unwritten = new BitSet();

  private volatile ByteBuffer[] slabs = new ByteBuffer[0];

  /** So many of them are of a file that was saved. */
  private int saved;

  private int next;
  private long fileBytes;
  private int stamps;
  private boolean full;

  private PackedRecords(@Nullable FileChannel file) {
    this.file = file;
  }

  /** Begins without records, in memory. */
  public static PackedRecords inMemory() {
    return new PackedRecords(null);
  }

  /**
   * Begins without records, in a file of its own; in memory where there can be none in the folder.
   */
  public static PackedRecords below(Path folder) {
    try {
      Files.createDirectories(folder);
      Path path = Files.createTempFile(folder, "records", ".tmp");
      FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
      Files.delete(path); // what is open and mapped stays
      return new PackedRecords(file);
    } catch (IOException e) {
      LOG.warn("records cannot be kept below {} and stay in memory: {}", folder, e.toString());
      return inMemory();
    }
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
      ByteBuffer slab = slabs[slab(address)];
      int from = offset(address);
      int stamp = slab.getInt(from);
      VarHandle.loadLoadFence(); // what was written before the stamp is there
      if (stamp != NO_STAMP) {
        int length = slab.getInt(from + LENGTH);
        VarHandle.loadLoadFence(); // what was appended is there before the length says so
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
    long address = slot(size(record.length));
    ByteBuffer slab = slabs[slab(address)];
    int from = offset(address);
    slab.putInt(from + LENGTH, record.length);
    slab.put(from + RECORD, record);
    VarHandle.storeStoreFence();
    slab.putInt(from, nextStamp());
    touched(address);
    long before = addresses.get(code);
    addresses.set(code, address);
    if (before != 0) {
      free(before);
    }
  }

  private int nextStamp() {
    stamps += stamps == -1 ? 2 : 1;
    return stamps;
  }

  /** Adds bytes at the end of a record, where it lies as long as there is room (writer only). */
  public void append(int code, byte[] more) {
    long address = addresses.get(code);
    if (address == 0) {
      put(code, more);
      return;
    }
    ByteBuffer slab = slabs[slab(address)];
    int from = offset(address);
    int length = slab.getInt(from + LENGTH);
    if (size(length + more.length) == size(length) && slab(address) >= saved) {
      slab.put(from + RECORD + length, more);
      VarHandle.storeStoreFence();
      slab.putInt(from + LENGTH, length + more.length);
      touched(address);
      return;
    }
    byte[] longer = new byte[length + more.length];
    slab.get(from + RECORD, longer, 0, length);
    System.arraycopy(more, 0, longer, length, more.length);
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
    if (slab(address) < saved) {
      return;
    }
    ByteBuffer slab = slabs[slab(address)];
    int from = offset(address);
    int size = size(slab.getInt(from + LENGTH));
    VarHandle.storeStoreFence(); // nobody names the slot before its stamp goes
    slab.putInt(from, NO_STAMP);
    VarHandle.storeStoreFence(); // the stamp goes before anything is written
    Long next = free.put(size, address);
    slab.putLong(from + NEXT, next == null ? 0 : next);
    int record = from + NEXT + Long.BYTES;
    int end = from + size;
    for (int at = record; at < end; at += ZEROS.length) {
      slab.put(at, ZEROS, 0, Math.min(ZEROS.length, end - at));
    }
    touched(address);
  }

  private void touched(long address) {
    if (file != null) {
      synchronized (unwritten) {
        unwritten.set(slab(address));
      }
    }
  }

  /** Returns the slabs that were written to since they last went to disk (any thread). */
  int[] unwritten() {
    synchronized (unwritten) {
      return unwritten.stream().toArray();
    }
  }

  /** Brings what was written of a slab to disk, and waits for that (any thread). */
  void writeBack(int slab) {
    synchronized (unwritten) {
      unwritten.clear(slab);
    }
    if (slabs[slab] instanceof MappedByteBuffer mapped) {
      mapped.force();
    }
  }

  /** Returns the size of the slot for a record: there are eight sizes for each power of two. */
  static int size(int length) {
    int bytes = length + RECORD;
    int step = Math.max(UNIT, Integer.highestOneBit(bytes) / 8);
    return (bytes + step - 1) / step * step;
  }

  private long slot(int size) {
    Long first = free.get(size);
    if (first != null) {
      takeFree(size, first);
      return first;
    }
    ByteBuffer[] all = slabs;
    int last = all.length - 1;
    if (last < saved || next + size > all[last].capacity()) {
      long room = last < saved ? FIRST_SLAB : Math.min(LARGEST_SLAB, 2L * all[last].capacity());
      all = Arrays.copyOf(all, ++last + 1);
      all[last] = slab((int) Math.max(room, size + UNIT));
      slabs = all;
      next = UNIT; // so that no address is 0
    }
    long address = address(last, next);
    next += size;
    return address;
  }

  private void takeFree(int size, long first) {
    long next = slabs[slab(first)].getLong(offset(first) + NEXT);
    slabs[slab(first)].putLong(offset(first) + NEXT, 0);
    if (next == 0) {
      free.remove(size);
    } else {
      free.put(size, next);
    }
  }

  /** Room is written before it is mapped: on a disk that is full a mapped hole ends the process. */
  private ByteBuffer slab(int bytes) {
    if (file != null && !full) {
      try {
        extend(file, bytes);
        MappedByteBuffer mapped = file.map(FileChannel.MapMode.READ_WRITE, fileBytes, bytes);
        boolean unused = PageAdvice.random(mapped);
        fileBytes += bytes;
        return mapped;
      } catch (IOException e) {
        full = true;
        LOG.error("records cannot be written to disk any more and stay in memory", e);
        giveBack(file);
      }
    }
    return ByteBuffer.allocateDirect(bytes);
  }

  private void extend(FileChannel into, int bytes) throws IOException {
    ByteBuffer zeros = ByteBuffer.wrap(ZEROS);
    for (int done = 0; done < bytes; done += zeros.position()) {
      zeros.clear().limit(Math.min(ZEROS.length, bytes - done));
      while (zeros.hasRemaining()) {
        into.write(zeros, fileBytes + done + zeros.position());
      }
    }
  }

  /** What was written of a slab for which there is no room. */
  private void giveBack(FileChannel from) {
    try {
      from.truncate(fileBytes);
    } catch (IOException e) {
      LOG.warn("the disk keeps what was written until this process ends", e);
    }
  }

  ByteBuffer[] slabs() {
    return slabs;
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
    saved = of.length;
    slabs = of;
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
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
