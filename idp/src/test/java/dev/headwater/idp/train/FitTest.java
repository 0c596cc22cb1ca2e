package dev.headwater.idp.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.headwater.idp.encoder.EncoderConfig;
import dev.headwater.idp.encoder.SasRec;
import dev.headwater.idp.heldout.HeldOut;
import dev.headwater.idp.tensor.Rows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FitTest {
  private static final EncoderConfig SIZE = new EncoderConfig(8, 5, 1, 2, false);
  private static final int ITEMS = 20;

  private final List<EpochProgress> heard = new ArrayList<>();
  private final SasRec encoder = new SasRec(SIZE, new SplittableRandom(1));
  private final Rows table = table();

  @AfterEach
  void close() {
    encoder.close();
    table.close();
  }

  @Test
  void withoutEpochsNothingChanges() {
    List<float[]> before = encoder.parameters().values();
    float[] row = table.get(3);
    FitResult result = fit(config(0, 0)).run(List.of(domain()));
    assertThat(result.epochs()).isZero();
    assertThat(result.bestEpoch()).isZero();
    assertThat(result.bestMetric()).isNaN();
    assertThat(result.sequencesPerSecond()).isZero();
    assertThat(encoder.parameters().values()).usingRecursiveComparison().isEqualTo(before);
    assertThat(table.get(3)).containsExactly(row);
  }

  @Test
  void aDomainThatNobodyAsksAboutStopsAfterItsPatience() {
    TrainingDomain silent = new TrainingDomain("silent", 0, ITEMS, sequences(), List.of());
    FitResult result = fit(config(30, 3)).run(List.of(silent));
    assertThat(result.bestMetric()).isZero();
    assertThat(result.bestEpoch()).isEqualTo(1);
    assertThat(result.epochs()).isEqualTo(4);
  }

  @Test
  void withoutPatienceAllEpochsRunAndTheBestIsKept() {
    Fit fit = fit(config(5, 0));
    FitResult result = fit.run(List.of(domain()));
    assertThat(result.epochs()).isEqualTo(5);
    assertThat(result.bestEpoch()).isBetween(1, 5);
    assertThat(fit.validate(domain()).ndcg10()).isEqualTo(result.bestMetric());
  }

  @Test
  void theMetricOfSeveralDomainsIsTheMeanOfTheirs() {
    TrainingDomain silent = new TrainingDomain("silent", 0, ITEMS, sequences(), List.of());
    Fit fit = fit(config(3, 0));
    FitResult result = fit.run(List.of(domain(), silent));
    assertThat(fit.validate(silent).count()).isZero();
    assertThat(result.bestMetric()).isCloseTo(fit.validate(domain()).ndcg10() / 2, within(1e-9));
  }

  @Test
  void tellsProgressToTheEndOfEveryEpoch() {
    fit(config(3, 0)).run(List.of(domain()));
    assertThat(heard.stream().map(EpochProgress::epoch).distinct()).containsExactly(1, 2, 3);
    for (int epoch = 1; epoch <= 3; epoch++) {
      int wanted = epoch;
      List<EpochProgress> own = heard.stream().filter(p -> p.epoch() == wanted).toList();
      assertThat(own.stream().map(EpochProgress::fraction)).isSorted();
      assertThat(own.get(own.size() - 1).fraction()).isEqualTo(1);
      assertThat(own).allMatch(p -> p.loss() > 0 && p.sequencesPerSecond() > 0);
    }
    assertThat(heard.get(0).bestMetric()).isNaN();
    assertThat(heard.get(heard.size() - 1).bestMetric()).isNotNaN();
  }

  @Test
  void theLossFallsFromEpochToEpoch() {
    fit(config(4, 0)).run(List.of(domain()));
    double[] losses =
        heard.stream().filter(p -> p.fraction() == 1).mapToDouble(EpochProgress::loss).toArray();
    assertThat(losses).hasSize(4);
    assertThat(losses[3]).isLessThan(losses[0]);
  }

  @Test
  void runAllKeepsTheLastWeightsAndAsksNothing() {
    FitResult result = fit(config(4, 1)).runAll(List.of(domain()));
    assertThat(result.epochs()).isEqualTo(4);
    assertThat(result.bestEpoch()).isEqualTo(4);
    assertThat(result.bestMetric()).isNaN();
  }

  @Test
  void timesEachDomainOnItsOwn() {
    int[] ended = {0};
    List<Double> seconds =
        fit(config(1, 0)).time(List.of(domain(), domain(), domain()), () -> ended[0]++);
    assertThat(seconds).hasSize(3).allMatch(s -> s > 0);
    assertThat(ended[0]).isEqualTo(3);
  }

  @Test
  void twoRunsWithOneSeedMeetTheSameLosses() {
    fit(config(2, 0)).run(List.of(domain()));
    List<Double> first = heard.stream().map(EpochProgress::loss).toList();
    heard.clear();
    try (SasRec again = new SasRec(SIZE, new SplittableRandom(1));
        Rows rows = table()) {
      new Fit(again, rows, ITEMS, config(2, 0), heard::add).run(List.of(domain()));
    }
    assertThat(heard.stream().map(EpochProgress::loss).toList()).isEqualTo(first);
  }

  @Test
  void aCheckpointAtTheEndMeansThereIsNothingLeftToDo(@TempDir Path folder) {
    Checkpoint checkpoint = new Checkpoint(folder.resolve("c"), "cycle");
    FitResult first = fit(config(3, 0)).checkpoint(checkpoint).run(List.of(domain()));
    heard.clear();
    FitResult second = fit(config(3, 0)).checkpoint(checkpoint).run(List.of(domain()));
    assertThat(heard).isEmpty();
    assertThat(second.epochs()).isEqualTo(3);
    assertThat(second.bestMetric()).isEqualTo(first.bestMetric());
    assertThat(second.bestEpoch()).isEqualTo(first.bestEpoch());
    assertThat(second.logitScale()).isEqualTo(first.logitScale());
  }

  @Test
  void goesOnFromEveryEpochToTheSameEnd(@TempDir Path folder) {
    FitResult whole = fit(config(4, 0)).run(List.of(domain()));
    List<float[]> expected = encoder.parameters().values();
    for (int stopped = 1; stopped <= 3; stopped++) {
      Checkpoint checkpoint = new Checkpoint(folder.resolve("c" + stopped), "cycle");
      fresh(config(stopped, 0), checkpoint);
      try (SasRec again = new SasRec(SIZE, new SplittableRandom(9));
          Rows rows = table()) {
        FitResult result =
            new Fit(again, rows, ITEMS, config(4, 0), heard::add)
                .checkpoint(checkpoint)
                .run(List.of(domain()));
        assertThat(result.bestMetric()).isEqualTo(whole.bestMetric());
        assertThat(again.parameters().values()).usingRecursiveComparison().isEqualTo(expected);
        for (int row = 0; row < ITEMS; row++) {
          assertThat(rows.get(row)).containsExactly(table.get(row));
        }
      }
    }
  }

  @Test
  void refusesACheckpointWhereTextsAreProjected(@TempDir Path folder) {
    float[][] texts = new float[ITEMS][2];
    Fit fit =
        fit(config(1, 0)).checkpoint(new Checkpoint(folder.resolve("c"), "x")).addTexts(texts);
    assertThatThrownBy(() -> fit.run(List.of(domain())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("adaptor");
  }

  @Test
  void theLogitScaleIsThatOfTheEpochThatWasKept() {
    TrainConfig learned = config(4, 0).toBuilder().logitScale(0.5f, true).build();
    FitResult result = fit(learned).run(List.of(domain()));
    assertThat(result.logitScale()).isPositive().isNotEqualTo(0.5f);
    TrainConfig fixed = config(2, 0).toBuilder().logitScale(0.5f, false).build();
    assertThat(fit(fixed).run(List.of(domain())).logitScale()).isCloseTo(0.5f, within(1e-6f));
  }

  @Test
  void rowsOfOtherDomainsAreNotTouched() {
    Rows wide = new Rows(SIZE.dim(), 2 * ITEMS);
    try (wide) {
      for (int row = 0; row < 2 * ITEMS; row++) {
        wide.set(row, table.get(row % ITEMS));
      }
      TrainingDomain second =
          new TrainingDomain("second", ITEMS, ITEMS, sequences(), domain().validation());
      new Fit(encoder, wide, 2 * ITEMS, config(2, 0), heard::add).runAll(List.of(second));
      for (int row = 0; row < ITEMS; row++) {
        assertThat(wide.get(row)).as("row %d", row).containsExactly(table.get(row));
        assertThat(wide.get(ITEMS + row)).isNotEqualTo(table.get(row));
      }
    }
  }

  private Fit fit(TrainConfig config) {
    return new Fit(encoder, table, ITEMS, config, heard::add);
  }

  private static void fresh(TrainConfig config, Checkpoint checkpoint) {
    try (SasRec encoder = new SasRec(SIZE, new SplittableRandom(1));
        Rows rows = table()) {
      new Fit(encoder, rows, ITEMS, config, progress -> {})
          .checkpoint(checkpoint)
          .run(List.of(domain()));
    }
  }

  private static TrainConfig config(int epochs, int patience) {
    return TrainConfig.builder()
        .batchSize(16)
        .epochs(epochs, patience)
        .dropout(0)
        .loss(LossKind.FULL_SOFTMAX)
        .seed(5)
        .build();
  }

  /** Item i is always followed by item i + 1. */
  private static TrainingDomain domain() {
    List<HeldOut> asked = new ArrayList<>();
    for (int start = 0; start < ITEMS; start++) {
      asked.add(new HeldOut(new int[] {start, (start + 1) % ITEMS}, (start + 2) % ITEMS));
    }
    return new TrainingDomain("cycle", 0, ITEMS, sequences(), asked);
  }

  private static List<int[]> sequences() {
    List<int[]> sequences = new ArrayList<>();
    for (int user = 0; user < 80; user++) {
      int start = user;
      int[] sequence = new int[2 + user % 5];
      Arrays.setAll(sequence, i -> (start + i) % ITEMS);
      sequences.add(sequence);
    }
    return sequences;
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
