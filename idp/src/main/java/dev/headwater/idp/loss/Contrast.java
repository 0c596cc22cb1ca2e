package dev.headwater.idp.loss;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * The cross-entropy of each query's own candidate among all, by scaled dot products (InfoNCE, van
 * den Oord et al., "Representation Learning with Contrastive Predictive Coding", 2018). Lives as
 * long as the manager of the queries, and of the candidates, which may be another one.
 *
 * @param loss the mean over the queries
 * @param error by which queries and candidates pull at each other, {@code [queries, candidates]}
 * @param queries what was compared
 * @param candidates with what
 */
public record Contrast(double loss, NDArray error, NDArray queries, NDArray candidates) {
  /**
   * Compares.
   *
   * @param queries {@code [queries, dim]}; what is made here belongs to their manager
   * @param candidates {@code [candidates, dim]}
   * @param own the place of each query's candidate
   * @param mask added to the scores, {@code [queries, candidates]}; null adds nothing
   * @param scale of the dot products: one over the temperature
   */
  public static Contrast of(
      NDArray queries, NDArray candidates, int[] own, @Nullable NDArray mask, float scale) {
    int width = Math.toIntExact(candidates.getShape().get(0));
    float[] marks = new float[own.length * width];
    for (int i = 0; i < own.length; i++) {
      marks[i * width + own[i]] = 1;
    }
    NDArray turned = candidates.transpose();
    turned.attach(queries.getManager());
    NDArray scores = queries.matMul(turned).muli(scale);
    NDArray p = (mask == null ? scores : scores.addi(mask)).softmax(1);
    NDArray mark = p.getManager().create(marks, p.getShape());
    double loss = -p.mul(mark).sum(new int[] {1}).maximum(1e-30f).log().mean().getFloat();
    return new Contrast(loss, p.subi(mark).muli(scale / own.length), queries, candidates);
  }

  /** The loss's gradient by the queries, {@code [queries, dim]}. */
  public NDArray ofQueries() {
    return error.matMul(candidates);
  }

  /** The loss's gradient by the candidates, {@code [candidates, dim]}. */
  public NDArray ofCandidates() {
    return error.transpose().matMul(queries);
  }
}
