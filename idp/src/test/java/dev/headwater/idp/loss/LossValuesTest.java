package dev.headwater.idp.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.tensor.Torch;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Losses of one dimension, small enough to be worked out on paper. */
class LossValuesTest {
  private static final double EXACT = 1e-5;

  private final NDManager manager = Torch.newManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void fullSoftmaxIsTheLogarithmOfTheTargetsShare() {
    // Logits 1, 2, 3; the target is the second.
    LossGradients found =
        loss(new FullSoftmax(), new float[] {1}, new float[] {2}, new float[] {1, 2, 3}, 1, 1);
    double[] shares = shares(1, 2, 3);
    assertThat(found.loss()).isCloseTo(-Math.log(shares[1]), within(EXACT));
    double mean = shares[0] + 2 * shares[1] + 3 * shares[2];
    assertThat((double) found.hidden().getFloat(0, 0)).isCloseTo(mean - 2, within(EXACT));
    assertThat((double) found.positives().getFloat(0, 0)).isCloseTo(-1, within(EXACT));
    for (int k = 0; k < 3; k++) {
      assertThat((double) found.candidates().getFloat(k, 0)).isCloseTo(shares[k], within(EXACT));
    }
    assertThat(found.scale()).isCloseTo(mean - 2, within(EXACT));
  }

  @Test
  void fullSoftmaxIsTheMeanOverTheTargets() {
    float[] rows = {1, 2, 3};
    LossGradients both =
        new FullSoftmax()
            .gradients(matrix(1, 1), matrix(1, 3), candidates(rows, new int[] {0, 2}, 3), 1);
    double[] shares = shares(1, 2, 3);
    assertThat(both.loss())
        .isCloseTo(-(Math.log(shares[0]) + Math.log(shares[2])) / 2, within(EXACT));
    // What each row gains over both targets, its own part as a positive apart.
    assertThat((double) both.candidates().getFloat(1, 0)).isCloseTo(shares[1], within(EXACT));
  }

  @Test
  void theScaleMultipliesEveryLogit() {
    LossGradients found =
        loss(new FullSoftmax(), new float[] {1}, new float[] {2}, new float[] {1, 2, 3}, 1, 0.5f);
    assertThat(found.loss()).isCloseTo(-Math.log(shares(0.5, 1, 1.5)[1]), within(EXACT));
  }

  @Test
  void sampledSoftmaxCountsEachCompetitorForAsManyAsItStandsFor() {
    // One target with logit 2, two competitors of eleven others: each stands for 5.
    Candidates candidates = candidates(new float[] {1, 3}, new int[] {-1}, 11);
    LossGradients found = new SampledSoftmax().gradients(matrix(1), matrix(2), candidates, 1);
    double others = 5 * (Math.exp(1) + Math.exp(3));
    assertThat(found.loss())
        .isCloseTo(-Math.log(Math.exp(2) / (Math.exp(2) + others)), within(EXACT));
  }

  @Test
  void aTargetThatWasDrawnDoesNotCompeteWithItself() {
    Candidates candidates = candidates(new float[] {1, 2}, new int[] {1}, 2);
    LossGradients found = new SampledSoftmax().gradients(matrix(1), matrix(2), candidates, 1);
    assertThat(found.loss())
        .isCloseTo(-Math.log(Math.exp(2) / (Math.exp(2) + Math.exp(1))), within(EXACT));
    assertThat(found.candidates().getFloat(1, 0)).isZero();
  }

  @Test
  void aSampleOfTheWholeCatalogIsTheFullSoftmax() {
    float[] rows = {0.3f, -1.2f, 2, 0.7f};
    float[] hidden = {1, -0.5f, 0.25f};
    int[] targets = {2, 0, 3};
    float[] positives = {rows[2], rows[0], rows[3]};
    LossGradients full =
        new FullSoftmax()
            .gradients(matrix(hidden), matrix(positives), candidates(rows, targets, 4), 0.8f);
    LossGradients sampled =
        new SampledSoftmax()
            .gradients(matrix(hidden), matrix(positives), candidates(rows, targets, 4), 0.8f);
    assertThat(sampled.loss()).isCloseTo(full.loss(), within(EXACT));
    assertThat(sampled.hidden().toFloatArray())
        .containsExactly(full.hidden().toFloatArray(), within(1e-5f));
    float[] own = full.candidates().toFloatArray();
    float[] other = sampled.candidates().toFloatArray();
    for (int i = 0; i < targets.length; i++) {
      own[targets[i]] += full.positives().getFloat(i, 0);
      other[targets[i]] += sampled.positives().getFloat(i, 0);
    }
    assertThat(other).containsExactly(own, within(1e-5f));
  }

  @Test
  void binaryCrossEntropyAsksYesOfTheTargetAndNoOfTheOther() {
    Candidates candidates = candidates(new float[] {-1}, new int[] {-1}, 9);
    LossGradients found = new BinaryCrossEntropy().gradients(matrix(1), matrix(2), candidates, 1);
    double yes = 1 / (1 + Math.exp(-2));
    double no = 1 - 1 / (1 + Math.exp(1));
    assertThat(found.loss()).isCloseTo(-Math.log(yes) - Math.log(no), within(EXACT));
    assertThat((double) found.positives().getFloat(0, 0)).isCloseTo(yes - 1, within(EXACT));
    assertThat((double) found.candidates().getFloat(0, 0)).isCloseTo(1 - no, within(EXACT));
    assertThat((double) found.hidden().getFloat(0, 0))
        .isCloseTo(2 * (yes - 1) - (1 - no), within(EXACT));
  }

  @Test
  void bayesianRankingLooksAtTheDifferenceAlone() {
    Candidates near = candidates(new float[] {-1}, new int[] {-1}, 9);
    Candidates far = candidates(new float[] {9}, new int[] {-1}, 9);
    LossGradients one = new BayesianRanking().gradients(matrix(1), matrix(2), near, 1);
    LossGradients shifted = new BayesianRanking().gradients(matrix(1), matrix(12), far, 1);
    assertThat(one.loss()).isCloseTo(Math.log1p(Math.exp(-3)), within(EXACT));
    assertThat(shifted.loss()).isCloseTo(one.loss(), within(EXACT));
    assertThat(one.candidates().getFloat(0, 0)).isEqualTo(-one.positives().getFloat(0, 0));
  }

  @Test
  void pairwiseLossesStayFiniteFarFromTheirTarget() {
    Candidates candidates = candidates(new float[] {200}, new int[] {-1}, 9);
    for (RankingLoss loss : new RankingLoss[] {new BayesianRanking(), new BinaryCrossEntropy()}) {
      LossGradients found = loss.gradients(matrix(1), matrix(-200), candidates, 1);
      assertThat(found.loss()).isCloseTo(400, within(1e-2));
      assertThat(found.hidden().toFloatArray()).doesNotContain(Float.NaN);
      assertThat(found.scale()).isFinite();
    }
  }

  @Test
  void eachLossSaysWhatItCompetesWith() {
    assertThat(new FullSoftmax().sampling()).isEqualTo(RankingLoss.Sampling.ALL);
    assertThat(new SampledSoftmax().sampling()).isEqualTo(RankingLoss.Sampling.SHARED);
    assertThat(new BinaryCrossEntropy().sampling()).isEqualTo(RankingLoss.Sampling.ONE_EACH);
    assertThat(new BayesianRanking().sampling()).isEqualTo(RankingLoss.Sampling.ONE_EACH);
  }

  private LossGradients loss(
      RankingLoss loss, float[] hidden, float[] positives, float[] rows, int target, float scale) {
    return loss.gradients(
        matrix(hidden),
        matrix(positives),
        candidates(rows, new int[] {target}, rows.length),
        scale);
  }

  private Candidates candidates(float[] rows, int[] columns, int population) {
    return new Candidates(matrix(rows), columns, population);
  }

  private NDArray matrix(float... column) {
    return manager.create(column, new Shape(column.length, 1));
  }

  private static double[] shares(double... logits) {
    double sum = Arrays.stream(logits).map(Math::exp).sum();
    return Arrays.stream(logits).map(x -> Math.exp(x) / sum).toArray();
  }
}
