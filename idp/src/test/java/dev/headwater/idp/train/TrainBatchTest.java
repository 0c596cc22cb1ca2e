package dev.headwater.idp.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrainBatchTest {
  private static final int MAX_LENGTH = 6;
  private static final TrainConfig CONFIG = TrainConfig.builder().batchSize(8).build();

  @Test
  void everySequenceStandsInExactlyOneBatch() {
    List<int[]> sequences = sequences(100);
    List<String> found =
        epoch(domain("a", 0, sequences), 1).stream()
            .flatMap(batch -> batch.windows().stream())
            .map(Arrays::toString)
            .toList();
    assertThat(found)
        .containsExactlyInAnyOrderElementsOf(sequences.stream().map(Arrays::toString).toList());
  }

  @Test
  void anEpochVisitsEachWindowAsOftenAsItsCopies() {
    List<int[]> sequences = sequences(20);
    TrainConfig twice = CONFIG.toBuilder().copies(2).build();
    List<String> found =
        TrainBatch.epoch(List.of(domain("a", 0, sequences)), twice, MAX_LENGTH, 1).stream()
            .flatMap(batch -> batch.windows().stream())
            .map(Arrays::toString)
            .toList();
    List<String> expected = new ArrayList<>();
    for (int copy = 0; copy < 2; copy++) {
      sequences.stream().map(Arrays::toString).forEach(expected::add);
    }
    assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void batchesAreFullButForTheLastOfADomain() {
    List<TrainBatch> batches = epoch(domain("a", 0, sequences(100)), 1);
    assertThat(batches).hasSize(13);
    assertThat(batches.stream().filter(batch -> batch.windows().size() == 8)).hasSize(12);
    assertThat(batches.stream().mapToInt(batch -> batch.windows().size()).min()).hasValue(4);
  }

  @Test
  void aBatchIsOfOneDomainAndInItsRows() {
    List<TrainBatch> batches =
        TrainBatch.epoch(
            List.of(domain("a", 0, sequences(20)), domain("b", 50, sequences(20))),
            CONFIG,
            MAX_LENGTH,
            1);
    for (TrainBatch batch : batches) {
      int first = batch.domain().firstRow();
      assertThat(batch.windows())
          .allMatch(w -> Arrays.stream(w).allMatch(row -> row >= first && row < first + 50));
    }
    assertThat(batches.stream().map(batch -> batch.domain().name()).distinct())
        .containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void anEpochIsRepeatedByItsSeedAndAnotherIsInAnotherOrder() {
    TrainingDomain domain = domain("a", 0, sequences(100));
    assertThat(described(epoch(domain, 3))).isEqualTo(described(epoch(domain, 3)));
    assertThat(described(epoch(domain, 3))).isNotEqualTo(described(epoch(domain, 4)));
  }

  @Test
  void sequencesOfOneItemTeachNothing() {
    assertThat(epoch(domain("a", 0, List.of(new int[] {3}, new int[0])), 1)).isEmpty();
  }

  @Test
  void theSequencesThemselvesAreNotWrittenTo() {
    int[] sequence = {0, 1, 2};
    epoch(domain("b", 10, List.of(sequence)), 1);
    assertThat(sequence).containsExactly(0, 1, 2);
  }

  @Test
  void windowsCoverALongSequenceFromItsEndEachTargetOnce() {
    int[] sequence = IntStream.range(0, 17).toArray();
    TrainConfig all = CONFIG.toBuilder().windows(99).build();
    List<Integer> targets = new ArrayList<>();
    for (TrainBatch batch :
        TrainBatch.epoch(List.of(domain("a", 0, List.of(sequence))), all, MAX_LENGTH, 1)) {
      for (int[] window : batch.windows()) {
        assertThat(window.length).isBetween(2, MAX_LENGTH + 1);
        Arrays.stream(window).skip(1).forEach(targets::add);
      }
    }
    assertThat(targets)
        .containsExactlyInAnyOrderElementsOf(IntStream.range(1, 17).boxed().toList());
  }

  private static List<TrainBatch> epoch(TrainingDomain domain, long seed) {
    return TrainBatch.epoch(List.of(domain), CONFIG, MAX_LENGTH, seed);
  }

  private static List<String> described(List<TrainBatch> batches) {
    return batches.stream()
        .map(batch -> batch.windows().stream().map(Arrays::toString).toList().toString())
        .toList();
  }

  private static TrainingDomain domain(String name, int firstRow, List<int[]> sequences) {
    return new TrainingDomain(name, firstRow, 50, sequences, List.of());
  }

  private static List<int[]> sequences(int count) {
    SplittableRandom random = new SplittableRandom(8);
    List<int[]> sequences = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] sequence = new int[2 + random.nextInt(MAX_LENGTH - 1)];
      Arrays.setAll(sequence, k -> random.nextInt(50));
      sequences.add(sequence);
    }
    return sequences;
  }
}
