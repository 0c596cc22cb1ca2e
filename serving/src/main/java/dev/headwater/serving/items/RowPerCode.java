package dev.headwater.serving.items;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The row of each code, kept in chunks that never move, so that readers need no lock; an answer
 * looks up some hundred of them, so they are plain numbers and not objects. One writer, many
 * readers.
 */
final class RowPerCode {
  private static final int BITS = 12;
  private static final int CHUNK = 1 << BITS;
  private static final int NO_ROW = -1;

  private volatile AtomicIntegerArray[] chunks = new AtomicIntegerArray[0];

  /** Returns the row, -1 when there is none. */
  int get(int code) {
    AtomicIntegerArray[] all = chunks;
    int chunk = code >> BITS;
    return code < 0 || chunk >= all.length ? NO_ROW : all[chunk].get(code & (CHUNK - 1)) - 1;
  }

  /** Sets the row (writer only); -1 removes it. */
  void set(int code, int row) {
    int chunk = code >> BITS;
    AtomicIntegerArray[] all = chunks;
    if (chunk >= all.length) {
      int known = all.length;
      all = Arrays.copyOf(all, chunk + 1);
      for (int i = known; i < all.length; i++) {
        all[i] = new AtomicIntegerArray(CHUNK); // rows are kept plus one: 0 says none
      }
      chunks = all;
    }
    all[chunk].set(code & (CHUNK - 1), row + 1);
  }
}
