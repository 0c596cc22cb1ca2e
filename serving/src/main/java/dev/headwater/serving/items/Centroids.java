package dev.headwater.serving.items;

import java.util.random.RandomGenerator;

/**
 * Middles of cells, found by k-means over a sample of rows. Immutable once trained; safe for
 * concurrent use.
 */
public final class Centroids {
  private static final int ROUNDS = 6;

  private final int dim;
  private final int size;
  private final float[] values;
  private final float[] halfSquares;

  private Centroids(int dim, int size) {
    this.dim = dim;
    this.size = size;
    values = new float[dim * size];
    halfSquares = new float[size];
  }

  /**
   * Trains centroids.
   *
   * @param sample vectors, at least one
   * @param size how many centroids; fewer when the sample is smaller
   * @param random chooses the first centroids
   */
  public static Centroids train(float[][] sample, int size, RandomGenerator random) {
    Centroids centroids = new Centroids(sample[0].length, Math.min(size, sample.length));
    float[][] mixed = sample.clone();
    for (int c = 0; c < centroids.size; c++) {
      int other = c + random.nextInt(mixed.length - c);
      float[] chosen = mixed[other];
      mixed[other] = mixed[c];
      mixed[c] = chosen;
      centroids.set(c, chosen);
    }
    for (int round = 0; round < ROUNDS; round++) {
      centroids.improve(sample, random);
    }
    return centroids;
  }

  private void set(int c, float[] vector) {
    float square = 0;
    for (int d = 0; d < dim; d++) {
      values[d * size + c] = vector[d];
      square += vector[d] * vector[d];
    }
    halfSquares[c] = square / 2;
  }

  private void improve(float[][] sample, RandomGenerator random) {
    float[] scratch = new float[size];
    float[][] sums = new float[size][dim];
    int[] counts = new int[size];
    for (float[] vector : sample) {
      int c = nearest(vector, scratch);
      counts[c]++;
      for (int d = 0; d < dim; d++) {
        sums[c][d] += vector[d];
      }
    }
    for (int c = 0; c < size; c++) {
      if (counts[c] == 0) {
        set(c, sample[random.nextInt(sample.length)]);
        continue;
      }
      for (int d = 0; d < dim; d++) {
        sums[c][d] /= counts[c];
      }
      set(c, sums[c]);
    }
  }

  /** Returns how many there are. */
  public int size() {
    return size;
  }

  /** Computes the dot product of a query with each centroid. */
  void scores(float[] query, float[] out) {
    Kernel.BEST.scores(query, values, out);
  }

  /** Returns the centroid at the smallest distance; {@code scratch} holds a value a centroid. */
  int nearest(float[] vector, float[] scratch) {
    Kernel.BEST.scores(vector, values, scratch);
    int best = 0;
    float bestScore = Float.NEGATIVE_INFINITY;
    for (int c = 0; c < size; c++) {
      float score = scratch[c] - halfSquares[c];
      if (score > bestScore) {
        bestScore = score;
        best = c;
      }
    }
    return best;
  }
}
