package dev.headwater.idp.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.headwater.idp.encoder.EncoderConfig;
import dev.headwater.idp.encoder.SasRec;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.online.StepGradients.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Workers say what rows are to learn, and whoever owns the rows takes the step. */
class RowOwnerTest {
  private static final int DIM = 16;
  private static final int ROWS = 60;
  private static final OnlineConfig CONFIG = OnlineConfig.defaults().withNegatives(20);

  private final SequenceEncoder encoder =
      new SasRec(new EncoderConfig(DIM, 10, 2, 2, false), new SplittableRandom(7));
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private OnlineTuner tuner() {
    OnlineTuner tuner = new OnlineTuner(encoder, CONFIG, 0.3f, 5);
    open.add(tuner);
    for (int i = 0; i < ROWS; i++) {
      tuner.add(start(i));
    }
    return tuner;
  }

  private RowOwner owner(int dim) {
    RowOwner owner = new RowOwner(CONFIG, dim);
    open.add(owner);
    return owner;
  }

  private static float[] start(int row) {
    SplittableRandom random = new SplittableRandom(row);
    float[] vector = new float[DIM];
    for (int k = 0; k < DIM; k++) {
      vector[k] = (float) random.nextGaussian();
    }
    return vector;
  }

  private static List<Example> batch(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Example> batch = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      int[] history = new int[1 + random.nextInt(9)];
      for (int k = 0; k < history.length; k++) {
        history[k] = random.nextInt(ROWS);
      }
      batch.add(new Example(history, random.nextInt(ROWS), i == 3 ? -1 : 1));
    }
    return batch;
  }

  /** Where clicks come one by one, each teaches what it teaches among 32. */
  @Test
  void aRowMovesAsFarInAStepOnOneExampleAsOnABatch() {
    double alone = moved(1);
    assertThat(alone).isPositive();
    assertThat(moved(5)).isEqualTo(alone);
    assertThat(moved(32)).isEqualTo(alone);
    assertThat(moved(128)).isCloseTo(2 * alone, within(1e-6));
  }

  /** How far a row moves at its first gradient, in a step on so many examples. */
  private double moved(int examples) {
    RowOwner owner = owner(1);
    int slot = owner.add(new float[] {0});
    Section none = new Section(new int[0], new float[0]);
    Section one = new Section(new int[] {slot}, new float[] {1});
    owner.take(new StepGradients(1, examples, 0.5, none, one, none));
    return -owner.table().get(slot)[0];
  }

  @Test
  void anExampleIsComparedWithAsManyNegativesAloneAsInABatch() {
    OnlineConfig config = OnlineConfig.defaults();
    assertThat(config.negativesOf(1)).isEqualTo(32);
    assertThat(config.negativesOf(5)).isEqualTo(160);
    assertThat(config.negativesOf(32)).isEqualTo(1_024);
    assertThat(config.negativesOf(256)).isEqualTo(1_024);
    assertThat(config.withNegatives(8).negativesOf(1)).isEqualTo(1);
  }

  /** The same seed and number of a step draw the same negatives on both sides. */
  @Test
  void aTunerLearnsWhatAWorkerEncodedAsWhatItEncodesItselfBitForBit() {
    OnlineTuner alone = tuner();
    OnlineTuner helped = tuner();
    for (int step = 0; step < 5; step++) {
      List<Example> batch = batch(step);
      StepResult expected = alone.learn(batch);
      EncodedStep encoded = JointStep.encoded(List.of(helped.work(batch))).get(0);
      assertThat(encoded.examples()).isEqualTo(batch.size());
      assertThat(encoded.isFinite()).isTrue();
      StepGradients said = helped.compare(batch, encoded.users(), encoded.histories());
      assertThat(Objects.requireNonNull(helped.take(said)).loss()).isEqualTo(expected.loss());
      for (int row = 0; row < ROWS; row++) {
        assertThat(helped.state(row)).usingRecursiveComparison().isEqualTo(alone.state(row));
      }
    }
  }

  @Test
  void anEncodedStepKnowsWhetherItIsANumber() {
    Section none = new Section(new int[0], new float[0]);
    assertThat(new EncodedStep(2, new float[] {1, Float.NaN}, none).isFinite()).isFalse();
    Section broken = new Section(new int[] {1}, new float[] {0, Float.POSITIVE_INFINITY});
    assertThat(new EncodedStep(2, new float[] {1, 2}, broken).isFinite()).isFalse();
    assertThatThrownBy(() -> new EncodedStep(2, new float[3], none))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void ofASectionEachOwnerGetsItsRowsInTheirOrder() {
    Section all = new Section(new int[] {4, -1, 7, 1}, new float[] {4, 4, 0, 0, 7, 7, 1, 1});
    Section own = all.only(2, 1, row -> row % 3);
    assertThat(own.rows()).containsExactly(4, 7, 1);
    assertThat(own.gradients()).containsExactly(4, 4, 7, 7, 1, 1);
    assertThat(all.only(2, 0, row -> row % 3).rows()).isEmpty();
  }

  @Test
  void passesOverRowsThatAreNotThereAnyMore() {
    RowOwner owner = owner(1);
    owner.add(new float[] {0});
    owner.add(new float[] {0});
    StepGradients gone = said(0, new int[] {-1}, 3f);
    assertThat(taken(owner, gone).touched()).isEmpty();
    StepGradients half = said(0, new int[] {-1, 1}, 3f, 2f);
    assertThat(taken(owner, half).touched()).containsExactly(1);
    assertThat(owner.table().get(0)).containsExactly(0);
    assertThat(owner.table().get(1)[0]).isNegative();
  }

  @Test
  void aStepThatIsNoNumberChangesNothing() {
    RowOwner owner = owner(1);
    owner.add(new float[] {4});
    RowState before = owner.state(0);
    assertThat(owner.take(said(0, new int[] {0}, Float.NaN))).isNull();
    assertThat(owner.take(said(Double.NaN, new int[] {0}, 1f))).isNull();
    assertThat(owner.state(0)).usingRecursiveComparison().isEqualTo(before);
  }

  @Test
  void refusesAStepWhoseArraysDoNotFit() {
    Section empty = new Section(new int[0], new float[0]);
    Section wrong = new Section(new int[] {1}, new float[3]);
    assertThatThrownBy(() -> new StepGradients(2, 1, 0, empty, wrong, empty))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 values for 1 rows");
    assertThatThrownBy(() -> new StepGradients(2, 0, 0, empty, empty, empty))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static StepResult taken(RowOwner owner, StepGradients said) {
    return Objects.requireNonNull(owner.take(said));
  }

  private static StepGradients said(double loss, int[] negatives, float... gradients) {
    Section empty = new Section(new int[0], new float[0]);
    return new StepGradients(1, 1, loss, empty, empty, new Section(negatives, gradients));
  }
}
