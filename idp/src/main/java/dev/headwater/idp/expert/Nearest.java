package dev.headwater.idp.expert;

import java.util.Arrays;

/**
 * Puts texts in order, nearest first: what is equally near by what they are called, an item that
 * came twice where it is nearer. A text is one number, the cosine above and the item below, so that
 * sorting them touches no object. Used again and again. For one thread.
 */
final class Nearest {
  private static final int ITEM = Integer.SIZE;

  /** Puts items in an order that is the same in all processes. */
  @FunctionalInterface
  interface Names {
    /** Below 0 where the first comes before the other; 0 for the same item alone. */
    int compare(int item, int other);
  }

  private long[] found = new long[0];
  private int size;

  /** Forgets all; so many may be added. */
  void begin(int most) {
    found = found.length < most ? new long[most] : found;
    size = 0;
  }

  void add(int item, float cosine) {
    found[size++] = ((long) -ordered(cosine) << ITEM) | item;
  }

  /** Integers in the order of the numbers; the way back is the same. */
  private static int ordered(float cosine) {
    int bits = Float.floatToRawIntBits(cosine);
    return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
  }

  private static float cosine(long text) {
    int ordered = -(int) (text >> ITEM);
    return Float.intBitsToFloat(ordered ^ ((ordered >> 31) & Integer.MAX_VALUE));
  }

  /** The nearest, {@link NearTexts#CAPACITY} at most. */
  NearTexts list(Names names) {
    Arrays.sort(found, 0, size);
    int kept = 0;
    for (int from = 0; from < size && kept < NearTexts.CAPACITY; ) {
      int to = from + 1;
      while (to < size && found[to] >> ITEM == found[from] >> ITEM) {
        to++;
      }
      kept = keep(kept, from, to, names);
      from = to;
    }
    int[] items = new int[Math.min(kept, NearTexts.CAPACITY)];
    float[] cosines = new float[items.length];
    for (int i = 0; i < items.length; i++) {
      items[i] = (int) found[i];
      cosines[i] = cosine(found[i]);
    }
    return new NearTexts(items, cosines);
  }

  /**
   * Takes those that are equally near, in an order of names.
   *
   * @return how many are kept then
   */
  private int keep(int kept, int from, int to, Names names) {
    int end = kept;
    for (int at = from; at < to; at++) {
      if (!holds(end, (int) found[at])) {
        found[end++] = found[at];
      }
    }
    if (end - kept > 1) {
      sortByName(kept, end, names);
    }
    return end;
  }

  private boolean holds(int kept, int item) {
    for (int i = 0; i < kept; i++) {
      if ((int) found[i] == item) {
        return true;
      }
    }
    return false;
  }

  private void sortByName(int from, int to, Names names) {
    for (int at = from + 1; at < to; at++) {
      long text = found[at];
      int place = at;
      while (place > from && names.compare((int) found[place - 1], (int) text) > 0) {
        found[place] = found[place - 1];
        place--;
      }
      found[place] = text;
    }
  }
}
