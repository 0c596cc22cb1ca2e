package dev.headwater.idp.rank;

import java.util.EnumMap;
import java.util.Map;

/**
 * Scores candidates: log-linear, {@code score(v) = Σ_k w_k f_k(v)}, with weights for a length of
 * history and for the time since its newest event. The exponentials of the scores are chances up to
 * a factor, which candidates of one answer share. For any thread.
 *
 * @param weights sane ones
 */
public record Ranker(RankerWeights weights) {
  /**
   * Checks the weights.
   *
   * @throws IllegalArgumentException if they are not fit to be served
   */
  public Ranker {
    weights
        .problem()
        .ifPresent(
            problem -> {
              throw new IllegalArgumentException(problem);
            });
  }

  /** The score of each candidate, in the order of the table. */
  public double[] scores(FeatureTable table) {
    float[] own = RankerWeights.of(weights.weights(), table);
    double[] scores = new double[table.rows()];
    for (int row = 0; row < scores.length; row++) {
      scores[row] = table.dot(row, own);
    }
    return scores;
  }

  /** What each expert adds to a candidate's score. */
  public Map<Expert, Double> contributions(FeatureTable table, int row) {
    float[] own = RankerWeights.of(weights.weights(), table);
    Map<Expert, Double> sums = new EnumMap<>(Expert.class);
    for (Feature feature : Feature.values()) {
      double part = own[feature.column()] * table.get(row, feature);
      sums.merge(feature.expert(), part, Double::sum);
    }
    return sums;
  }
}
