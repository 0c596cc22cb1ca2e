package dev.headwater.serving.state;

import dev.headwater.serving.items.StateInput;
import dev.headwater.serving.items.StateOutput;
import java.util.function.IntFunction;

/**
 * The items that began last, whatever came of them since and in whichever order a node heard of
 * them: nodes that serve the same rows name the same ones. One writer; reading is safe for
 * concurrent use.
 */
final class NewestItems {
  private static final int SIZE = 512;

  private final IntFunction<String> names;
  private final int[] codes = new int[SIZE];
  private final long[] beganMs = new long[SIZE];
  private int size;

  /**
   * Nothing yet.
   *
   * @param names of items, by which those that began at the same time are told apart
   */
  NewestItems(IntFunction<String> names) {
    this.names = names;
  }

  /** An item that does not stand here is served from now on. */
  synchronized void add(int code, long began) {
    if (size == SIZE && isNewer(0, code, began)) {
      return; // most of a large catalog that is read for the first time
    }
    int at = place(code, began);
    if (size < SIZE) {
      move(at, at + 1, size - at);
      size++;
    } else {
      move(1, 0, --at);
    }
    codes[at] = code;
    beganMs[at] = began;
  }

  /** Returns how many are older: names are looked up of few. */
  private int place(int code, long began) {
    int from = 0;
    int to = size;
    while (from < to) {
      int middle = (from + to) >>> 1;
      boolean newer = isNewer(middle, code, began);
      from = newer ? from : middle + 1;
      to = newer ? middle : to;
    }
    return from;
  }

  private boolean isNewer(int at, int code, long began) {
    return beganMs[at] == began
        ? names.apply(codes[at]).compareTo(names.apply(code)) < 0
        : beganMs[at] > began;
  }

  private void move(int from, int to, int count) {
    System.arraycopy(codes, from, codes, to, count);
    System.arraycopy(beganMs, from, beganMs, to, count);
  }

  /** An item ended; whoever was pushed out by it before does not come back. */
  synchronized void remove(int code) {
    for (int at = 0; at < size; at++) {
      if (codes[at] == code) {
        move(at + 1, at, --size - at);
        return;
      }
    }
  }

  /** Returns the codes of so many at most, newest first; of the same time by their names. */
  synchronized int[] codes(int most) {
    int[] newest = new int[Math.min(size, most)];
    for (int i = 0; i < newest.length; i++) {
      newest[i] = codes[size - 1 - i];
    }
    return newest;
  }

  /** Writes them. */
  synchronized void save(StateOutput state) {
    state.putInt(size);
    for (int at = 0; at < size; at++) {
      state.putInt(codes[at]);
      state.putLong(beganMs[at]);
    }
  }

  /** Reads what was written, once their names are known. */
  synchronized void load(StateInput state) {
    size = state.getCount(SIZE);
    for (int at = 0; at < size; at++) {
      codes[at] = state.getInt();
      beganMs[at] = state.getLong();
    }
  }
}
