package dev.headwater.idp.loss;

import ai.djl.ndarray.NDArray;

/** Judges outputs against their targets and other candidates. Implementations keep no state. */
public interface RankingLoss {
  /** How the candidates of a step are chosen. */
  enum Sampling {
    /** Every item of the domain. */
    ALL,
    /** Some items of the domain, the same for all targets of the step. */
    SHARED,
    /** One item of the domain for each target. */
    ONE_EACH
  }

  /** The candidates it wants. */
  Sampling sampling();

  /**
   * The loss and its gradients; call it with recording off.
   *
   * @param hidden {@code [targets, dim]} outputs of the encoder
   * @param positives {@code [targets, dim]} embeddings of the targets
   * @param candidates as {@link #sampling} asks
   * @param scale what dot products are multiplied with
   */
  LossGradients gradients(NDArray hidden, NDArray positives, Candidates candidates, float scale);
}
