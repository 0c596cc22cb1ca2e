package dev.headwater.idp.rank;

import java.util.Arrays;

/** The features of all candidates of one answer, {@code [candidates][Feature]}. For one thread. */
public final class FeatureTable {
  private float[] values = new float[0];
  private int rows;
  private RankContext context = new RankContext(0, RankerWeights.UNKNOWN, 0, 0);

  /** Empties the table and makes room. */
  void start(int candidates, RankContext madeFor) {
    rows = candidates;
    context = madeFor;
    if (values.length < rows * Feature.COUNT) {
      values = new float[rows * Feature.COUNT];
    }
    Arrays.fill(values, 0, rows * Feature.COUNT, 0);
  }

  /** How many candidates. */
  public int rows() {
    return rows;
  }

  /** What the answer is made for. */
  RankContext context() {
    return context;
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
