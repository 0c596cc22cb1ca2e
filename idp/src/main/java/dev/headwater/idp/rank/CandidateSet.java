package dev.headwater.idp.rank;

import java.util.Arrays;

/**
 * The candidates of one answer: distinct items, none of the history, bounded; what comes when it is
 * full is left out. It is used again and again without garbage. For one thread.
 */
public final class CandidateSet {
  /** The place of an item that is neither a candidate nor hidden. */
  public static final int NONE = -1;

  private static final int HIDDEN = -2;
  private static final int MIX = 0x9E3779B9;

  private final int[] items;
  private final int shift;
  private int[] keys;
  private int[] places;
  private int size;

  /** Makes a set for at most so many candidates. */
  public CandidateSet(int capacity) {
    items = new int[capacity];
    int bits = 32 - Integer.numberOfLeadingZeros(Math.max(8, capacity) * 4);
    shift = 32 - bits;
    keys = new int[1 << bits];
    places = new int[1 << bits];
    Arrays.fill(places, NONE);
  }

  /** Empties the set; the latest items of a history, as many as half the capacity, stay out. */
  public void start(int[] history) {
    Arrays.fill(places, NONE);
    size = 0;
    int used = Math.min(history.length, items.length / 2);
    for (int back = 1; back <= used; back++) {
      int at = find(history[history.length - back]);
      keys[at] = history[history.length - back];
      places[at] = HIDDEN;
    }
  }

  /** Adds a candidate unless it is there, hidden, or one too many. */
  public void offer(int item) {
    int at = find(item);
    if (places[at] == NONE && size < items.length) {
      keys[at] = item;
      places[at] = size;
      items[size++] = item;
    }
  }

  /**
   * The place of an item among the candidates, below 0 if it is none: {@link #NONE}, or less for
   * one of the history.
   */
  public int indexOf(int item) {
    return places[find(item)];
  }

  /** The item at a place. */
  public int item(int place) {
    return items[place];
  }

  /** The items in the order of their places, as many as there are; not to be changed. */
  int[] items() {
    return items;
  }

  /** How many there are. */
  public int size() {
    return size;
  }

  private int find(int item) {
    int at = (item * MIX) >>> shift;
    while (places[at] != NONE && keys[at] != item) {
      at = (at + 1) & (keys.length - 1);
    }
    return at;
  }
}
