package dev.headwater.idp.expert;

import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * Puts texts in order, nearest first: what is equally near by name, an item that came twice where
 * it is nearer. A text is one number, the cosine above and the item below, so that sorting them
 * touches no object. For one thread.
 */
final class Nearest {
  private static final int ITEM = Integer.SIZE;

  private final long[] found;
  private int size;

  Nearest(int most) {
    found = new long[most];
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
  NearTexts list(IntFunction<String> names) {
    Arrays.sort(found, 0, size);
    int kept = 0;
    for (int at = 0; at < size && !isFull(kept, at); at++) {
      if (!holds(kept, (int) found[at])) {
        put(kept++, found[at], names);
      }
    }
    int[] items = new int[Math.min(kept, NearTexts.CAPACITY)];
    float[] cosines = new float[items.length];
    for (int i = 0; i < items.length; i++) {
      items[i] = (int) found[i];
      cosines[i] = cosine(found[i]);
    }
    return new NearTexts(items, cosines);
  }

  /** Behind the last place only those may follow that are as near as what stands there. */
  private boolean isFull(int kept, int at) {
    return kept >= NearTexts.CAPACITY && found[at] >> ITEM != found[NearTexts.CAPACITY - 1] >> ITEM;
  }

  private boolean holds(int kept, int item) {
    for (int i = 0; i < kept; i++) {
      if ((int) found[i] == item) {
        return true;
      }
    }
    return false;
  }

  /** Among those as near it goes to the place of its name. */
  private void put(int end, long text, IntFunction<String> names) {
    int at = end;
    while (at > 0
        && found[at - 1] >> ITEM == text >> ITEM
        && names.apply((int) found[at - 1]).compareTo(names.apply((int) text)) > 0) {
      found[at] = found[at - 1];
      at--;
    }
    found[at] = text;
  }
}
