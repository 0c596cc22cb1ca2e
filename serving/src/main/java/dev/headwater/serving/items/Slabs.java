package dev.headwater.serving.items;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The room of {@link PackedRecords}, in parts: of a file without a name, so that nothing is left of
 * it when the process is gone, or in memory.
 *
 * <p>What is in the file is read through a mapping. It is written past it: a write through the
 * mapping costs a fault for each page, and when the page goes to disk an interrupt of every core
 * that runs this process, for which answers waited 50 to 180 ms at a time, at a thousand changed
 * rows a second of a million items. Only a flood, as of a table that is loaded, goes through the
 * mapping: most of its writes meet pages that were written to already, and each saves a call of the
 * system. Both ways lead to the same pages.
 *
 * <p>One writer; many readers, which take no lock and see a write in part until it returned.
 */
final class Slabs implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Slabs.class);

  private static final long IN_MEMORY = -1;
  private static final byte[] ZEROS = new byte[1 << 16];

  /** A flood is so many writes within {@link #FLOOD_NS}: 40,000 a second. */
  private static final int FLOOD = 1 << 12;

  private static final long FLOOD_NS = 100_000_000;

  /** No channel: one is closed when who writes to it is interrupted. */
  private final @Nullable RandomAccessFile file;

  private volatile ByteBuffer[] all = new ByteBuffer[0];

  /** Where each begins in the file. */
  private long[] begins = new long[0];

  /** Those of the file that were written to since they went to disk; guarded by itself. */
  private final BitSet unwritten = new BitSet();

  /** So many of them are of a file that was saved. */
  private int saved;

  private long fileBytes;

  /** Whether the file gets no more parts. */
  private boolean full;

  /** Whether nothing can be written to those that it has. */
  private boolean broken;

  private final LongSupplier clockNs;
  private int writes;
  private long sinceNs;
  private boolean flooded;

  private Slabs(@Nullable RandomAccessFile file, LongSupplier clockNs) {
    this.file = file;
    this.clockNs = clockNs;
    sinceNs = clockNs.getAsLong();
  }

  static Slabs inMemory() {
    return new Slabs(null, System::nanoTime);
  }

  /** In a file of its own; in memory where there can be none in the folder. */
  static Slabs below(Path folder) {
    return below(folder, System::nanoTime);
  }

  static Slabs below(Path folder, LongSupplier clockNs) {
    try {
      Files.createDirectories(folder);
      Path path = Files.createTempFile(folder, "records", ".tmp");
      RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
      Files.delete(path); // what is open and mapped stays
      return new Slabs(file, clockNs);
    } catch (IOException e) {
      LOG.warn("records cannot be kept below {} and stay in memory: {}", folder, e.toString());
      return inMemory();
    }
  }

  /** Begins with parts that are never written to; for one without any. */
  void begin(ByteBuffer[] of) {
    saved = of.length;
    begins = new long[of.length];
    all = of;
  }

  /** Returns all, to be read. */
  ByteBuffer[] all() {
    return all;
  }

  ByteBuffer get(int slab) {
    return all[slab];
  }

  int count() {
    return all.length;
  }

  /** Tells whether a part can be written to. */
  boolean isOpen(int slab) {
    return begins[slab] == IN_MEMORY || (slab >= saved && !broken);
  }

  /** Adds a part of zeros; in memory once the file takes no more (writer only). */
  void add(int bytes) {
    int slab = all.length;
    ByteBuffer[] more = Arrays.copyOf(all, slab + 1);
    begins = Arrays.copyOf(begins, slab + 1);
    begins[slab] = fileBytes;
    ByteBuffer mapped = file == null || full ? null : mapped(file, bytes);
    if (mapped == null) {
      begins[slab] = IN_MEMORY;
      mapped = ByteBuffer.allocateDirect(bytes);
    }
    more[slab] = mapped;
    all = more;
  }

  /** Room is written before it is mapped: on a disk that is full a mapped hole ends the process. */
  private @Nullable ByteBuffer mapped(RandomAccessFile of, int bytes) {
    try {
      of.seek(fileBytes);
      for (int left = bytes; left > 0; left -= ZEROS.length) {
        of.write(ZEROS, 0, Math.min(ZEROS.length, left));
      }
      MappedByteBuffer mapped =
          of.getChannel().map(FileChannel.MapMode.READ_WRITE, fileBytes, bytes);
      boolean unused = PageAdvice.random(mapped);
      fileBytes += bytes;
      return mapped;
    } catch (IOException e) {
      LOG.error("records cannot be written to disk any more and stay in memory", e);
      giveBack(of);
      return null;
    }
  }

  /** What was written of a part for which there is no room. */
  private void giveBack(RandomAccessFile from) {
    full = true;
    try {
      from.setLength(fileBytes);
    } catch (IOException e) {
      LOG.warn("the disk keeps what was written until this process ends", e);
    }
  }

  /**
   * Writes bytes into a part that is open (writer only).
   *
   * @return whether it took them; if not, no part of the file is open any more, and what is read
   *     there may be some of the bytes
   */
  boolean write(int slab, int at, byte[] bytes) {
    if (file == null || begins[slab] == IN_MEMORY) {
      all[slab].put(at, bytes);
      return true;
    }
    noteWrite();
    boolean written = true;
    if (flooded && !broken) {
      all[slab].put(at, bytes);
    } else {
      written = past(file, slab, at, bytes);
    }
    synchronized (unwritten) {
      unwritten.set(slab);
    }
    return written;
  }

  private boolean past(RandomAccessFile into, int slab, int at, byte[] bytes) {
    try {
      into.seek(begins[slab] + at);
      into.write(bytes);
      return true;
    } catch (IOException e) {
      LOG.error("records cannot be written to disk any more: what changes stays in memory", e);
      full = true;
      broken = true;
      return false;
    }
  }

  private void noteWrite() {
    if (++writes == FLOOD) {
      long nowNs = clockNs.getAsLong();
      flooded = nowNs - sinceNs < FLOOD_NS;
      sinceNs = nowNs;
      writes = 0;
    }
  }

  /** Tells whether writes go through the mapping (writer only). */
  boolean isFlooded() {
    return flooded;
  }

  /** Returns the parts that were written to since they last went to disk (any thread). */
  int[] unwritten() {
    synchronized (unwritten) {
      return unwritten.stream().toArray();
    }
  }

  /** Brings what was written of a part to disk, and waits for that (any thread). */
  void writeBack(int slab) {
    synchronized (unwritten) {
      unwritten.clear(slab);
    }
    if (all[slab] instanceof MappedByteBuffer mapped) {
      mapped.force();
    }
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
