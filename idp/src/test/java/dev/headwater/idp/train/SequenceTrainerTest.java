package dev.headwater.idp.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.idp.encoder.EncoderConfig;
import dev.headwater.idp.encoder.SasRec;
import dev.headwater.idp.eval.HeldOut;
import dev.headwater.idp.tensor.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SequenceTrainerTest {
  private static final EncoderConfig SIZE = new EncoderConfig(16, 8, 2, 2, false);
  private static final int ITEMS = 40;

  @ParameterizedTest
  @EnumSource(LossKind.class)
  void learnsACycle(LossKind loss) {
    try (SasRec encoder = new SasRec(SIZE, new SplittableRandom(1));
        Rows table = table()) {
      FitResult result =
          new Fit(encoder, table, ITEMS, config(loss, 12, 0), progress -> {})
              .run(List.of(domain()));
      assertThat(result.bestMetric()).isGreaterThan(0.7);
      assertThat(result.sequencesPerSecond()).isPositive();
    }
  }

  @Test
  void sameSeedGivesTheSameWeights() {
    List<List<float[]>> weights = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      try (SasRec encoder = new SasRec(SIZE, new SplittableRandom(1));
          Rows table = table()) {
        new Fit(encoder, table, ITEMS, config(LossKind.SAMPLED_SOFTMAX, 2, 0), progress -> {})
            .run(List.of(domain()));
        List<float[]> all = new ArrayList<>(encoder.parameters().values());
        all.add(table.get(7));
        weights.add(all);
      }
    }
    assertThat(weights.get(0)).usingRecursiveComparison().isEqualTo(weights.get(1));
  }

  @Test
  void stopsEarlyAndKeepsTheBestEpoch() {
    try (SasRec encoder = new SasRec(SIZE, new SplittableRandom(1));
        Rows table = table()) {
      Fit fit = new Fit(encoder, table, ITEMS, config(LossKind.AUTO, 60, 2), progress -> {});
      FitResult result = fit.run(List.of(domain()));
      assertThat(result.epochs()).isLessThan(60).isEqualTo(result.bestEpoch() + 2);
      assertThat(fit.validate(domain()).ndcg10()).isEqualTo(result.bestMetric());
    }
  }

  @Test
  void aLossThatIsNotANumberStopsWithTheBatchThatCausedIt() {
    try (SasRec encoder = new SasRec(SIZE, new SplittableRandom(1));
        Rows table = table()) {
      float[] broken = new float[SIZE.dim()];
      broken[3] = Float.NaN;
      table.set(5, broken);
      Fit fit = new Fit(encoder, table, ITEMS, config(LossKind.AUTO, 1, 0), progress -> {});
      assertThatThrownBy(() -> fit.run(List.of(domain())))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("batch of")
          .hasMessageContaining("cycle");
    }
  }

  private static TrainConfig config(LossKind loss, int epochs, int patience) {
    return new TrainConfig(16, epochs, patience, 1e-2f, 3e-3f, 0.1f, loss, 10, 1000, 1, true, 5);
  }

  /** Item i is always followed by item i + 1. */
  private static TrainingDomain domain() {
    SplittableRandom random = new SplittableRandom(4);
    List<int[]> sequences = new ArrayList<>();
    List<HeldOut> validation = new ArrayList<>();
    for (int u = 0; u < 400; u++) {
      int start = random.nextInt(ITEMS);
      int[] sequence = new int[2 + random.nextInt(7)];
      for (int i = 0; i < sequence.length; i++) {
        sequence[i] = (start + i) % ITEMS;
      }
      sequences.add(sequence);
      if (u < 50) {
        validation.add(new HeldOut(sequence, (start + sequence.length) % ITEMS));
      }
    }
    return new TrainingDomain("cycle", 0, ITEMS, sequences, validation);
  }

  private static Rows table() {
    Rows table = new Rows(SIZE.dim(), ITEMS);
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < ITEMS; i++) {
      float[] row = new float[SIZE.dim()];
      for (int k = 0; k < row.length; k++) {
        row[k] = (float) random.nextGaussian() * 0.1f;
      }
      table.set(i, row);
    }
    return table;
  }
}
