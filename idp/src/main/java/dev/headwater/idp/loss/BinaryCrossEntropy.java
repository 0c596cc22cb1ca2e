package dev.headwater.idp.loss;

import ai.djl.ndarray.NDArray;

/**
 * {@code -ln σ(h·e⁺) - ln σ(-h·e⁻)} with one negative a target, as SASRec was published with.
 * Weaker than a softmax on catalogs of a few thousand.
 */
public final class BinaryCrossEntropy implements RankingLoss {
  @Override
  public Sampling sampling() {
    return Sampling.ONE_EACH;
  }

  @Override
  public LossGradients gradients(
      NDArray hidden, NDArray positives, Candidates candidates, float scale) {
    NDArray negatives = candidates.rows();
    float factor = scale / hidden.getShape().get(0);
    NDArray up = Pairs.dots(hidden, positives).muli(scale);
    NDArray down = Pairs.dots(hidden, negatives).muli(scale);
    double loss = -Pairs.logSigmoid(up).add(Pairs.logSigmoid(down.neg())).mean().getFloat();
    NDArray upError = Pairs.sigmoid(up).subi(1).muli(factor);
    NDArray downError = Pairs.sigmoid(down).muli(factor);
    NDArray hiddenGradient = positives.mul(upError).addi(negatives.mul(downError));
    return new LossGradients(
        loss,
        hiddenGradient,
        hidden.mul(upError),
        hidden.mul(downError),
        Pairs.dots(hidden, hiddenGradient).sum().getFloat() / scale);
  }
}
