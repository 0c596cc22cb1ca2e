package dev.headwater.idp.optim;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Adds up the gradients of the rows that one step touches. For one thread; used again each step.
 */
public final class RowGradients {
  private final int dim;
  private int[] placeOf = new int[0];
  private int[] touched = new int[256];
  private float[] sums;
  private float[] scratch = new float[0];
  private int count;

  /** Makes an empty sum. */
  public RowGradients(int dim) {
    this.dim = dim;
    this.sums = new float[touched.length * dim];
  }

  /** Forgets all, and makes room for row numbers below {@code rows}. */
  public void reset(int rows) {
    for (int i = 0; i < count; i++) {
      placeOf[touched[i]] = 0;
    }
    Arrays.fill(sums, 0, count * dim, 0);
    count = 0;
    if (placeOf.length < rows) {
      placeOf = new int[rows + (rows >> 1)];
    }
  }

  /**
   * Adds one gradient a row.
   *
   * @param rows row numbers, -1 for a gradient to skip
   * @param gradients {@code [rows, dim]}
   */
  public void add(int[] rows, FloatBuffer gradients) {
    int length = rows.length * dim;
    if (scratch.length < length) {
      scratch = new float[length];
    }
    gradients.get(0, scratch, 0, length);
    add(rows, scratch);
  }

  /** The same from an array, whose further values do not count. */
  public void add(int[] rows, float[] gradients) {
    for (int i = 0; i < rows.length; i++) {
      if (rows[i] >= 0) {
        int to = place(rows[i]) * dim;
        int from = i * dim;
        for (int k = 0; k < dim; k++) {
          sums[to + k] += gradients[from + k];
        }
      }
    }
  }

  /** Adds one gradient to one row. */
  public void add(int row, float[] gradient) {
    int to = place(row) * dim;
    for (int k = 0; k < dim; k++) {
      sums[to + k] += gradient[k];
    }
  }

  /** Copies the sum of the i-th touched row. */
  public void get(int i, float[] target) {
    System.arraycopy(sums, i * dim, target, 0, dim);
  }

  /** Replaces the sum of the i-th touched row. */
  public void set(int i, float[] values) {
    System.arraycopy(values, 0, sums, i * dim, dim);
  }

  /** Length of a row. */
  public int dim() {
    return dim;
  }

  /** How many rows have a gradient. */
  public int count() {
    return count;
  }

  /** The i-th touched row. */
  public int row(int i) {
    return touched[i];
  }

  /** Copies of the touched row numbers, in the order they were met. */
  public int[] rows() {
    return Arrays.copyOf(touched, count);
  }

  /** Copies of the sums, {@code [count, dim]}. */
  public float[] copyOfSums() {
    return Arrays.copyOf(sums, count * dim);
  }

  /** All sums; those of the i-th touched row start at {@code i * dim}. */
  float[] sums() {
    return sums;
  }

  /** Tells whether every sum is a number. */
  public boolean isFinite() {
    float total = 0;
    for (int i = 0; i < count * dim; i++) {
      total += sums[i] * 0;
    }
    return total == 0;
  }

  private int place(int row) {
    int place = placeOf[row];
    if (place != 0) {
      return place - 1;
    }
    if (count == touched.length) {
      touched = Arrays.copyOf(touched, count * 2);
      sums = Arrays.copyOf(sums, sums.length * 2);
    }
    touched[count] = row;
    placeOf[row] = ++count;
    return count - 1;
  }
}
