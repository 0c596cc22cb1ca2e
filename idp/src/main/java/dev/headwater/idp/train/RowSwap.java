package dev.headwater.idp.train;

import dev.headwater.idp.optim.RowGradients;
import dev.headwater.idp.tensor.Rows;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * At each step every row is replaced, with some probability, by the weighted mean of its text
 * neighbours' rows, and the gradient goes to them. So the model learns to read generated rows, and
 * a generated row of a new item can win a place. For one thread.
 */
final class RowSwap {
  private final TextNeighbours neighbours;
  private final int firstRow;
  private final float probability;
  private final int dim;
  private boolean[] swapped = new boolean[0];

  /**
   * Prepares.
   *
   * @param neighbours of the domain's items
   * @param firstRow where the domain begins in the table
   * @param probability that a row is replaced in a step
   */
  RowSwap(TextNeighbours neighbours, int firstRow, float probability, int dim) {
    this.neighbours = neighbours;
    this.firstRow = firstRow;
    this.probability = probability;
    this.dim = dim;
  }

  /**
   * Draws which of these distinct rows are replaced in this step, and writes what stands for them.
   */
  void show(int[] rows, Rows table, Rows view, SplittableRandom random) {
    if (swapped.length < table.capacity()) {
      swapped = new boolean[table.capacity()];
    }
    float[] values = new float[dim];
    for (int row : rows) {
      int[] near = neighbours.items().get(row - firstRow);
      swapped[row] = near.length > 0 && random.nextDouble() < probability;
      if (swapped[row]) {
        mean(near, neighbours.weights().get(row - firstRow), table, values);
      } else {
        table.get(row, values, 0);
      }
      view.set(row, values);
    }
  }

  /**
   * Writes what stands for the first rows on average: as with any dropout, the expectation is what
   * is served. A row that few users taught so leans on its neighbours.
   */
  void settle(int rows, Rows table, Rows view) {
    float[] own = new float[dim];
    float[] values = new float[dim];
    for (int row = 0; row < rows; row++) {
      table.get(row, own, 0);
      int[] near = neighbours.items().get(row - firstRow);
      if (near.length > 0) {
        mean(near, neighbours.weights().get(row - firstRow), table, values);
        for (int d = 0; d < dim; d++) {
          own[d] += probability * (values[d] - own[d]);
        }
      }
      view.set(row, own);
    }
  }

  /** Hands the gradients of replaced rows to the rows they were made from. */
  void passOn(RowGradients shown, RowGradients real) {
    float[] gradient = new float[dim];
    float[] part = new float[dim];
    for (int i = 0; i < shown.count(); i++) {
      int row = shown.row(i);
      shown.get(i, gradient);
      if (!swapped[row]) {
        real.add(row, gradient);
      } else {
        int[] near = neighbours.items().get(row - firstRow);
        float[] weights = neighbours.weights().get(row - firstRow);
        for (int k = 0; k < near.length; k++) {
          for (int d = 0; d < dim; d++) {
            part[d] = weights[k] * gradient[d];
          }
          real.add(firstRow + near[k], part);
        }
      }
    }
  }

  private void mean(int[] near, float[] weights, Rows table, float[] values) {
    Arrays.fill(values, 0);
    float[] row = new float[dim];
    for (int k = 0; k < near.length; k++) {
      table.get(firstRow + near[k], row, 0);
      for (int d = 0; d < dim; d++) {
        values[d] += weights[k] * row[d];
      }
    }
  }
}
