package dev.headwater.idp.rank;

import java.util.EnumMap;
import java.util.Map;

/**
 * Scores candidates: log-linear, {@code score(v) = Σ_k w_k f_k(v)}, with weights for a length of
 * history and for the time since its newest event. The exponentials of the scores are chances up to
 * a factor, which candidates of one answer share; items that nobody took yet are raised beyond that
 * ({@link NewItemBoost}). For any thread.
 *
 * @param weights sane ones
 */
public record Ranker(RankerWeights weights) {
  private static final Expert[] EXPERTS = Expert.values();
  private static final Feature[] FEATURES = Feature.values();

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

  /** The score of each candidate, in the order of the table; that of new items is raised. */
  public double[] scores(FeatureTable table) {
    return NewItemBoost.addTo(RankerWeights.scores(weights.weights(), table), table);
  }

  /** What each expert adds to a candidate's score; what a new item is raised by is nobody's. */
  public Map<Expert, Double> contributions(FeatureTable table, int row) {
    double[] parts = parts(table, row);
    Map<Expert, Double> sums = new EnumMap<>(Expert.class);
    for (Expert expert : EXPERTS) {
      sums.put(expert, parts[expert.number()]);
    }
    return sums;
  }

  /** The expert that adds most to a candidate's score. */
  public Expert strongest(FeatureTable table, int row) {
    double[] parts = parts(table, row);
    int most = 0;
    for (int i = 1; i < parts.length; i++) {
      most = parts[i] > parts[most] ? i : most;
    }
    return EXPERTS[most];
  }

  private double[] parts(FeatureTable table, int row) {
    float[] own = RankerWeights.of(weights.weights(), table);
    double[] parts = new double[EXPERTS.length];
    for (Feature feature : FEATURES) {
      parts[feature.expert().number()] += own[feature.column()] * (double) table.get(row, feature);
    }
    return parts;
  }
}
