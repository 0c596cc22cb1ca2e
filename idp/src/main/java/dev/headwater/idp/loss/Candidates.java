package dev.headwater.idp.loss;

import ai.djl.ndarray.NDArray;

/**
 * What the targets of a step compete with.
 *
 * @param rows {@code [candidates, dim]} embeddings, of the step's manager
 * @param columnOfTarget for each target, its own place among the candidates, or -1
 * @param population how many items the candidates stand for
 */
@SuppressWarnings("ArrayRecordComponent") // lives for one step, never compared
public record Candidates(NDArray rows, int[] columnOfTarget, int population) {
  /** The number of candidates. */
  public int size() {
    return (int) rows.getShape().get(0);
  }
}
