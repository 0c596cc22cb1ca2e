package dev.headwater.idp.expert;

import java.util.Arrays;

/**
 * The items whose texts are most like one item's, nearest first.
 *
 * @param items their numbers
 * @param cosines of their texts with the item's
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
public record NearTexts(int[] items, float[] cosines) {
  /** Of an item without a text. */
  public static final NearTexts NONE = new NearTexts(new int[0], new float[0]);

  /** Most items in a list. */
  public static final int CAPACITY = 64;

  /** Checks that each item has one cosine. */
  public NearTexts {
    if (items.length != cosines.length) {
      throw new IllegalArgumentException("each near text has one cosine");
    }
  }

  /** How many there are. */
  public int size() {
    return items.length;
  }

  /** The others, in their order. */
  NearTexts without(int item) {
    int[] others = new int[items.length];
    float[] theirs = new float[items.length];
    int kept = 0;
    for (int i = 0; i < items.length; i++) {
      if (items[i] != item) {
        others[kept] = items[i];
        theirs[kept++] = cosines[i];
      }
    }
    return new NearTexts(Arrays.copyOf(others, kept), Arrays.copyOf(theirs, kept));
  }
}
