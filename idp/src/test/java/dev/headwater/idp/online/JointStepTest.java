package dev.headwater.idp.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.headwater.idp.encoder.EncoderConfig;
import dev.headwater.idp.encoder.SasRec;
import dev.headwater.idp.encoder.SequenceEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tuners that take a step together learn what each would learn alone. */
class JointStepTest {
  private static final int DIM = 16;
  private final SequenceEncoder encoder =
      new SasRec(new EncoderConfig(DIM, 10, 2, 2, false), new SplittableRandom(7));
  private final List<OnlineTuner> tuners = new ArrayList<>();

  @AfterEach
  void close() {
    tuners.forEach(OnlineTuner::close);
  }

  private OnlineTuner tuner(long seed, int rows) {
    OnlineTuner tuner =
        new OnlineTuner(encoder, OnlineConfig.defaults().withNegatives(8), 0.3f, seed);
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < rows; i++) {
      float[] row = new float[DIM];
      for (int k = 0; k < DIM; k++) {
        row[k] = (float) random.nextGaussian();
      }
      tuner.add(row);
    }
    tuners.add(tuner);
    return tuner;
  }

  private static Example example(int target, int... history) {
    return new Example(history, target, 1);
  }

  @Test
  void learnsWhatEachWouldLearnAlone() {
    List<Example> few = List.of(example(3, 1, 2));
    List<Example> more = List.of(example(7, 0, 5, 4, 2), example(1, 6), example(2, 8, 9));
    OnlineTuner first = tuner(1, 10);
    OnlineTuner second = tuner(2, 20);
    OnlineTuner firstAlone = tuner(1, 10);
    OnlineTuner secondAlone = tuner(2, 20);
    for (int step = 0; step < 3; step++) {
      List<StepGradients> said = JointStep.gradients(List.of(first.work(few), second.work(more)));
      List<StepResult> together = List.of(first.take(said.get(0)), second.take(said.get(1)));
      assertThat(together.get(0).loss()).isCloseTo(firstAlone.learn(few).loss(), within(1e-4));
      StepResult alone = secondAlone.learn(more);
      assertThat(together.get(1).loss()).isCloseTo(alone.loss(), within(1e-4));
      assertThat(together.get(1).touched()).containsExactlyInAnyOrder(alone.touched());
    }
    assertSame(first, firstAlone, 10);
    assertSame(second, secondAlone, 20);
    assertThat(first.table().get(3)).isNotEqualTo(tuner(1, 10).table().get(3));
  }

  private static void assertSame(OnlineTuner one, OnlineTuner other, int rows) {
    for (int slot = 0; slot < rows; slot++) {
      assertThat(one.table().get(slot)).containsExactly(other.table().get(slot), within(1e-4f));
    }
  }

  /** Short histories but for each tenth, which is as long as the encoder reads. */
  private static List<Example> mixed(int count) {
    List<Example> mixed = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      mixed.add(i % 10 == 0 ? example(3, 0, 1, 2, 4, 5, 6, 7, 8, 9) : example(i % 10, i % 7));
    }
    return mixed;
  }

  private static List<Example> byLength(List<Example> examples) {
    return examples.stream()
        .sorted(Comparator.comparingInt(example -> example.history().length))
        .toList();
  }

  private static List<Integer> cuts(List<Example> examples) {
    return Passes.cuts(examples.stream().mapToInt(each -> each.history().length).toArray());
  }

  @Test
  void aStepInSeveralPassesLearnsWhatItWouldInOne() {
    List<Example> inOne = mixed(300);
    List<Example> inTwo = byLength(inOne);
    assertThat(cuts(inOne)).containsExactly(300);
    assertThat(cuts(inTwo)).containsExactly(270, 300);
    OnlineTuner one = tuner(1, 10);
    OnlineTuner two = tuner(1, 10);
    for (int step = 0; step < 3; step++) {
      assertThat(two.learn(inTwo).loss()).isCloseTo(one.learn(inOne).loss(), within(1e-3));
    }
    assertSame(two, one, 10);
  }

  @Test
  void passesThatCrossStepsGiveEachStepItsOwn() {
    List<Example> few = byLength(mixed(300));
    List<Example> more = new ArrayList<>(byLength(mixed(200)));
    Collections.reverse(more);
    List<Example> both = new ArrayList<>(few);
    both.addAll(more);
    assertThat(cuts(both)).as("long ones of both in one pass").containsExactly(270, 320, 500);
    OnlineTuner first = tuner(1, 10);
    OnlineTuner second = tuner(2, 20);
    OnlineTuner firstAlone = tuner(1, 10);
    OnlineTuner secondAlone = tuner(2, 20);
    for (int step = 0; step < 3; step++) {
      List<StepGradients> said = JointStep.gradients(List.of(first.work(few), second.work(more)));
      first.take(said.get(0));
      second.take(said.get(1));
      firstAlone.learn(few);
      secondAlone.learn(more);
    }
    assertSame(first, firstAlone, 10);
    assertSame(second, secondAlone, 20);
  }

  @Test
  void passesEndWhereLongHistoriesBegin() {
    int[] lengths = new int[64];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = i < 48 ? 4 : 50;
    }
    assertThat(Passes.cuts(lengths)).containsExactly(48, 64);
    assertThat(Passes.cuts(new int[] {1, 2, 50})).as("a pass costs more").containsExactly(3);
    assertThat(Passes.cuts(new int[] {5})).containsExactly(1);
    int[] long256 = new int[256];
    Arrays.fill(long256, 50);
    assertThat(Passes.cuts(long256)).as("no pass is too large").containsExactly(128, 256);
    assertThat(Passes.cuts(new int[] {Passes.MOST + 1, 1})).containsExactly(1, 2);
  }

  @Test
  void aBrokenRowStopsItsOwnTunerAlone() {
    OnlineTuner broken = tuner(1, 10);
    OnlineTuner well = tuner(2, 10);
    float[] nothing = new float[DIM];
    nothing[0] = Float.NaN;
    broken.table().set(1, nothing);
    float[] before = broken.table().get(3);
    List<Example> batch = List.of(example(3, 1, 2));
    List<StepGradients> said = JointStep.gradients(List.of(broken.work(batch), well.work(batch)));
    assertThat(broken.take(said.get(0))).isNull();
    assertThat(broken.table().get(3)).containsExactly(before);
    assertThat(well.take(said.get(1))).isNotNull();
    assertThat(well.table().get(3)).doesNotContain(Float.NaN);
  }

  @Test
  void refusesTunersOfDifferentEncoders() {
    SequenceEncoder other =
        new SasRec(new EncoderConfig(DIM, 10, 2, 2, false), new SplittableRandom(7));
    OnlineTuner stranger = new OnlineTuner(other, OnlineConfig.defaults(), 0.3f, 1);
    tuners.add(stranger);
    stranger.add(new float[DIM]);
    JointStep.Work strange = stranger.work(List.of(example(0, 0)));
    JointStep.Work own = tuner(1, 2).work(List.of(example(0, 1)));
    assertThatThrownBy(() -> JointStep.gradients(List.of(own, strange)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void ranksInSeveralTablesAsInEachAlone() {
    OnlineTuner first = tuner(1, 10);
    OnlineTuner second = tuner(2, 20);
    List<Example> few = List.of(example(3, 1, 2));
    List<Example> more = List.of(example(7, 0, 5, 4, 2), example(1, 6));
    try (PrequentialRanker ranker = new PrequentialRanker(encoder)) {
      List<double[]> together =
          ranker.ranks(
              List.of(new TableBatch(few, first.table()), new TableBatch(more, second.table())));
      assertThat(together.get(0)).containsExactly(ranker.ranks(few, first.table()));
      assertThat(together.get(1)).containsExactly(ranker.ranks(more, second.table()));
    }
  }
}
