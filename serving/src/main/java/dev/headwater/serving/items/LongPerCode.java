package dev.headwater.serving.items;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * One number a code, 0 where none was set, kept in chunks that never move, so that readers need no
 * lock. One writer, many readers.
 */
public final class LongPerCode {
  private static final int BITS = 12;
  private static final int CHUNK = 1 << BITS;

  private volatile AtomicLongArray[] chunks = new AtomicLongArray[0];

  /** Returns the number, 0 where none was set. */
  public long get(int code) {
    AtomicLongArray[] all = chunks;
    int chunk = code >> BITS;
    return code < 0 || chunk >= all.length ? 0 : all[chunk].get(code & (CHUNK - 1));
  }

  /** Returns a code above all whose number was set. */
  public int end() {
    return chunks.length << BITS;
  }

  /** Sets the number (writer only). */
  public void set(int code, long value) {
    int chunk = code >> BITS;
    AtomicLongArray[] all = chunks;
    if (chunk >= all.length) {
      int known = all.length;
      all = Arrays.copyOf(all, chunk + 1);
      for (int i = known; i < all.length; i++) {
        all[i] = new AtomicLongArray(CHUNK);
      }
      chunks = all;
    }
    all[chunk].set(code & (CHUNK - 1), value);
  }
}
