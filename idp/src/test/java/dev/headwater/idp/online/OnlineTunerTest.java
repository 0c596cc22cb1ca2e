package dev.headwater.idp.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.DataType;
import dev.headwater.idp.encoder.BiasDimension;
import dev.headwater.idp.encoder.BiasedEncoder;
import dev.headwater.idp.encoder.EncoderConfig;
import dev.headwater.idp.encoder.SasRec;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.encoder.SequenceEncoders;
import dev.headwater.idp.optim.AdamConfig;
import dev.headwater.idp.tensor.ComputeDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OnlineTunerTest {
  private static final EncoderConfig SMALL = new EncoderConfig(16, 10, 2, 2, false);
  private static final OnlineConfig CONFIG = OnlineConfig.defaults().withNegatives(20);

  @Test
  void learnsWhichItemFollowsWhich() {
    try (OnlineTuner tuner = tuner(40);
        PrequentialRanker ranker = new PrequentialRanker(encoder())) {
      List<Example> lessons = lessons(64);
      double before = mean(ranker.ranks(lessons, tuner.table()));
      for (int i = 0; i < 150; i++) {
        tuner.learn(lessons.subList((i % 2) * 32, (i % 2 + 1) * 32));
      }
      double after = mean(ranker.ranks(lessons, tuner.table()));
      assertThat(after).isLessThan(before / 3);
    }
  }

  @Test
  void aClickRaisesTheBiasOfItsItemAndLowersThatOfNegatives() {
    SequenceEncoder biased = new BiasedEncoder(encoder(), new BiasDimension(5, 3));
    try (OnlineTuner tuner = new OnlineTuner(biased, CONFIG, 1, 7)) {
      for (int i = 0; i < 50; i++) {
        tuner.add(new float[16]);
      }
      int[] touched =
          tuner
              .learn(List.of(new Example(new int[] {1}, 2), new Example(new int[] {3}, 2)))
              .touched();
      assertThat(touched).contains(1, 2, 3);
      assertThat(tuner.table().get(2)[5]).isPositive();
      for (int slot : touched) {
        if (slot != 2) {
          assertThat(tuner.table().get(slot)[5]).isNotPositive();
        }
      }
    }
  }

  @Test
  void aDislikeLowersTheItemForThatHistoryAndAHeavierLikeRaisesItMore() {
    double start = score(1, 0);
    assertThat(score(-1, 5)).isLessThan(start);
    assertThat(score(1, 5)).isGreaterThan(start);
    assertThatThrownBy(() -> new Example(new int[] {1}, 2, 0)).hasMessageContaining("weigh");
    assertThatThrownBy(() -> new Example(new int[] {1}, 2, Float.NaN)).hasMessageContaining("NaN");
  }

  /** The score of item 2 after item 1, when that was seen some times with this weight. */
  private static double score(float weight, int times) {
    try (OnlineTuner tuner = tuner(40);
        PrequentialRanker ranker = new PrequentialRanker(encoder())) {
      Example example = new Example(new int[] {1}, 2, weight);
      for (int i = 0; i < times; i++) {
        tuner.learn(List.of(example));
      }
      return ranker.scores(List.of(example), tuner.table())[0][2];
    }
  }

  @Test
  void howOftenAnItemIsClickedIsLearnedFasterWithABias() {
    double with = rankOfPopular(new BiasedEncoder(encoder(), new BiasDimension(5, 3)));
    double without = rankOfPopular(encoder());
    assertThat(with).isLessThan(0.7 * without);
  }

  /** What is sent to a device and comes back is all that learning there takes. */
  @Test
  void learnsAndRanksTheSameWhereNoMemoryIsSharedWithJava() {
    try (OnlineTuner here = tuner(60);
        OnlineTuner there = new OnlineTuner(apart(), CONFIG, 1, 7);
        PrequentialRanker rankHere = new PrequentialRanker(encoder());
        PrequentialRanker rankThere = new PrequentialRanker(apart())) {
      for (int slot = 0; slot < here.table().size(); slot++) {
        there.add(here.table().get(slot));
      }
      for (int i = 0; i < 20; i++) {
        here.learn(lessons(32));
        there.learn(lessons(32));
      }
      for (int slot = 0; slot < here.table().size(); slot++) {
        assertThat(there.table().get(slot)).containsExactly(here.table().get(slot), within(1e-5f));
      }
      float[][] expected = rankHere.scores(lessons(8), here.table());
      float[][] scores = rankThere.scores(lessons(8), here.table());
      for (int i = 0; i < expected.length; i++) {
        assertThat(scores[i]).containsExactly(expected[i], within(1e-4f));
      }
    }
  }

  @Test
  void sameSeedAndSameBatchesGiveTheSameTable() {
    try (OnlineTuner one = tuner(100);
        OnlineTuner two = tuner(100)) {
      for (int i = 0; i < 20; i++) {
        one.learn(lessons(32));
        two.learn(lessons(32));
      }
      for (int slot = 0; slot < 100; slot++) {
        assertThat(one.table().get(slot)).isEqualTo(two.table().get(slot));
      }
    }
  }

  @Test
  void aRestoredTunerGoesOnAsIfNothingHadHappened() {
    try (OnlineTuner whole = tuner(50);
        OnlineTuner restored = tuner(50)) {
      whole.learn(lessons(32));
      for (int slot = 0; slot < 50; slot++) {
        restored.restore(slot, whole.state(slot));
      }
      restored.restoreSteps(whole.steps());
      whole.learn(lessons(32));
      restored.learn(lessons(32));
      for (int slot = 0; slot < 50; slot++) {
        assertThat(restored.state(slot)).usingRecursiveComparison().isEqualTo(whole.state(slot));
      }
    }
  }

  @Test
  void touchesOnlyTheRowsThatTheStepNames() {
    try (OnlineTuner tuner = tuner(500)) {
      float[][] before = new float[500][];
      for (int slot = 0; slot < 500; slot++) {
        before[slot] = tuner.table().get(slot);
      }
      List<Integer> touched = new ArrayList<>();
      for (int slot : tuner.learn(lessons(8)).touched()) {
        touched.add(slot);
      }
      assertThat(touched).doesNotHaveDuplicates().hasSizeLessThan(120);
      for (int slot = 0; slot < 500; slot++) {
        if (!touched.contains(slot)) {
          assertThat(tuner.table().get(slot)).isEqualTo(before[slot]);
        }
      }
    }
  }

  @Test
  void keepsRowsUnderTheCap() {
    OnlineConfig capped = new OnlineConfig(32, 1f, 20, 2f, AdamConfig.forStreams());
    try (OnlineTuner tuner = new OnlineTuner(encoder(), capped, 1, 7)) {
      fill(tuner, 50);
      for (int i = 0; i < 20; i++) {
        for (int slot : tuner.learn(lessons(32)).touched()) {
          assertThat(norm(tuner.table().get(slot))).isLessThan(2.001);
        }
      }
    }
  }

  @Test
  void refusesSlotsWithoutARowAndEmptyHistories() {
    try (OnlineTuner tuner = tuner(5)) {
      tuner.remove(3);
      assertThatThrownBy(() -> tuner.learn(List.of(new Example(new int[] {1}, 3))))
          .hasMessageContaining("slot 3");
      assertThatThrownBy(() -> tuner.learn(List.of(new Example(new int[] {3}, 1))))
          .hasMessageContaining("slot 3");
      assertThatThrownBy(() -> tuner.learn(List.of(new Example(new int[0], 1))))
          .hasMessageContaining("no history");
      assertThatThrownBy(() -> tuner.learn(List.of())).hasMessageContaining("at least one");
    }
  }

  @Test
  void stopsAtARowThatIsNotANumberAndChangesNothing() {
    try (OnlineTuner tuner = tuner(5)) {
      float[] broken = new float[16];
      broken[0] = Float.NaN;
      tuner.table().set(2, broken);
      float[] before = tuner.table().get(1);
      assertThatThrownBy(() -> tuner.learn(List.of(new Example(new int[] {2}, 1))))
          .isInstanceOf(ArithmeticException.class);
      assertThat(tuner.table().get(1)).isEqualTo(before);
    }
  }

  /** Mean rank of three items that everybody clicks, for histories that nobody had before. */
  private static double rankOfPopular(SequenceEncoder encoder) {
    SplittableRandom random = new SplittableRandom(9);
    int rows = 200;
    try (OnlineTuner tuner = new OnlineTuner(encoder, CONFIG, 1, 7);
        PrequentialRanker ranker = new PrequentialRanker(encoder)) {
      fill(tuner, rows);
      for (int i = 0; i < 20; i++) {
        tuner.learn(popular(random, 32, rows));
      }
      return mean(ranker.ranks(popular(random, 200, rows), tuner.table()));
    }
  }

  private static List<Example> popular(SplittableRandom random, int count, int rows) {
    List<Example> clicks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] history = {random.nextInt(3, rows), random.nextInt(3, rows)};
      clicks.add(new Example(history, random.nextInt(3)));
    }
    return clicks;
  }

  static SasRec encoder() {
    return new SasRec(SMALL, new SplittableRandom(3));
  }

  private static SequenceEncoder apart() {
    try (SequenceEncoder here = encoder()) {
      SequenceEncoder there =
          SequenceEncoders.create(
              here.kind(), SMALL, new SplittableRandom(0), DataType.FLOAT32, ComputeDevice.APART);
      there.parameters().set(here.parameters().values());
      return there;
    }
  }

  private static OnlineTuner tuner(int rows) {
    OnlineTuner tuner = new OnlineTuner(encoder(), CONFIG, 1, 7);
    fill(tuner, rows);
    return tuner;
  }

  private static void fill(OnlineTuner tuner, int rows) {
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < rows; i++) {
      float[] row = new float[16];
      for (int k = 0; k < row.length; k++) {
        row[k] = (float) random.nextGaussian() * 0.3f;
      }
      tuner.add(row);
    }
  }

  /** Item i is followed by item i + 1 among the first five. */
  private static List<Example> lessons(int count) {
    List<Example> lessons = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int last = i % 4;
      lessons.add(new Example(new int[] {(last + 2) % 4, last}, last + 1));
    }
    return lessons;
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double norm(float[] row) {
    double sum = 0;
    for (float value : row) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }
}
