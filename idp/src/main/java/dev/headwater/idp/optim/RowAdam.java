package dev.headwater.idp.optim;

import dev.headwater.idp.tensor.Rows;
import java.util.Arrays;

/**
 * Adam that visits only rows with a gradient and counts steps by row: a row that was not met for
 * long neither decays nor pays. For one thread.
 */
public final class RowAdam {
  private final AdamConfig config;
  private final int dim;
  private float[] first;
  private float[] second;
  private long[] steps;
  private final float[] row;
  private final float[] mean;
  private final float[] square;
  private final float[] slope;

  /** Starts with no memory of any row. */
  public RowAdam(AdamConfig config, int dim, int rows) {
    this.config = config;
    this.dim = dim;
    this.first = new float[rows * dim];
    this.second = new float[rows * dim];
    this.steps = new long[rows];
    this.row = new float[dim];
    this.mean = new float[dim];
    this.square = new float[dim];
    this.slope = new float[dim];
  }

  /** Makes room for row numbers below {@code rows}. */
  public void ensure(int rows) {
    if (rows > steps.length) {
      int larger = Math.max(rows, steps.length + (steps.length >> 1));
      first = Arrays.copyOf(first, larger * dim);
      second = Arrays.copyOf(second, larger * dim);
      steps = Arrays.copyOf(steps, larger);
    }
  }

  /**
   * Takes a step on every row that has a gradient.
   *
   * @param maxNorm rows longer than that are shortened to it; infinite for no cap
   */
  public void step(Rows table, RowGradients gradients, float learningRate, float maxNorm) {
    for (int i = 0; i < gradients.count(); i++) {
      int number = gradients.row(i);
      table.get(number, row, 0);
      move(number, gradients.sums(), i * dim, learningRate);
      shorten(maxNorm);
      table.set(number, row, 0);
    }
  }

  /** Forgets what is known of a row. */
  public void clear(int number) {
    Arrays.fill(first, number * dim, (number + 1) * dim, 0);
    Arrays.fill(second, number * dim, (number + 1) * dim, 0);
    steps[number] = 0;
  }

  /** A copy of a row's mean gradient. */
  public float[] first(int number) {
    return Arrays.copyOfRange(first, number * dim, (number + 1) * dim);
  }

  /** A copy of a row's mean squared gradient. */
  public float[] second(int number) {
    return Arrays.copyOfRange(second, number * dim, (number + 1) * dim);
  }

  /** How many steps a row has taken. */
  public long steps(int number) {
    return steps[number];
  }

  /** Sets what is known of a row. */
  public void restore(int number, float[] firstMoment, float[] secondMoment, long taken) {
    System.arraycopy(firstMoment, 0, first, number * dim, dim);
    System.arraycopy(secondMoment, 0, second, number * dim, dim);
    steps[number] = taken;
  }

  private void move(int number, float[] gradient, int from, float learningRate) {
    double step = (double) ++steps[number];
    float b1 = config.beta1();
    float b2 = config.beta2();
    float rate = (float) (learningRate / (1 - Math.pow(b1, step)));
    float correction = (float) (1 / (1 - Math.pow(b2, step)));
    int at = number * dim;
    System.arraycopy(first, at, mean, 0, dim);
    System.arraycopy(second, at, square, 0, dim);
    System.arraycopy(gradient, from, slope, 0, dim);
    addMean(mean, slope, b1);
    addSquare(square, slope, b2);
    descend(row, mean, square, rate, correction, config.epsilon());
    System.arraycopy(mean, 0, first, at, dim);
    System.arraycopy(square, 0, second, at, dim);
  }

  // Each loop writes one array and meets all at one place: so the compiler makes vectors of it.

  private static void addMean(float[] mean, float[] slope, float beta) {
    for (int k = 0; k < mean.length; k++) {
      mean[k] = beta * mean[k] + (1 - beta) * slope[k];
    }
  }

  private static void addSquare(float[] square, float[] slope, float beta) {
    for (int k = 0; k < square.length; k++) {
      square[k] = beta * square[k] + (1 - beta) * slope[k] * slope[k];
    }
  }

  private static void descend(
      float[] row, float[] mean, float[] square, float rate, float correction, float epsilon) {
    for (int k = 0; k < row.length; k++) {
      row[k] -= rate * mean[k] / ((float) Math.sqrt(square[k] * correction) + epsilon);
    }
  }

  private void shorten(float maxNorm) {
    double square = 0;
    for (float value : row) {
      square += value * value;
    }
    if (square > (double) maxNorm * maxNorm) {
      float factor = (float) (maxNorm / Math.sqrt(square));
      for (int k = 0; k < dim; k++) {
        row[k] *= factor;
      }
    }
  }
}
