package dev.headwater.idp.heldout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EaseScorerTest {
  @Test
  void predictsAnItemFromWhatIsTakenWithItAndNeverFromItself() {
    List<int[]> sequences = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      sequences.add(new int[] {0, 1});
    }
    float[][] scores = EaseScorer.fit(3, sequences).scores(List.of(new int[] {0}));
    // gram [[200, 100], [100, 200]]: inverse [[2, -1], [-1, 2]] / 300, so the weight is 1/2
    assertThat((double) scores[0][1]).isEqualTo(0.5, within(1e-5));
    assertThat(scores[0][0]).isZero();
    assertThat(scores[0][2]).isZero();
  }

  @Test
  void itemsFurtherBackWeighLessWhenAsked() {
    List<int[]> sequences = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      sequences.add(new int[] {0, 1});
      sequences.add(new int[] {2, 3});
    }
    EaseScorer ease = EaseScorer.fit(4, sequences);
    float[] even = ease.scores(List.of(new int[] {0, 2}))[0];
    assertThat(even[1]).isEqualTo(even[3]);
    float[] decayed = ease.withDecay(0.5).scores(List.of(new int[] {0, 2}))[0];
    assertThat((double) decayed[1]).isEqualTo(decayed[3] / 2.0, within(1e-5));
  }
}
