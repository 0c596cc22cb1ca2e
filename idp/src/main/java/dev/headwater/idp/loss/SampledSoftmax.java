package dev.headwater.idp.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.tensor.Torch;

/**
 * Cross-entropy of the target against a uniform sample of the others. Each sampled item stands for
 * {@code n/K} items: its logit is raised by {@code ln(n/K)} (here the target's is lowered by it,
 * which is the same), so that the loss estimates that of the full softmax. A target that was drawn
 * as its own competitor is left out.
 */
public final class SampledSoftmax implements RankingLoss {
  private static final float NEVER = -1e9f;

  @Override
  public Sampling sampling() {
    return Sampling.SHARED;
  }

  @Override
  public LossGradients gradients(
      NDArray hidden, NDArray positives, Candidates candidates, float scale) {
    int targets = (int) hidden.getShape().get(0);
    NDArray rows = candidates.rows();
    NDArray scaled = hidden.mul(scale);
    NDArray own =
        scaled.mul(positives).sum(new int[] {1}, true).subi(corrections(hidden, candidates));
    NDArray others = scaled.matMul(rows.transpose());
    NDArray p = withoutOwn(own, own.concat(others, 1), candidates).softmax(1);
    NDArray pOwn = p.get(new NDIndex().addAllDim().addSliceDim(0, 1));
    NDArray pOthers = p.get(new NDIndex().addAllDim().addSliceDim(1, candidates.size() + 1));
    double loss = -pOwn.maximum(1e-30f).log().mean().getFloat();
    float factor = scale / targets;
    NDArray ownError = pOwn.sub(1).muli(factor);
    NDArray hiddenGradient = pOthers.matMul(rows).muli(factor).addi(positives.mul(ownError));
    NDArray rowGradient = pOthers.transpose().matMul(hidden.mul(factor));
    double scaleGradient = hidden.mul(hiddenGradient).sum().getFloat() / scale;
    return new LossGradients(
        loss, hiddenGradient, hidden.mul(ownError), rowGradient, scaleGradient);
  }

  private static NDArray corrections(NDArray hidden, Candidates candidates) {
    int[] columns = candidates.columnOfTarget();
    float[] corrections = new float[columns.length];
    int others = Math.max(1, candidates.population() - 1);
    for (int i = 0; i < columns.length; i++) {
      int drawn = Math.max(1, candidates.size() - (columns[i] >= 0 ? 1 : 0));
      corrections[i] = (float) Math.log((double) others / drawn);
    }
    return hidden.getManager().create(corrections, new Shape(columns.length, 1));
  }

  /** Where a target meets itself: never. Elsewhere the first column is written over itself. */
  private static NDArray withoutOwn(NDArray own, NDArray logits, Candidates candidates) {
    int[] columns = candidates.columnOfTarget();
    long[] where = new long[columns.length];
    float[] keep = new float[columns.length];
    boolean any = false;
    for (int i = 0; i < columns.length; i++) {
      where[i] = columns[i] + 1L;
      keep[i] = columns[i] < 0 ? 1 : 0;
      any |= columns[i] >= 0;
    }
    if (!any) {
      return logits;
    }
    NDManager manager = own.getManager();
    NDArray kept = manager.create(keep, own.getShape());
    NDArray values = own.mul(kept).addi(kept.sub(1).muli(-NEVER));
    return Torch.scatter(logits, manager.create(where, own.getShape()), values);
  }
}
