package dev.headwater.idp.rank;

/**
 * Scores candidates: log-linear, {@code score(v) = Σ_k w_k f_k(v)}, with weights for a length of
 * history and for the time since its newest event. The exponentials of the scores are chances up to
 * a factor, which candidates of one answer share; items that nobody took yet are raised beyond that
 * ({@link NewItemBoost}). For any thread.
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

  /** The score of each candidate, in the order of the table; that of new items is raised. */
  public double[] scores(FeatureTable table) {
    return scorer(table).scores();
  }

  /** Scores the candidates of a table one by one, and says who speaks for them. */
  public Scorer scorer(FeatureTable table) {
    return new Scorer(weights.weights(), table);
  }
}
