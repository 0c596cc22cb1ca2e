package dev.headwater.idp.cdim;

import java.util.ArrayList;
import java.util.List;

/**
 * The slots of the highest scores so far, sorted; of equal ones the first. Insertion is cheap
 * because the count is small. For one thread.
 */
final class BestSlots {
  private final int[] slots;
  private final float[] scores;
  private int size;

  /** Something that is made of a slot and its score. */
  interface Maker<T> {
    T make(int slot, float score);
  }

  BestSlots(int count) {
    slots = new int[count];
    scores = new float[count];
  }

  /** The score that has to be exceeded. */
  float floor() {
    return size < slots.length ? Float.NEGATIVE_INFINITY : scores[size - 1];
  }

  /** Takes one in whose score exceeds the floor. */
  void add(int slot, float score) {
    int at = size < slots.length ? size++ : size - 1;
    while (at > 0 && scores[at - 1] < score) {
      scores[at] = scores[at - 1];
      slots[at] = slots[at - 1];
      at--;
    }
    scores[at] = score;
    slots[at] = slot;
  }

  /** Highest first. */
  <T> List<T> each(Maker<T> maker) {
    List<T> made = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      made.add(maker.make(slots[i], scores[i]));
    }
    return made;
  }
}
