package dev.headwater.serving.items;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the system in which order a mapped file will be read (madvise(2)). Left alone it reads
 * around each page that is missing, 128 kB on many machines and 8 MB on some, and for that lets go
 * of pages that are needed: an answer reads some hundred records, each from another place. Where
 * the system cannot be told nothing happens. Safe for concurrent use.
 */
final class PageAdvice {
  private static final Logger LOG = LoggerFactory.getLogger(PageAdvice.class);

  private static final int RANDOM = 1;
  private static final int SEQUENTIAL = 2;

  /** Pages begin at multiples of this, or of a multiple of it. */
  private static final long PAGE = 1 << 12;

  private static final @Nullable C LIBRARY = library();

  /** What is called of the system's library. */
  public interface C extends Library {
    /** Returns 0 where the advice was taken. */
    int madvise(Pointer address, NativeLong length, int advice);
  }

  private PageAdvice() {}

  private static @Nullable C library() {
    try {
      return Platform.isLinux() ? Native.load(Platform.C_LIBRARY_NAME, C.class) : null;
    } catch (LinkageError e) {
      LOG.warn("the system reads around each page of records that is missing: {}", e.toString());
      return null;
    }
  }

  /**
   * Records anywhere in the file will be read.
   *
   * @return whether the system knows
   */
  static boolean random(MappedByteBuffer mapped) {
    return give(mapped, RANDOM);
  }

  /** All of it will be read, from its beginning to its end. */
  static boolean sequential(ByteBuffer bytes) {
    return bytes instanceof MappedByteBuffer mapped && give(mapped, SEQUENTIAL);
  }

  private static boolean give(MappedByteBuffer mapped, int advice) {
    C library = LIBRARY;
    if (library == null) {
      return false;
    }
    long begin = Pointer.nativeValue(Native.getDirectBufferPointer(mapped));
    long first = begin & -PAGE;
    NativeLong length = new NativeLong(begin - first + mapped.capacity());
    return library.madvise(new Pointer(first), length, advice) == 0;
  }
}
