package dev.headwater.idp.expert;

import java.util.concurrent.atomic.AtomicLongArray;

/** A set of item numbers, one bit each. One thread writes, many may read. */
public final class ItemSet {
  private static final int FIRST_ROOM = 16;

  private volatile AtomicLongArray words = new AtomicLongArray(FIRST_ROOM);

  /** Tells whether an item is in it. */
  public boolean contains(int item) {
    AtomicLongArray now = words;
    int word = item >> 6;
    return item >= 0 && word < now.length() && (now.get(word) & (1L << item)) != 0;
  }

  /** For the writer: puts an item in. */
  public void add(int item) {
    AtomicLongArray now = words;
    int word = item >> 6;
    if (word >= now.length()) {
      now = grown(now, word);
    }
    now.set(word, now.get(word) | (1L << item));
  }

  /** For the writer: takes an item out. */
  public void remove(int item) {
    if (contains(item)) {
      AtomicLongArray now = words;
      now.set(item >> 6, now.get(item >> 6) & ~(1L << item));
    }
  }

  private AtomicLongArray grown(AtomicLongArray from, int word) {
    AtomicLongArray larger =
        new AtomicLongArray(Math.max(word + 1, from.length() + (from.length() >> 1)));
    for (int i = 0; i < from.length(); i++) {
      larger.setPlain(i, from.getPlain(i));
    }
    words = larger;
    return larger;
  }
}
