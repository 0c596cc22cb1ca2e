package dev.headwater.idp.expert;

import java.util.Arrays;
import java.util.BitSet;

/**
 * The most popular items of late, bounded. Popularity fades at one rate for all, so the order of
 * two items changes only when one of them is taken: what is kept is exact, until one is taken back
 * or ends while others found no room. For one thread.
 */
public final class PopularItems {
  /** No item. */
  public static final int NONE = -1;

  private static final double LOG2_E = 1 / Math.log(2);

  private final int[] items;
  private final double[] heights;
  private final double halfLifeTicks;
  private final BitSet standing = new BitSet();
  private int size;
  private boolean lacking;

  /** Where the lowest stands, {@link #NONE} when that must be looked for. */
  private int lowest = NONE;

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
   * @return the item whose place it took, itself where there was room, {@link #NONE} where the same
   *     items stand as before
   */
  public int taken(int item, double popularity, long now) {
    if (!(popularity > 0)) {
      return NONE;
    }
    double height = FastMath.ln(popularity) * LOG2_E + now / halfLifeTicks;
    if (standing.get(item)) {
      int at = find(item);
      lacking |= size == items.length && height < heights[at];
      put(at, item, height);
      return NONE;
    }
    if (size < items.length) {
      put(size++, item, height);
      return item;
    }
    int at = lowest();
    if (heights[at] >= height) {
      return NONE;
    }
    int gone = items[at];
    standing.clear(gone);
    put(at, item, height);
    return gone;
  }

  private void put(int at, int item, double height) {
    items[at] = item;
    heights[at] = height;
    standing.set(item);
    lowest = NONE;
  }

  /** Forgets an item; false where it did not stand here. */
  public boolean remove(int item) {
    if (!standing.get(item)) {
      return false;
    }
    lacking |= size == items.length;
    int at = find(item);
    standing.clear(item);
    size--;
    items[at] = items[size];
    heights[at] = heights[size];
    lowest = NONE;
    return true;
  }

  /** Tells whether an item that does not stand here may be more popular than one that does. */
  public boolean isLacking() {
    return lacking;
  }

  /** Forgets all. */
  public void clear() {
    standing.clear();
    size = 0;
    lowest = NONE;
    lacking = false;
  }

  /** Tells whether an item stands here. */
  public boolean contains(int item) {
    return standing.get(item);
  }

  /** The items, in no order. */
  public int[] items() {
    return Arrays.copyOf(items, size);
  }

  private int find(int item) {
    int at = 0;
    while (items[at] != item) {
      at++;
    }
    return at;
  }

  private int lowest() {
    if (lowest == NONE) {
      lowest = 0;
      for (int i = 1; i < size; i++) {
        if (heights[i] < heights[lowest]) {
          lowest = i;
        }
      }
    }
    return lowest;
  }
}
