package dev.headwater.idp.expert;

import java.util.concurrent.atomic.AtomicIntegerArray;

/** An array of integers that grows, by item number; 0 where none was set. One thread writes. */
final class IntsByItem {
  private static final int FIRST_ROOM = 1_024;

  private volatile AtomicIntegerArray values = new AtomicIntegerArray(FIRST_ROOM);

  int get(int item) {
    AtomicIntegerArray now = values;
    return item >= 0 && item < now.length() ? now.get(item) : 0;
  }

  /** For the writer. */
  void set(int item, int value) {
    AtomicIntegerArray now = values;
    if (item >= now.length()) {
      now = grown(now, item);
    }
    now.set(item, value);
  }

  private AtomicIntegerArray grown(AtomicIntegerArray from, int item) {
    AtomicIntegerArray larger =
        new AtomicIntegerArray(Math.max(item + 1, from.length() + (from.length() >> 1)));
    for (int i = 0; i < from.length(); i++) {
      larger.setPlain(i, from.getPlain(i));
    }
    values = larger;
    return larger;
  }
}
