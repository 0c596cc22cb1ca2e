package dev.headwater.idp.loss;

import ai.djl.ndarray.NDArray;

/** BPR (Rendle et al., 2009): {@code -ln σ(h·e⁺ - h·e⁻)} with one negative a target. */
public final class BayesianRanking implements RankingLoss {
  @Override
  public Sampling sampling() {
    return Sampling.ONE_EACH;
  }

  @Override
  public LossGradients gradients(
      NDArray hidden, NDArray positives, Candidates candidates, float scale) {
    float factor = scale / hidden.getShape().get(0);
    NDArray difference = positives.sub(candidates.rows());
    NDArray margin = Pairs.dots(hidden, difference).muli(scale);
    double loss = -Pairs.logSigmoid(margin).mean().getFloat();
    NDArray error = Pairs.sigmoid(margin).subi(1).muli(factor);
    NDArray hiddenGradient = difference.mul(error);
    NDArray positiveGradient = hidden.mul(error);
    return new LossGradients(
        loss,
        hiddenGradient,
        positiveGradient,
        positiveGradient.neg(),
        Pairs.dots(hidden, hiddenGradient).sum().getFloat() / scale);
  }
}
