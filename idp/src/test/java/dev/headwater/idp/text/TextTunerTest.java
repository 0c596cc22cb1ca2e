package dev.headwater.idp.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TextTunerTest {
  private static final List<String> TEXTS =
      List.of(
          "red wooden toy train",
          "blue wooden toy boat",
          "kitchen steel knife",
          "bread knife",
          "garden hose green",
          "water pump for gardens",
          "acoustic guitar",
          "guitar strings");
  private static final List<int[]> NEAR =
      List.of(
          new int[] {4},
          new int[] {5},
          new int[] {6},
          new int[] {7},
          new int[] {0},
          new int[] {1},
          new int[] {2},
          new int[] {3});

  @Test
  void bringsTogetherWhatBehaviourSaysAndKeepsWhatItLearned() {
    try (BertTextEncoder encoder = BertTextEncoder.miniLm()) {
      float before = similarity(encoder, 0, 4);
      Map<String, float[]> tuned;
      List<Double> losses = new ArrayList<>();
      TextTuner.Config config = new TextTuner.Config(6, 0.05f, 1e-4f, 0.1f, false, 1, 1, 3);
      try (TextTuner tuner = new TextTuner(encoder, config)) {
        for (int i = 0; i < 12; i++) {
          TextTuner.StepLoss loss = tuner.step(TEXTS, NEAR);
          losses.add(loss.textLoss() + loss.behaviourLoss());
        }
        tuned = tuner.weights();
      }
      assertThat(losses.get(11)).isLessThan(losses.get(0));
      float after = similarity(encoder, 0, 4);
      assertThat(after).isGreaterThan(before + 0.1f);
      try (BertTextEncoder again = BertTextEncoder.load(TextModel.miniLm().tuned("tuned", tuned))) {
        assertThat(similarity(again, 0, 4)).isCloseTo(after, within(1e-5f));
        assertThat(again.id()).isEqualTo("tuned");
      }
    }
  }

  @Test
  void aHeadLearnsWhileTheEncoderStaysAsItIs() {
    try (BertTextEncoder encoder = BertTextEncoder.miniLm()) {
      float[][] plain = encoder.encode(TEXTS);
      float before = similarity(encoder, 0, 4);
      Map<String, float[]> tuned;
      TextTuner.Config config = new TextTuner.Config(6, 0.05f, 1e-2f, 0.1f, true, 1, 1, 3);
      try (TextTuner tuner = new TextTuner(encoder, config)) {
        assertThat(encoder.encode(TEXTS)).as("a new head changes nothing").isDeepEqualTo(plain);
        for (int i = 0; i < 12; i++) {
          tuner.step(TEXTS, NEAR);
        }
        tuned = tuner.weights();
      }
      assertThat(tuned).containsOnlyKeys(Bert.PROJECTION);
      float after = similarity(encoder, 0, 4);
      assertThat(after).isGreaterThan(before + 0.1f);
      try (BertTextEncoder again = BertTextEncoder.load(TextModel.miniLm().tuned("head", tuned))) {
        assertThat(similarity(again, 0, 4)).isCloseTo(after, within(1e-5f));
      }
    }
  }

  @Test
  void aLossOfWeightZeroTeachesNothing() {
    TextTuner.Config both = new TextTuner.Config(6, 0.05f, 1e-4f, 0, false, 1, 1, 3);
    // Without dropout a text is its own positive already, so the text loss hardly pulls.
    assertThat(gain(both.withWeights(0, 1))).isGreaterThan(gain(both.withWeights(1, 0)) + 0.1f);
    assertThatThrownBy(() -> both.withWeights(0, 0)).hasMessageContaining("not both 0");
    assertThatThrownBy(() -> both.withWeights(-1, 1)).hasMessageContaining("negative");
  }

  /** How much nearer two items come that behaviour calls near. */
  /** Columns are partners: of another item, and sometimes of one that the anchor is near to. */
  @Test
  void aPartnerThatIsNearTheAnchorIsNoNegative() {
    int[] items = {0, 1, 2};
    int[] partners = {4, 0, 6};
    List<int[]> near = List.of(new int[] {4, 6}, new int[] {0}, new int[] {6});
    float[] mask = TextTuner.sameOrNear(items, partners, near);
    assertThat(mask[0]).as("its own partner").isZero();
    assertThat(mask[1]).as("the anchor itself").isNegative();
    assertThat(mask[2]).as("near the anchor").isNegative();
    assertThat(mask[3]).as("of nobody near").isZero();
    assertThat(mask[5]).isZero();
    assertThat(mask[6]).isZero();
  }

  private static float gain(TextTuner.Config config) {
    try (BertTextEncoder encoder = BertTextEncoder.miniLm()) {
      float before = similarity(encoder, 0, 4);
      try (TextTuner tuner = new TextTuner(encoder, config)) {
        for (int i = 0; i < 12; i++) {
          tuner.step(TEXTS, NEAR);
        }
      }
      return similarity(encoder, 0, 4) - before;
    }
  }

  private static float similarity(TextEncoder encoder, int a, int b) {
    float[][] vectors = encoder.encode(List.of(TEXTS.get(a), TEXTS.get(b)));
    float sum = 0;
    for (int k = 0; k < vectors[0].length; k++) {
      sum += vectors[0][k] * vectors[1][k];
    }
    return sum;
  }
}
