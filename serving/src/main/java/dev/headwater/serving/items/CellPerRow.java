package dev.headwater.serving.items;

import java.util.Arrays;

/**
 * The cell of each row, in two bytes a row, kept in chunks that never move. One writer; who reads
 * beside it may see the cell of a moment ago.
 */
final class CellPerRow {
  /** Most cells; so many would be made for 470,000,000 rows. */
  static final int CELLS_MAX = Character.MAX_VALUE;

  private static final int BITS = 12;
  private static final int CHUNK = 1 << BITS;
  private static final int NO_CELL = -1;

  private volatile char[][] chunks = new char[0][];

  /** Returns the cell, -1 when there is none. */
  int get(int row) {
    char[][] all = chunks;
    int chunk = row >> BITS;
    return chunk >= all.length ? NO_CELL : all[chunk][row & (CHUNK - 1)] - 1;
  }

  /** Sets the cell (writer only); -1 removes it. */
  void set(int row, int cell) {
    int chunk = row >> BITS;
    char[][] all = chunks;
    if (chunk >= all.length) {
      int known = all.length;
      all = Arrays.copyOf(all, chunk + 1);
      for (int i = known; i < all.length; i++) {
        all[i] = new char[CHUNK]; // cells are kept plus one: 0 says none
      }
      chunks = all;
    }
    all[chunk][row & (CHUNK - 1)] = (char) (cell + 1);
  }
}
