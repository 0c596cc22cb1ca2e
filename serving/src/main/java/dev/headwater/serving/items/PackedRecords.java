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
 * one number a code. The file has no name: nothing is left of it when the process is gone.
 *
 * <p>Records lie in slots, an eighth larger at most than they need; a slot that is free is used
 * again by records of its size, and zeros until then: nothing stays of an item that was deleted.
 * One writer; many readers, which take no lock: a slot is written before it is named, and who has
 * read one looks whether it is still named.
 */
public final class PackedRecords implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PackedRecords.class);

  /** Slots begin at multiples of this. */
  private static final int UNIT = 16;

  private static final int FIRST_SLAB = 1 << 14;
  private static final int SLAB_BITS = 26;
  private static final int LARGEST_SLAB = 1 << SLAB_BITS;
  private static final int SLABS_BITS = 14;
  private static final byte[] ZEROS = new byte[1 << 16];

  private final @Nullable FileChannel file;
  private final LongPerCode addresses = new LongPerCode();
  private final Map<Integer, Slots> free = new HashMap<>();

  /** Slabs of the file that were written to since they went to disk; guarded by itself. */
  private final BitSet unwritten = new BitSet();

  private volatile ByteBuffer[] slabs = new ByteBuffer[0];
  private int next;
  private long fileBytes;
  private long writes;
  private boolean full;

  /** Slots of one size that nobody names. */
  private static final class Slots {
    private long[] addresses = new long[8];
    private int size;

    void add(long address) {
      if (size == addresses.length) {
        addresses = Arrays.copyOf(addresses, size + (size >> 1));
      }
      addresses[size++] = address;
    }
  }

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
    R read(ByteBuffer bytes, int from, int length);
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

  /** Returns what a reader makes of a record, null when there is none. */
  public <R> @Nullable R read(int code, Reader<R> reader) {
    while (true) {
      long address = addresses.get(code);
      if (address == 0) {
        return null;
      }
      ByteBuffer slab = slabs[slab(address)];
      int from = offset(address);
      int length = slab.getInt(from);
      VarHandle.loadLoadFence(); // what was appended is there before the length says so
      boolean whole = length >= 0 && length <= slab.capacity() - from - Integer.BYTES;
      R read = reader.read(slab, from + Integer.BYTES, whole ? length : 0);
      VarHandle.loadLoadFence();
      if (addresses.get(code) == address) {
        return read;
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
    slab.putInt(offset(address), record.length);
    slab.put(offset(address) + Integer.BYTES, record);
    touched(address);
    long before = addresses.get(code);
    addresses.set(code, address | (++writes << (SLAB_BITS + SLABS_BITS)));
    VarHandle.storeStoreFence(); // nobody names the slot before anybody writes it again
    if (before != 0) {
      free(slabs[slab(before)], before);
    }
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
    int length = slab.getInt(from);
    if (size(length + more.length) == size(length)) {
      slab.put(from + Integer.BYTES + length, more);
      VarHandle.storeStoreFence();
      slab.putInt(from, length + more.length);
      touched(address);
      return;
    }
    byte[] longer = new byte[length + more.length];
    slab.get(from + Integer.BYTES, longer, 0, length);
    System.arraycopy(more, 0, longer, length, more.length);
    put(code, longer);
  }

  /** Takes a record away (writer only). */
  public void remove(int code) {
    long before = addresses.get(code);
    if (before != 0) {
      addresses.set(code, 0);
      VarHandle.storeStoreFence();
      free(slabs[slab(before)], before);
    }
  }

  private void free(ByteBuffer slab, long address) {
    int from = offset(address);
    int size = size(slab.getInt(from));
    for (int done = 0; done < size; done += ZEROS.length) {
      slab.put(from + done, ZEROS, 0, Math.min(ZEROS.length, size - done));
    }
    touched(address);
    free.computeIfAbsent(size, fresh -> new Slots()).add(place(address));
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
  private static int size(int length) {
    int bytes = length + Integer.BYTES;
    int step = Math.max(UNIT, Integer.highestOneBit(bytes) / 8);
    return (bytes + step - 1) / step * step;
  }

  private long slot(int size) {
    Slots slots = free.get(size);
    if (slots != null && slots.size > 0) {
      return slots.addresses[--slots.size];
    }
    ByteBuffer[] all = slabs;
    int last = all.length - 1;
    if (last < 0 || next + size > all[last].capacity()) {
      long room = last < 0 ? FIRST_SLAB : Math.min(LARGEST_SLAB, 2L * all[last].capacity());
      all = Arrays.copyOf(all, ++last + 1);
      all[last] = slab((int) Math.max(room, size + UNIT));
      slabs = all;
      next = UNIT; // so that no address is 0
    }
    long address = ((long) last << SLAB_BITS) | next;
    next += (size + UNIT - 1) / UNIT * UNIT;
    return address;
  }

  /** Room is written before it is mapped: on a disk that is full a mapped hole ends the process. */
  private ByteBuffer slab(int bytes) {
    if (file != null && !full) {
      try {
        extend(file, bytes);
        ByteBuffer mapped = file.map(FileChannel.MapMode.READ_WRITE, fileBytes, bytes);
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

  private static long place(long address) {
    return address & ((1L << (SLAB_BITS + SLABS_BITS)) - 1);
  }

  private static int slab(long address) {
    return (int) (place(address) >> SLAB_BITS);
  }

  private static int offset(long address) {
    return (int) (address & (LARGEST_SLAB - 1));
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
