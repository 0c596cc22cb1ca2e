package dev.headwater.idp.expert;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Integers by item number, in chunks that never move, so that there is room for no more than are
 * needed; 0 where none was set. One thread writes, many may read.
 */
final class IntsByItem {
  private static final int BITS = 12;
  private static final int CHUNK = 1 << BITS;

  private volatile AtomicIntegerArray[] chunks = new AtomicIntegerArray[0];

  int get(int item) {
    AtomicIntegerArray[] all = chunks;
    int chunk = item >> BITS;
    return item < 0 || chunk >= all.length ? 0 : all[chunk].get(item & (CHUNK - 1));
  }

  /** For the writer. */
  void set(int item, int value) {
    int chunk = item >> BITS;
    AtomicIntegerArray[] all = chunks.length > chunk ? chunks : grown(chunk + 1);
    all[chunk].set(item & (CHUNK - 1), value);
  }

  private AtomicIntegerArray[] grown(int size) {
    AtomicIntegerArray[] all = Arrays.copyOf(chunks, size);
    for (int i = chunks.length; i < size; i++) {
      all[i] = new AtomicIntegerArray(CHUNK);
    }
    chunks = all;
    return all;
  }
}
