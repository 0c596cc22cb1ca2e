package dev.headwater.idp.evaluate;

import dev.headwater.idp.rank.Feature;
import dev.headwater.idp.rank.RankerWeights;
import java.util.Optional;

/** The mean of a ranker's weights over some moments. For one thread. */
final class MeanWeights {
  private final double[][] sums = new double[RankerWeights.ROWS][Feature.COUNT];
  private long steps;
  private int added;

  /** Adds the weights of a moment. */
  void add(RankerWeights weights) {
    float[][] rows = weights.weights();
    for (int row = 0; row < sums.length; row++) {
      for (int k = 0; k < sums[row].length; k++) {
        sums[row][k] += rows[row][k];
      }
    }
    steps = weights.steps();
    added++;
  }

  /** The mean, with the steps of the last moment; empty where none was added. */
  Optional<RankerWeights> get() {
    if (added == 0) {
      return Optional.empty();
    }
    float[][] mean = new float[sums.length][Feature.COUNT];
    for (int row = 0; row < sums.length; row++) {
      for (int k = 0; k < sums[row].length; k++) {
        mean[row][k] = (float) (sums[row][k] / added);
      }
    }
    return Optional.of(new RankerWeights(steps, mean));
  }
}
