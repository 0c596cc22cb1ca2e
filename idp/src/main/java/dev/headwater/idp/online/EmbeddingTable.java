package dev.headwater.idp.online;

import ai.djl.ndarray.NDArray;
import dev.headwater.idp.tensor.Rows;
import java.util.Arrays;

/**
 * A growing table of embeddings in memory that native code shares. A row keeps its slot until it is
 * removed; a new row takes the slot that was freed last. For one thread.
 */
public final class EmbeddingTable implements AutoCloseable {
  private static final int DEAD = -1;

  private final Rows rows;
  private int[] live;
  private int[] placeOf;
  private int[] free = new int[16];
  private int liveCount;
  private int freeCount;
  private int high;

  /** Makes an empty table with room for some rows. */
  public EmbeddingTable(int dim, int capacity) {
    rows = new Rows(dim, capacity);
    live = new int[rows.capacity()];
    placeOf = new int[rows.capacity()];
    Arrays.fill(placeOf, DEAD);
  }

  /** Length of a row. */
  public int dim() {
    return rows.dim();
  }

  /** Adds a row; slots of removed rows are used again. */
  public int add(float[] vector) {
    int slot = freeCount > 0 ? free[freeCount - 1] : high;
    rows.ensure(slot);
    rows.set(slot, vector);
    if (freeCount > 0) {
      freeCount--;
    } else {
      high++;
    }
    if (slot >= placeOf.length) {
      int before = placeOf.length;
      placeOf = Arrays.copyOf(placeOf, rows.capacity());
      Arrays.fill(placeOf, before, placeOf.length, DEAD);
      live = Arrays.copyOf(live, rows.capacity());
    }
    placeOf[slot] = liveCount;
    live[liveCount++] = slot;
    return slot;
  }

  /** Replaces a row. */
  public void set(int slot, float[] vector) {
    check(slot);
    rows.set(slot, vector);
  }

  /** A copy of a row. */
  public float[] get(int slot) {
    check(slot);
    return rows.get(slot);
  }

  /** Frees a slot. */
  public void remove(int slot) {
    check(slot);
    int place = placeOf[slot];
    int moved = live[--liveCount];
    live[place] = moved;
    placeOf[moved] = place;
    placeOf[slot] = DEAD;
    if (freeCount == free.length) {
      free = Arrays.copyOf(free, freeCount * 2);
    }
    free[freeCount++] = slot;
  }

  /** Whether a slot holds a row. */
  public boolean contains(int slot) {
    return slot >= 0 && slot < high && placeOf[slot] != DEAD;
  }

  /** The number of live rows. */
  public int size() {
    return liveCount;
  }

  /** Above every slot that was ever used. */
  public int highWater() {
    return high;
  }

  @Override
  public void close() {
    rows.close();
  }

  /** The i-th live slot, in an order of its own; i below {@link #size}. */
  int liveSlot(int i) {
    return live[i];
  }

  /** The number of freed slots below the high-water mark. */
  int freeCount() {
    return freeCount;
  }

  /** The i-th freed slot. */
  int freeSlot(int i) {
    return free[i];
  }

  /** All rows, freed ones included: {@code [capacity, dim]}. */
  NDArray array() {
    return rows.array();
  }

  Rows rows() {
    return rows;
  }

  void check(int slot) {
    if (!contains(slot)) {
      throw new IllegalArgumentException("slot " + slot + " holds no row");
    }
  }
}
