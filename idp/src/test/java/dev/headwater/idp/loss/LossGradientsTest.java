package dev.headwater.idp.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.tensor.Torch;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each gradient made by hand against the slope between two nearby losses. */
class LossGradientsTest {
  private static final int TARGETS = 4;
  private static final int DIM = 3;
  private static final float STEP = 1e-2f;
  private static final float SCALE = 0.7f;

  static Stream<Arguments> losses() {
    return Stream.of(
        Arguments.of(new FullSoftmax(), 6, new int[] {0, 2, 2, 5}),
        Arguments.of(new SampledSoftmax(), 6, new int[] {-1, 2, -1, 5}),
        Arguments.of(new SampledSoftmax(), 6, new int[] {-1, -1, -1, -1}),
        Arguments.of(new Weighted(2, -1, 0.5f, -3), 6, new int[] {-1, 2, -1, 5}),
        Arguments.of(new BinaryCrossEntropy(), TARGETS, new int[] {-1, -1, -1, -1}),
        Arguments.of(new BayesianRanking(), TARGETS, new int[] {-1, -1, -1, -1}));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void gradientsAreTheSlopesOfTheLoss(RankingLoss loss, int candidates, int[] columns) {
    float[] hidden = random(1, TARGETS * DIM);
    float[] rows = random(2, candidates * DIM);
    float[] positives = random(3, TARGETS * DIM);
    boolean all = loss.sampling() == RankingLoss.Sampling.ALL;
    try (NDManager manager = Torch.newManager()) {
      Probe probe = new Probe(manager, loss, candidates, columns);
      LossGradients found = probe.at(hidden, all ? own(rows, columns) : positives, rows, SCALE);
      for (int i = 0; i < hidden.length; i++) {
        double slope =
            (probe.loss(moved(hidden, i, STEP), positives, rows, SCALE)
                    - probe.loss(moved(hidden, i, -STEP), positives, rows, SCALE))
                / (2 * STEP);
        assertThat((double) found.hidden().toFloatArray()[i]).isCloseTo(slope, within(2e-3));
      }
      double slope =
          (probe.loss(hidden, positives, rows, SCALE + STEP)
                  - probe.loss(hidden, positives, rows, SCALE - STEP))
              / (2 * STEP);
      assertThat(found.scale()).isCloseTo(slope, within(2e-3));
      if (!all) {
        for (int i = 0; i < rows.length; i++) {
          double row =
              (probe.loss(hidden, positives, moved(rows, i, STEP), SCALE)
                      - probe.loss(hidden, positives, moved(rows, i, -STEP), SCALE))
                  / (2 * STEP);
          assertThat((double) found.candidates().toFloatArray()[i]).isCloseTo(row, within(2e-3));
        }
        for (int i = 0; i < positives.length; i++) {
          double own =
              (probe.loss(hidden, moved(positives, i, STEP), rows, SCALE)
                      - probe.loss(hidden, moved(positives, i, -STEP), rows, SCALE))
                  / (2 * STEP);
          assertThat((double) found.positives().toFloatArray()[i]).isCloseTo(own, within(2e-3));
        }
      }
    }
  }

  @Test
  void fullSoftmaxSplitsTheGradientOfARowBetweenTargetAndCandidate() {
    float[] hidden = random(1, TARGETS * DIM);
    float[] rows = random(2, 6 * DIM);
    int[] columns = {0, 2, 2, 5};
    try (NDManager manager = Torch.newManager()) {
      Probe probe = new Probe(manager, new FullSoftmax(), 6, columns);
      LossGradients found = probe.at(hidden, own(rows, columns), rows, SCALE);
      float[] total = found.candidates().toFloatArray();
      float[] positives = found.positives().toFloatArray();
      for (int t = 0; t < TARGETS; t++) {
        for (int k = 0; k < DIM; k++) {
          total[columns[t] * DIM + k] += positives[t * DIM + k];
        }
      }
      for (int i = 0; i < rows.length; i++) {
        float[] up = moved(rows, i, STEP);
        float[] down = moved(rows, i, -STEP);
        double slope =
            (probe.loss(hidden, own(up, columns), up, SCALE)
                    - probe.loss(hidden, own(down, columns), down, SCALE))
                / (2 * STEP);
        assertThat((double) total[i]).isCloseTo(slope, within(2e-3));
      }
    }
  }

  @Test
  void aSampleOfAllItemsGivesTheFullSoftmax() {
    float[] hidden = random(1, TARGETS * DIM);
    float[] rows = random(2, 6 * DIM);
    int[] columns = {0, 2, 2, 5};
    try (NDManager manager = Torch.newManager()) {
      double full =
          new Probe(manager, new FullSoftmax(), 6, columns)
              .loss(hidden, own(rows, columns), rows, SCALE);
      double sampled =
          new Probe(manager, new SampledSoftmax(), 6, columns)
              .loss(hidden, own(rows, columns), rows, SCALE);
      assertThat(sampled).isCloseTo(full, within(1e-4));
    }
  }

  /** Shares of the others are below what a float can hold, whoever is ahead. */
  @Test
  void aScoreFarAheadOfTheOthersLeavesSampledSoftmaxFinite() {
    float[] rows = random(2, 6 * DIM);
    System.arraycopy(new float[] {300, 0, 0}, 0, rows, 2 * DIM, DIM);
    float[] hidden = new float[TARGETS * DIM];
    for (int t = 0; t < TARGETS; t++) {
      hidden[t * DIM] = 1;
    }
    float[] positives = own(rows, new int[] {0, 2, 2, 5});
    try (NDManager manager = Torch.newManager()) {
      LossGradients found =
          new Probe(manager, new SampledSoftmax(), 6, new int[] {-1, 2, -1, 5})
              .at(hidden, positives, rows, SCALE);
      // Targets 0 and 3 are 210 less their own score behind; 1 is ahead, 2 level with its double.
      double behind = SCALE * (300 - rows[0]) + SCALE * (300 - rows[5 * DIM]);
      assertThat(found.loss()).isCloseTo(behind / TARGETS, within(0.5));
      assertThat(List.of(found.hidden(), found.positives(), found.candidates()))
          .allSatisfy(g -> assertThat(g.isNaN().any().getBoolean()).isFalse());
      float[] first = Arrays.copyOf(found.positives().toFloatArray(), DIM);
      assertThat(first[0]).isCloseTo(-SCALE / TARGETS, within(1e-4f));
    }
  }

  @Test
  void aDislikedTargetIsPushedAwayWhileItScoresAsTheOthersAndNoMoreWhenFarBelow() {
    float[] hidden = {1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0};
    float[] rows = new float[6 * DIM];
    float[] positives = new float[TARGETS * DIM];
    positives[DIM] = -100;
    try (NDManager manager = Torch.newManager()) {
      int[] none = {-1, -1, -1, -1};
      LossGradients found =
          new Probe(manager, new Weighted(-1, -1, 1, 1), 6, none).at(hidden, positives, rows, 1);
      float[] own = found.positives().toFloatArray();
      assertThat(own[0]).as("level with the others").isCloseTo(0.5f / TARGETS, within(1e-4f));
      assertThat(own[DIM]).as("far below them").isCloseTo(0, within(1e-6f));
      assertThat(own[2 * DIM]).as("a like").isNegative();
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Weighted(float... weights) implements RankingLoss {
    @Override
    public Sampling sampling() {
      return Sampling.SHARED;
    }

    @Override
    public LossGradients gradients(
        NDArray hidden, NDArray positives, Candidates candidates, float scale) {
      return new SampledSoftmax().gradients(hidden, positives, candidates, scale, weights);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Probe(NDManager manager, RankingLoss loss, int candidates, int[] columns) {
    LossGradients at(float[] hidden, float[] positives, float[] rows, float scale) {
      NDArray h = manager.create(hidden, new Shape(TARGETS, DIM));
      NDArray p = manager.create(positives, new Shape(TARGETS, DIM));
      NDArray c = manager.create(rows, new Shape(candidates, DIM));
      return loss.gradients(h, p, new Candidates(c, columns, candidates), scale);
    }

    double loss(float[] hidden, float[] positives, float[] rows, float scale) {
      return at(hidden, positives, rows, scale).loss();
    }
  }

  private static float[] own(float[] rows, int[] columns) {
    float[] own = new float[columns.length * DIM];
    for (int t = 0; t < columns.length; t++) {
      System.arraycopy(rows, columns[t] * DIM, own, t * DIM, DIM);
    }
    return own;
  }

  private static float[] moved(float[] values, int at, float by) {
    float[] moved = values.clone();
    moved[at] += by;
    return moved;
  }

  private static float[] random(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
