package dev.headwater.serving.items;

/**
 * The best rows seen so far: a min-heap of fixed size. Ties go to the lower row, so that the result
 * does not depend on the order of offers. Not thread-safe; made for one query.
 */
public final class TopK {
  private final float[] scores;
  private final int[] rows;
  private int size;

  /** Creates a heap that keeps {@code capacity} rows. */
  public TopK(int capacity) {
    scores = new float[capacity];
    rows = new int[capacity];
  }

  /** Returns how many rows can be kept. */
  public int capacity() {
    return rows.length;
  }

  /** Forgets all rows. */
  public void clear() {
    size = 0;
  }

  /** Returns how many rows are kept. */
  public int size() {
    return size;
  }

  /** Returns the score that a row must exceed or meet to be kept. */
  public float threshold() {
    return size < scores.length ? Float.NEGATIVE_INFINITY : scores[0];
  }

  /** Offers a row. NaN is never kept. */
  public void offer(int row, float score) {
    if (size < scores.length) {
      if (!Float.isNaN(score)) {
        siftUp(size++, row, score);
      }
    } else if (score > scores[0] || (score == scores[0] && row < rows[0])) {
      siftDown(0, row, score);
    }
  }

  private void siftUp(int start, int row, float score) {
    int at = start;
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      if (!before(score, row, scores[parent], rows[parent])) {
        break;
      }
      scores[at] = scores[parent];
      rows[at] = rows[parent];
      at = parent;
    }
    scores[at] = score;
    rows[at] = row;
  }

  private void siftDown(int start, int row, float score) {
    int at = start;
    while (true) {
      int child = 2 * at + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size
          && before(scores[child + 1], rows[child + 1], scores[child], rows[child])) {
        child++;
      }
      if (!before(scores[child], rows[child], score, row)) {
        break;
      }
      scores[at] = scores[child];
      rows[at] = rows[child];
      at = child;
    }
    scores[at] = score;
    rows[at] = row;
  }

  /** Tells whether a is worse than b, that is, nearer to the heap's root. */
  private static boolean before(float scoreA, int rowA, float scoreB, int rowB) {
    return scoreA < scoreB || (scoreA == scoreB && rowA > rowB);
  }

  /** Empties the heap and returns the rows, best first. */
  public int[] drain() {
    return drain(new float[size]);
  }

  /**
   * The same with their scores.
   *
   * @param sortedScores gets them, as many as are kept
   */
  public int[] drain(float[] sortedScores) {
    int[] sorted = new int[size];
    while (size > 0) {
      sorted[size - 1] = rows[0];
      sortedScores[size - 1] = scores[0];
      size--;
      if (size > 0) {
        siftDown(0, rows[size], scores[size]);
      }
    }
    return sorted;
  }
}
