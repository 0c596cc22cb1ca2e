package dev.headwater.idp.expert;

import java.util.Arrays;

/**
 * The most popular items of late, bounded. Popularity fades at one rate for all, so the order of
 * two items changes only when one of them is taken: what is kept is exact. For one thread.
 */
public final class PopularItems {
  private final int[] items;
  private final double[] heights;
  private final double halfLifeTicks;
  private int size;

  /**
   * Nothing yet.
   *
   * @param capacity how many are kept
   * @param halfLifeTicks of popularity
   */
  public PopularItems(int capacity, double halfLifeTicks) {
    items = new int[capacity];
    heights = new double[capacity];
    this.halfLifeTicks = halfLifeTicks;
  }

  /**
   * An item was taken.
   *
   * @param popularity of the item after that, faded to {@code now}
   * @return whether other items stand here now
   */
  public boolean taken(int item, double popularity, long now) {
    if (!(popularity > 0)) {
      return false;
    }
    double height = Math.log(popularity) / Math.log(2) + now / halfLifeTicks;
    int known = find(item);
    int at = known;
    if (at < 0 && size < items.length) {
      at = size++;
    } else if (at < 0) {
      at = lowest();
      if (heights[at] >= height) {
        return false;
      }
    }
    items[at] = item;
    heights[at] = height;
    return known < 0;
  }

  /** Forgets an item; false where it did not stand here. */
  public boolean remove(int item) {
    int at = find(item);
    if (at >= 0) {
      size--;
      items[at] = items[size];
      heights[at] = heights[size];
    }
    return at >= 0;
  }

  /** The items, in no order. */
  public int[] items() {
    return Arrays.copyOf(items, size);
  }

  private int find(int item) {
    for (int i = 0; i < size; i++) {
      if (items[i] == item) {
        return i;
      }
    }
    return -1;
  }

  private int lowest() {
    int lowest = 0;
    for (int i = 1; i < size; i++) {
      if (heights[i] < heights[lowest]) {
        lowest = i;
      }
    }
    return lowest;
  }
}
