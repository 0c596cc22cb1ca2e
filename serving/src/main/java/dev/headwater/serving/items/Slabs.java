package dev.headwater.serving.items;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Room outside of the heap: in a file that is mapped, so that the system keeps in memory what is
 * read and lets go of the rest, or, without a folder, in memory. The file has no name: nothing is
 * left of it when the process is gone. For one thread; what it gave out is for all.
 */
public final class Slabs implements AutoCloseable {
  /** The largest slab. */
  static final int LARGEST = 1 << 26;

  private static final Logger LOG = LoggerFactory.getLogger(Slabs.class);
  private static final int FIRST = 1 << 14;
  private static final byte[] ZEROS = new byte[1 << 16];

  private final @Nullable FileChannel file;
  private ByteBuffer last = ByteBuffer.allocate(0);
  private int used;
  private long fileBytes;
  private boolean full;

  private Slabs(@Nullable FileChannel file) {
    this.file = file;
  }

  /** Gives room in memory. */
  public static Slabs inMemory() {
    return new Slabs(null);
  }

  /** Gives room in a file of its own; in memory where there can be none in the folder. */
  public static Slabs below(Path folder) {
    try {
      Files.createDirectories(folder);
      Path path = Files.createTempFile(folder, "records", ".tmp");
      FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
      Files.delete(path); // what is open and mapped stays
      return new Slabs(file);
    } catch (IOException e) {
      LOG.warn("records cannot be kept below {} and stay in memory: {}", folder, e.toString());
      return inMemory();
    }
  }

  /** Returns a slab of zeros twice as large as the one before, of so many bytes at least. */
  ByteBuffer slab(int least) {
    int room = (int) Math.max(FIRST, Math.min(LARGEST, 2L * last.capacity()));
    last = made(Math.max(room, least));
    used = 0;
    return last;
  }

  /** Returns so many bytes of zeros, a part of a slab. */
  ByteBuffer part(int bytes) {
    ByteBuffer slab = used + bytes > last.capacity() ? slab(bytes) : last;
    ByteBuffer part = slab.slice(used, bytes);
    used += bytes;
    return part;
  }

  /** Room is written before it is mapped: on a disk that is full a mapped hole ends the process. */
  private ByteBuffer made(int bytes) {
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
