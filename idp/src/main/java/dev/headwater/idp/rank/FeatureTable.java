package dev.headwater.idp.rank;

import java.util.Arrays;

/** The features of all candidates of one answer, {@code [candidates][Feature]}. For one thread. */
public final class FeatureTable {
  private float[] values = new float[0];
  private int rows;
  private int historyLength;
  private long idleMs;

  /**
   * Empties the table and makes room.
   *
   * @param history how many items it has
   * @param idle milliseconds since its newest event; below 0 where that is not known
   */
  public void start(int candidates, int history, long idle) {
    rows = candidates;
    historyLength = history;
    idleMs = idle;
    if (values.length < rows * Feature.COUNT) {
      values = new float[rows * Feature.COUNT];
    }
    Arrays.fill(values, 0, rows * Feature.COUNT, 0);
  }

  /** How many candidates. */
  public int rows() {
    return rows;
  }

  /** How many items the history has. */
  public int historyLength() {
    return historyLength;
  }

  /** Milliseconds since the newest event of the history; below 0 where that is not known. */
  public long idleMs() {
    return idleMs;
  }

  /** One value. */
  public float get(int row, Feature feature) {
    return values[row * Feature.COUNT + feature.column()];
  }

  void set(int row, Feature feature, double value) {
    values[row * Feature.COUNT + feature.column()] = (float) value;
  }

  /** The weighted sum of a row. */
  double dot(int row, float[] weights) {
    double sum = 0;
    for (int k = 0, at = row * Feature.COUNT; k < Feature.COUNT; k++, at++) {
      sum += weights[k] * values[at];
    }
    return sum;
  }

  /** Adds a multiple of a row. */
  void addTo(double[] sum, int row, double factor) {
    for (int k = 0, at = row * Feature.COUNT; k < Feature.COUNT; k++, at++) {
      sum[k] += factor * values[at];
    }
  }
}
