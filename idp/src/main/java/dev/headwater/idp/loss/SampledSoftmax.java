package dev.headwater.idp.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.headwater.idp.tensor.Torch;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Cross-entropy of the target against a uniform sample of the others. Each sampled item stands for
 * {@code n/K} items: its logit is raised by {@code ln(n/K)} (here the target's is lowered by it,
 * which is the same), so that the loss estimates that of the full softmax. A target that was drawn
 * as its own competitor is left out.
 *
 * <p>A target may carry a weight. One above 0 multiplies its loss; one below 0 turns it round: the
 * target is to score less than the mean of the others does, {@code -|w| ln(1 - σ(s - ln mean
 * e^s'))} (unlikelihood, Welleck et al. 2020, against one competitor instead of all), which moves
 * nothing where it is far below already.
 *
 * <p>The softmax is taken over the competitors alone; each target joins it afterwards by two
 * numbers of its own. So the large matrix is made once and never copied.
 */
public final class SampledSoftmax implements RankingLoss {
  private static final double SMALLEST = 1e-7;

  @Override
  public Sampling sampling() {
    return Sampling.SHARED;
  }

  @Override
  public LossGradients gradients(
      NDArray hidden, NDArray positives, Candidates candidates, float scale) {
    float[] ones = new float[(int) hidden.getShape().get(0)];
    Arrays.fill(ones, 1);
    return gradients(hidden, positives, candidates, scale, ones);
  }

  /**
   * The same for targets of different weight.
   *
   * @param weights one a target; the loss is still the sum over the targets by their number
   */
  public LossGradients gradients(
      NDArray hidden, NDArray positives, Candidates candidates, float scale, float[] weights) {
    int targets = (int) hidden.getShape().get(0);
    NDArray rows = candidates.rows();
    NDArray scaled = hidden.mul(scale);
    NDArray own = scaled.mul(positives).sum(new int[] {1}, true);
    NDArray logits = scaled.matMul(rows.transpose());
    NDArray shares = logits.softmax(1);
    Joined joined = join(own, logits, shares, candidates, weights, scale / targets);
    leaveOutOwn(shares, candidates);
    NDManager manager = hidden.getManager();
    NDArray ownError = manager.create(joined.ownError(), own.getShape());
    NDArray weight = manager.create(joined.weight(), own.getShape());
    NDArray hiddenGradient = shares.matMul(rows).muli(weight).addi(positives.mul(ownError));
    NDArray rowGradient = shares.transpose().matMul(hidden.mul(weight));
    double scaleGradient = hidden.mul(hiddenGradient).sum().getFloat() / scale;
    return new LossGradients(
        joined.loss(), hiddenGradient, hidden.mul(ownError), rowGradient, scaleGradient);
  }

  /**
   * Targets among their competitors.
   *
   * @param ownError probability of each target less one, times weight and the factor of the mean
   * @param weight what turns a competitor's share of the competitors into its probability, times
   *     the same factor
   */
  @SuppressWarnings("ArrayRecordComponent") // lives for one step, never compared
  private record Joined(double loss, float[] ownError, float[] weight) {}

  private static Joined join(
      NDArray own,
      NDArray logits,
      NDArray shares,
      Candidates candidates,
      float[] weights,
      float factor) {
    FloatBuffer ownLogits = Torch.floats(own);
    FloatBuffer allLogits = Torch.floats(logits);
    FloatBuffer allShares = Torch.floats(shares);
    int[] columns = candidates.columnOfTarget();
    int size = candidates.size();
    float[] ownError = new float[columns.length];
    float[] weight = new float[columns.length];
    double loss = 0;
    for (int i = 0; i < columns.length; i++) {
      int at = i * size + columnWithShare(allShares, i * size, size);
      double total = allLogits.get(at) - Math.log(allShares.get(at));
      double others = columns[i] < 0 ? 1 : 1 - allShares.get(i * size + columns[i]);
      others = Math.max(SMALLEST, others);
      double lead =
          ownLogits.get(i) - correction(candidates, columns[i] >= 0) - total - Math.log(others);
      double sign = Math.signum(weights[i]);
      lead += sign < 0 ? Math.log(Math.max(1, candidates.population() - 1)) : 0;
      double error = Math.abs(weights[i]) / (1 + Math.exp(sign * lead));
      loss += Math.abs(weights[i]) * softplus(-sign * lead);
      ownError[i] = (float) (-sign * error * factor);
      weight[i] = (float) (sign * error / others * factor);
    }
    return new Joined(loss / columns.length, ownError, weight);
  }

  /** {@code ln(1 + e^x)}. */
  private static double softplus(double x) {
    return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
  }

  /** A column whose share is far from 0: the first where it will do, which is nearly always. */
  private static int columnWithShare(FloatBuffer shares, int from, int size) {
    int best = 0;
    for (int k = 1; k < size && shares.get(from + best) < SMALLEST; k++) {
      if (shares.get(from + k) > shares.get(from + best)) {
        best = k;
      }
    }
    return best;
  }

  private static double correction(Candidates candidates, boolean drawn) {
    int others = Math.max(1, candidates.population() - 1);
    int competitors = Math.max(1, candidates.size() - (drawn ? 1 : 0));
    return Math.log((double) others / competitors);
  }

  /** Where a target meets itself: never. */
  private static void leaveOutOwn(NDArray shares, Candidates candidates) {
    int[] columns = candidates.columnOfTarget();
    int[] drawn = IntStream.range(0, columns.length).filter(i -> columns[i] >= 0).toArray();
    if (drawn.length > 0) {
      NDManager manager = shares.getManager();
      NDArray targets = manager.create(longs(Arrays.stream(drawn)));
      NDArray places = manager.create(longs(Arrays.stream(drawn).map(i -> columns[i])));
      shares.set(new NDIndex("{}, {}", targets, places), 0f);
    }
  }

  private static long[] longs(IntStream values) {
    return values.asLongStream().toArray();
  }
}
