package dev.headwater.idp.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * Cross-entropy over all items. The best loss for catalogs of a few thousand; its cost grows with
 * the catalog.
 */
public final class FullSoftmax implements RankingLoss {
  @Override
  public Sampling sampling() {
    return Sampling.ALL;
  }

  @Override
  public LossGradients gradients(
      NDArray hidden, NDArray positives, Candidates candidates, float scale) {
    long targets = hidden.getShape().get(0);
    NDArray rows = candidates.rows();
    NDArray p = hidden.mul(scale).matMul(rows.transpose()).softmax(1);
    long[] columns = new long[candidates.columnOfTarget().length];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = candidates.columnOfTarget()[i];
    }
    NDArray own = hidden.getManager().create(columns, new Shape(targets, 1));
    double loss = -p.gather(own, 1).maximum(1e-30f).log().mean().getFloat();
    float factor = scale / targets;
    NDArray hiddenGradient = p.matMul(rows).subi(positives).muli(factor);
    NDArray scaled = hidden.mul(factor);
    NDArray rowGradient = p.transpose().matMul(scaled);
    double scaleGradient = hidden.mul(hiddenGradient).sum().getFloat() / scale;
    return new LossGradients(loss, hiddenGradient, scaled.negi(), rowGradient, scaleGradient);
  }
}
