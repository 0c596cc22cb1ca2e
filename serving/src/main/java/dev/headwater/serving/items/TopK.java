package dev.headwater.serving.items;

import java.util.Arrays;

/**
 * The best rows seen so far. Whatever may be among them is noted down, and when there is no room
 * left the best half is selected: some comparisons a row, where a heap needs as many as it is deep.
 * Ties go to the lower row, so that the result does not depend on the order of offers. Not
 * thread-safe; for one query at a time.
 */
public final class TopK {
  private static final int SCORE = Integer.SIZE;
  private static final int ROOM_LEAST = 16;
  private static final int SETTLED_PART = 8;

  /** The score above, as an integer in its order, and the row below, the lowest highest. */
  private long[] noted = new long[0];

  private int capacity;

  /** So many are noted before the best are selected. */
  private int room;

  private int count;
  private float threshold = Float.NEGATIVE_INFINITY;

  /** Creates one that keeps {@code capacity} rows. */
  public TopK(int capacity) {
    begin(capacity);
  }

  /** Begins again without rows, in the same room where that is enough. */
  public void begin(int most) {
    capacity = most;
    room = 2 * most + ROOM_LEAST;
    noted = noted.length < room ? new long[room] : noted;
    clear();
  }

  /** Returns how many rows can be kept. */
  public int capacity() {
    return capacity;
  }

  /** Forgets all rows. */
  public void clear() {
    count = 0;
    threshold = Float.NEGATIVE_INFINITY;
  }

  /** Returns how many rows are kept. */
  public int size() {
    return Math.min(count, capacity);
  }

  /** Returns a score that a row must exceed or meet to be kept: what it was some rows ago. */
  public float threshold() {
    return threshold;
  }

  /** Brings the threshold up to date where more than an eighth of the rows were noted since. */
  public void settle() {
    if (count > capacity + capacity / SETTLED_PART) {
      select();
    }
  }

  /** Offers a row, not below 0. NaN is never kept. */
  public void offer(int row, float score) {
    if (score >= threshold && capacity > 0) {
      noted[count++] = ((long) ordered(score + 0f) << SCORE) | (~row & 0xffff_ffffL);
      if (count == room) {
        select();
      }
    }
  }

  /** Integers in the order of the numbers; the way back is the same. */
  private static int ordered(float score) {
    int bits = Float.floatToRawIntBits(score);
    return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
  }

  private static float scoreOf(long key) {
    int ordered = (int) (key >> SCORE);
    return Float.intBitsToFloat(ordered ^ ((ordered >> 31) & Integer.MAX_VALUE));
  }

  /** Leaves the best, by Hoare's selection, in no order but that the last of them is the least. */
  private void select() {
    int low = 0;
    int high = count - 1;
    int last = capacity - 1;
    while (low < high) {
      long pivot = noted[(low + high) >>> 1];
      int left = low;
      int right = high;
      while (left <= right) {
        while (noted[left] > pivot) {
          left++;
        }
        while (noted[right] < pivot) {
          right--;
        }
        if (left <= right) {
          long swapped = noted[left];
          noted[left++] = noted[right];
          noted[right--] = swapped;
        }
      }
      if (last <= right) {
        high = right;
      } else if (last >= left) {
        low = left;
      } else {
        break;
      }
    }
    count = capacity;
    threshold = scoreOf(noted[last]);
  }

  /** Takes all rows out and returns them, best first. */
  public int[] drain() {
    sort();
    return drainSorted();
  }

  /**
   * The same with their scores.
   *
   * @param sortedScores gets them, as many as are kept
   */
  public int[] drain(float[] sortedScores) {
    sort();
    for (int place = 0; place < count; place++) {
      sortedScores[place] = score(place);
    }
    return drainSorted();
  }

  private int[] drainSorted() {
    int[] sorted = new int[count];
    for (int place = 0; place < count; place++) {
      sorted[place] = row(place);
    }
    clear();
    return sorted;
  }

  /** Puts the rows in order, to be read by place until another one is offered. */
  void sort() {
    if (count > capacity) {
      select();
    }
    Arrays.sort(noted, 0, count);
  }

  /** Returns the row at a place, the best at 0. */
  int row(int place) {
    return ~(int) noted[count - 1 - place];
  }

  /** Returns the score of the row at a place. */
  float score(int place) {
    return scoreOf(noted[count - 1 - place]);
  }
}
