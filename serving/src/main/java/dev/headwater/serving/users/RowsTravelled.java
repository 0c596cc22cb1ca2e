package dev.headwater.serving.users;

import dev.headwater.serving.items.ItemRows;

/**
 * Where the rows of a history stood: how many there were and how far they had moved in all. Two of
 * them tell how far the rows have moved in between.
 *
 * @param rows of the history that the table knew, the last ones
 * @param sum of what they had travelled, in parts of their length
 * @param newest what the newest of them had travelled
 */
record RowsTravelled(int rows, float sum, float newest) {

  /** Looks at the last {@code max} items of a history that have a row. */
  static RowsTravelled of(ItemRows vectors, int[] codes, int max) {
    int rows = 0;
    double sum = 0;
    double newest = 0;
    for (int i = codes.length - 1; i >= 0 && rows < max; i--) {
      double travelled = vectors.travelled(codes[i]);
      if (travelled >= 0) {
        newest = rows == 0 ? travelled : newest;
        sum += travelled;
        rows++;
      }
    }
    return new RowsTravelled(rows, (float) sum, (float) newest);
  }

  /**
   * Returns how far a row has moved since, in parts of its length: the mean of all, or a third of
   * the newest one's, if that is more; infinite when rows came or went.
   */
  double since(RowsTravelled before) {
    if (rows != before.rows) {
      return Double.POSITIVE_INFINITY;
    }
    if (rows == 0) {
      return 0;
    }
    double mean = Math.abs(sum - before.sum) / rows;
    return Math.max(mean, Math.abs(newest - before.newest) / 3);
  }
}
