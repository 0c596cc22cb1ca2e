package dev.headwater.serving.items;

import java.util.Arrays;

/**
 * The item vectors of one model in contiguous blocks, updated in place. One writer thread; any
 * number of readers, which are never stopped. Rows of removed items are used again.
 */
public final class VectorTable implements ItemRows {
  private static final int NO_ROW = -1;

  /** Rows that are looked at together: what is read of them fits into the nearest cache. */
  private static final int GROUP = 128;

  private final int dim;
  private final boolean half;
  private final RowPerCode rowOfCode = new RowPerCode();
  private volatile VectorBlock[] blocks = new VectorBlock[0];
  private volatile int rows;
  private volatile int live;
  private int liveCount;
  private int[] free = new int[64];
  private int freeCount;

  /** Creates an empty table of vectors of length {@code dim}, kept exactly. */
  public VectorTable(int dim) {
    this(dim, false);
  }

  /**
   * Creates an empty table.
   *
   * @param dim length of a vector
   * @param half whether values are kept in half precision
   */
  public VectorTable(int dim, boolean half) {
    this.dim = dim;
    this.half = half;
  }

  /** Tells whether values are kept in half precision. */
  public boolean isHalf() {
    return half;
  }

  /** Returns the length of a vector. */
  @Override
  public int dim() {
    return dim;
  }

  /** Returns how many items have a vector. */
  public int size() {
    return live;
  }

  /** Returns the row after the last one ever used: what a scan has to look at. */
  public int rows() {
    return rows;
  }

  VectorBlock[] blocks() {
    return blocks;
  }

  /**
   * Sets the vector of an item (writer only).
   *
   * @return its row
   */
  public int put(int code, float[] vector) {
    int known = rowOfCode.get(code);
    int row = known >= 0 ? known : nextRow();
    blocks[row / VectorBlock.ROWS].write(row % VectorBlock.ROWS, code, vector);
    if (known < 0) {
      rowOfCode.set(code, row);
      live = ++liveCount;
    }
    return row;
  }

  /**
   * Removes an item (writer only).
   *
   * @return the row it had, -1 when it had none
   */
  public int remove(int code) {
    int row = rowOfCode.get(code);
    if (row < 0) {
      return NO_ROW;
    }
    rowOfCode.set(code, NO_ROW);
    blocks[row / VectorBlock.ROWS].clear(row % VectorBlock.ROWS);
    live = --liveCount;
    release(row);
    return row;
  }

  private void release(int row) {
    if (freeCount == free.length) {
      free = Arrays.copyOf(free, freeCount * 2);
    }
    free[freeCount++] = row;
  }

  private int nextRow() {
    if (freeCount > 0) {
      return free[--freeCount];
    }
    int row = rows;
    VectorBlock[] all = blocks;
    if (row / VectorBlock.ROWS == all.length) {
      all = Arrays.copyOf(all, all.length + 1);
      all[all.length - 1] = new VectorBlock(dim, half);
      blocks = all;
    }
    rows = row + 1;
    return row;
  }

  /** Returns the row of an item, -1 when it has none. */
  public int row(int code) {
    return rowOfCode.get(code);
  }

  /** Tells whether an item has a vector. */
  @Override
  public boolean contains(int code) {
    return rowOfCode.get(code) >= 0;
  }

  /** Returns the code of the item in a row, {@link ItemIds#UNKNOWN} when it is empty. */
  public int code(int row) {
    return blocks[row / VectorBlock.ROWS].code(row % VectorBlock.ROWS);
  }

  /**
   * Copies a row as it was at one moment.
   *
   * @return the code of its item, {@link ItemIds#UNKNOWN} when the row is empty
   */
  public int read(int row, float[] into) {
    return blocks[row / VectorBlock.ROWS].read(row % VectorBlock.ROWS, into);
  }

  /**
   * Copies the vector of an item as it was at one moment.
   *
   * @return whether the item has one
   */
  @Override
  public boolean readItem(int code, float[] into) {
    int row = row(code);
    return row >= 0 && read(row, into) == code;
  }

  /**
   * Computes the dot product of a query with the vector of an item as it was at one moment.
   *
   * @return {@link Float#NaN} when the item has none
   */
  public float dot(float[] query, int code) {
    int row = row(code);
    return row < 0
        ? Float.NaN
        : blocks[row / VectorBlock.ROWS].dot(row % VectorBlock.ROWS, code, query);
  }

  /**
   * The same of many items. Their vectors lie anywhere in memory, so first a few values of each of
   * a group are looked at, which lets the processor wait for many of them at a time (group
   * prefetching: Chen et al., "Improving hash join performance through prefetching", 2004).
   *
   * @param count so many of the codes
   * @param into is overwritten
   */
  public void dot(float[] query, int[] codes, int count, float[] into) {
    int[] found = new int[Math.min(count, GROUP)];
    for (int from = 0; from < count; from += GROUP) {
      dot(query, codes, from, Math.min(count, from + GROUP), found, into);
    }
  }

  private void dot(float[] query, int[] codes, int from, int to, int[] found, float[] into) {
    for (int i = from; i < to; i++) {
      found[i - from] = row(codes[i]);
    }
    VectorBlock[] all = blocks;
    for (int i = from; i < to; i++) {
      int row = found[i - from];
      if (row >= 0) {
        into[i] = all[row / VectorBlock.ROWS].touch(row % VectorBlock.ROWS);
      }
    }
    for (int i = from; i < to; i++) {
      int row = found[i - from];
      into[i] =
          row < 0
              ? Float.NaN
              : all[row / VectorBlock.ROWS].dot(row % VectorBlock.ROWS, codes[i], query);
    }
  }

  /**
   * Returns how far the vector of an item has moved since the table knows it, each step in parts of
   * the vector's length at that time; -1 when the item has none. A user vector made from rows that
   * have moved since is worth making again.
   */
  @Override
  public double travelled(int code) {
    int row = row(code);
    return row < 0 ? -1 : blocks[row / VectorBlock.ROWS].travelled(row % VectorBlock.ROWS);
  }

  /** Writes all vectors (writer only). */
  public void save(StateOutput state) {
    state.putInt(rows);
    for (VectorBlock block : blocks) {
      block.save(state);
    }
  }

  /** Reads vectors that were written; for an empty table of the same kind (writer only). */
  public void load(StateInput state) {
    int end = state.getCount(Integer.MAX_VALUE - VectorBlock.ROWS);
    VectorBlock[] all = new VectorBlock[(end + VectorBlock.ROWS - 1) / VectorBlock.ROWS];
    for (int b = 0; b < all.length; b++) {
      all[b] = new VectorBlock(dim, half);
      all[b].load(state);
    }
    blocks = all;
    for (int row = end - 1; row >= 0; row--) {
      int code = all[row / VectorBlock.ROWS].code(row % VectorBlock.ROWS);
      if (code >= 0) {
        rowOfCode.set(code, row);
        liveCount++;
      } else {
        release(row);
      }
    }
    rows = end;
    live = liveCount;
  }
}
