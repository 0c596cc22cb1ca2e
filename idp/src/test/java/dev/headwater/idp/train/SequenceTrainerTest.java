package dev.headwater.idp.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.headwater.idp.encoder.EncoderConfig;
import dev.headwater.idp.encoder.SasRec;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.encoder.SequenceEncoders;
import dev.headwater.idp.heldout.HeldOut;
import dev.headwater.idp.optim.RowGradients;
import dev.headwater.idp.tensor.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @ValueSource(strings = {"bert4rec", "gru4rec"})
  void otherEncodersLearnItToo(String kind) {
    try (SequenceEncoder encoder = SequenceEncoders.create(kind, SIZE, new SplittableRandom(1));
        Rows table = table()) {
      FitResult result =
          new Fit(encoder, table, ITEMS, config(LossKind.AUTO, 15, 0), progress -> {})
              .run(List.of(domain()));
      assertThat(result.bestMetric()).isGreaterThan(0.6);
    }
  }

  @Test
  void normsBeforeTheBlocksLearnItToo() {
    EncoderConfig before = new EncoderConfig(16, 8, 2, 2, true);
    try (SasRec encoder = new SasRec(before, new SplittableRandom(1));
        Rows table = table()) {
      FitResult result =
          new Fit(encoder, table, ITEMS, config(LossKind.AUTO, 12, 0), progress -> {})
              .run(List.of(domain()));
      assertThat(result.bestMetric()).isGreaterThan(0.7);
    }
  }

  @Test
  void aStepLeavesAllRowsThatItDoesNotNeedAsTheyAre() {
    int[] sequence = {3, 4, 5};
    TrainingDomain one = new TrainingDomain("one", 0, ITEMS, List.of(sequence), List.of());
    TrainConfig config = config(LossKind.SAMPLED_SOFTMAX, 1, 0);
    try (SasRec encoder = new SasRec(SIZE, new SplittableRandom(1));
        Rows table = table();
        Rows before = table();
        SequenceTrainer trainer = new SequenceTrainer(encoder, table, ITEMS, config)) {
      trainer.step(TrainBatch.epoch(List.of(one), config, 8, 1).get(0), new SplittableRandom(1));
      List<Integer> changed = new ArrayList<>();
      for (int row = 0; row < ITEMS; row++) {
        if (!Arrays.equals(table.get(row), before.get(row))) {
          changed.add(row);
        }
      }
      // Three of the sequence and at most ten negatives.
      assertThat(changed).contains(3, 4, 5).hasSizeLessThanOrEqualTo(3 + 10);
    }
  }

  @Test
  void aFrozenEncoderStaysAsItIsWhileRowsLearn() {
    try (SasRec encoder = new SasRec(SIZE, new SplittableRandom(1));
        Rows table = table()) {
      List<float[]> before = encoder.parameters().values();
      float[] row = table.get(7);
      TrainConfig frozen = config(LossKind.AUTO, 2, 0).toBuilder().frozenEncoder().build();
      new Fit(encoder, table, ITEMS, frozen, progress -> {}).run(List.of(domain()));
      assertThat(encoder.parameters().values()).usingRecursiveComparison().isEqualTo(before);
      assertThat(table.get(7)).isNotEqualTo(row);
    }
  }

  @Test
  void aBatchHoldsSequencesOfLikeLength() {
    List<TrainBatch> batches =
        TrainBatch.epoch(List.of(domain()), config(LossKind.AUTO, 1, 0), 8, 1);
    assertThat(batches).hasSizeGreaterThan(10);
    for (TrainBatch batch : batches) {
      int[] lengths = batch.windows().stream().mapToInt(window -> window.length).sorted().toArray();
      assertThat(lengths[lengths.length - 1] - lengths[0]).isLessThanOrEqualTo(2);
    }
  }

  @Test
  void swappedRowsTeachTheirNeighbours() {
    float[][] texts = new float[ITEMS][];
    for (int i = 0; i < ITEMS; i++) {
      double angle = 2 * Math.PI * i / ITEMS;
      texts[i] = new float[] {(float) Math.cos(angle), (float) Math.sin(angle)};
    }
    boolean[] all = new boolean[ITEMS];
    Arrays.fill(all, true);
    TextNeighbours neighbours = TextNeighbours.of(texts, all, 2, 0.05f);
    assertThat(neighbours.items().get(5)).containsExactlyInAnyOrder(4, 6);
    assertThat(neighbours.weights().get(5)[0]).isCloseTo(0.5f, within(0.01f));
    try (SasRec encoder = new SasRec(SIZE, new SplittableRandom(1));
        Rows table = table()) {
      Fit fit =
          new Fit(encoder, table, ITEMS, config(LossKind.AUTO, 12, 0), progress -> {})
              .swapRows(neighbours, 0.2f);
      FitResult result = fit.run(List.of(domain()));
      assertThat(result.bestMetric()).isGreaterThan(0.6);
      assertThat(fit.validate(domain()).ndcg10()).isEqualTo(result.bestMetric());
    }
  }

  @Test
  void whatIsServedIsWhatTheSwapShowsOnAverage() {
    TextNeighbours neighbours =
        new TextNeighbours(
            List.of(new int[] {1, 2}, new int[0], new int[] {0}),
            List.of(new float[] {0.25f, 0.75f}, new float[0], new float[] {1}));
    try (Rows table = new Rows(1, 3);
        Rows view = new Rows(1, 3)) {
      table.set(0, new float[] {10});
      table.set(1, new float[] {4});
      table.set(2, new float[] {8});
      RowSwap swap = new RowSwap(neighbours, 0, 0.2f, 1);
      swap.settle(3, table, view);
      assertThat(view.get(0)[0]).isCloseTo(0.8f * 10 + 0.2f * 7, within(1e-5f));
      assertThat(view.get(1)[0]).isEqualTo(4);
      assertThat(view.get(2)[0]).isCloseTo(0.8f * 8 + 0.2f * 10, within(1e-5f));
      SplittableRandom random = new SplittableRandom(2);
      double[] sums = new double[3];
      for (int i = 0; i < 4_000; i++) {
        swap.show(new int[] {0, 1, 2}, table, view, random);
        for (int row = 0; row < 3; row++) {
          sums[row] += view.get(row)[0] / 4_000;
        }
      }
      assertThat(sums).containsExactly(new double[] {9.4, 4, 8.4}, within(0.1));
    }
  }

  @Test
  void projectedTextsBecomePartOfTheTable() {
    float[][] texts = new float[ITEMS][];
    for (int i = 0; i < ITEMS; i++) {
      double angle = 2 * Math.PI * i / ITEMS;
      texts[i] = new float[] {(float) Math.cos(angle), (float) Math.sin(angle)};
    }
    try (SasRec encoder = new SasRec(SIZE, new SplittableRandom(1));
        Rows table = table()) {
      Fit fit =
          new Fit(encoder, table, ITEMS, config(LossKind.AUTO, 12, 0), progress -> {})
              .addTexts(texts);
      FitResult result = fit.run(List.of(domain()));
      assertThat(result.bestMetric()).isGreaterThan(0.6);
      assertThat(fit.validate(domain()).ndcg10()).isEqualTo(result.bestMetric());
    }
  }

  @Test
  void theProjectionsGradientIsTheSlopeOfTheLoss() {
    float[][] texts = {{1, 0, 2}, {0, 1, -1}, {-1, -1, -1}};
    try (Rows view = new Rows(2, 3);
        TextProjection projection = new TextProjection(texts, 2, 0.01f, new SplittableRandom(1))) {
      projection.show(view, new int[] {0, 1, 2}, true);
      float before = view.get(0)[0];
      RowGradients shown = new RowGradients(2);
      shown.reset(3);
      shown.add(0, new float[] {1, 0});
      projection.collect(shown);
      projection.step();
      float[] zero = {0, 0};
      for (int i = 0; i < 3; i++) {
        view.set(i, zero);
      }
      projection.show(view, new int[] {0, 1, 2}, true);
      // Adam's first step is the rate along each sign of the gradient, here of t0 = (1, 0, 2).
      assertThat(view.get(0)[0]).isCloseTo(before - 0.03f, within(1e-4f));
    }
  }

  @Test
  void longSequencesGiveAsManyWindowsAsAsked() {
    int[] sequence = new int[20];
    Arrays.setAll(sequence, i -> i);
    TrainingDomain one = new TrainingDomain("one", 0, 20, List.of(sequence), List.of());
    TrainConfig config = config(LossKind.AUTO, 1, 0);
    assertThat(windows(one, config)).containsExactly("11-19");
    assertThat(windows(one, config.toBuilder().windows(9).build()))
        .containsExactlyInAnyOrder("11-19", "3-11", "0-3");
  }

  private static List<String> windows(TrainingDomain domain, TrainConfig config) {
    return TrainBatch.epoch(List.of(domain), config, 8, 1).stream()
        .flatMap(batch -> batch.windows().stream())
        .map(window -> window[0] + "-" + window[window.length - 1])
        .toList();
  }

  @Test
  void nativeMemoryStaysFlat() {
    try (SasRec encoder = new SasRec(SIZE, new SplittableRandom(1));
        Rows table = table();
        SequenceTrainer trainer =
            new SequenceTrainer(encoder, table, ITEMS, config(LossKind.AUTO, 1, 0))) {
      SplittableRandom random = new SplittableRandom(1);
      List<TrainBatch> batches =
          TrainBatch.epoch(List.of(domain()), config(LossKind.AUTO, 1, 0), 8, 1);
      batches.forEach(batch -> trainer.step(batch, random));
      int before = nativeArrays(encoder);
      for (int round = 0; round < 4; round++) {
        batches.forEach(batch -> trainer.step(batch, random));
      }
      assertThat(nativeArrays(encoder)).isEqualTo(before);
    }
  }

  @Test
  void goesOnFromACheckpointToTheSameResult(@TempDir Path folder) throws IOException {
    Checkpoint checkpoint = new Checkpoint(folder.resolve("c"), "cycle");
    List<float[]> whole = trained(4, null);
    trained(2, checkpoint);
    assertThat(trained(4, checkpoint)).usingRecursiveComparison().isEqualTo(whole);
    assertThatThrownBy(() -> trained(4, new Checkpoint(folder.resolve("c"), "other")))
        .hasRootCauseMessage(
            folder.resolve("c") + " belongs to another training: cycle, not other");
    byte[] bytes = Files.readAllBytes(folder.resolve("c"));
    bytes[bytes.length / 2] ^= 1;
    Files.write(folder.resolve("c"), bytes);
    assertThatThrownBy(() -> trained(4, checkpoint)).rootCause().hasMessageContaining("damaged");
    checkpoint.delete();
    assertThat(checkpoint.exists()).isFalse();
  }

  private static List<float[]> trained(int epochs, @Nullable Checkpoint checkpoint) {
    try (SasRec encoder = new SasRec(SIZE, new SplittableRandom(1));
        Rows table = table()) {
      Fit fit =
          new Fit(
              encoder, table, ITEMS, config(LossKind.SAMPLED_SOFTMAX, epochs, 0), progress -> {});
      if (checkpoint != null) {
        fit.checkpoint(checkpoint);
      }
      fit.run(List.of(domain()));
      List<float[]> all = new ArrayList<>(encoder.parameters().values());
      all.add(table.get(7));
      return all;
    }
  }

  @Test
  void sameSeedGivesTheSameWeights() {
    List<List<float[]>> weights = new ArrayList<>();
    for (int run = 0; run < 3; run++) {
      try (SasRec encoder = new SasRec(SIZE, new SplittableRandom(1));
          Rows table = table()) {
        new Fit(encoder, table, ITEMS, config(LossKind.SAMPLED_SOFTMAX, 2, 0), progress -> {})
            .run(List.of(domain()));
        List<float[]> all = new ArrayList<>(encoder.parameters().values());
        for (int row = 0; row < ITEMS; row++) {
          all.add(table.get(row));
        }
        weights.add(all);
      }
    }
    assertThat(weights.get(0)).usingRecursiveComparison().isEqualTo(weights.get(1));
    assertThat(weights.get(0)).usingRecursiveComparison().isEqualTo(weights.get(2));
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

  /** All arrays that any manager of the process still holds. */
  private static int nativeArrays(SasRec encoder) {
    NDManager root = encoder.parameters().array("positions").getManager();
    while (root.getParentManager() != null && root.getParentManager() != root) {
      root = root.getParentManager();
    }
    return root.getManagedArrays().size();
  }

  private static TrainConfig config(LossKind loss, int epochs, int patience) {
    return TrainConfig.builder()
        .batchSize(16)
        .epochs(epochs, patience)
        .rates(1e-2f, 3e-3f)
        .dropout(0.1f)
        .loss(loss)
        .negatives(10)
        .fullSoftmaxItems(1000)
        .seed(5)
        .build();
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
