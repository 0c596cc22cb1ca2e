package dev.headwater.idp.heldout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CentredScorerTest {
  /** Item 0 is above the others for everybody; beyond that a user wants the item after the last. */
  private static float[][] score(List<int[]> histories) {
    float[][] scores = new float[histories.size()][4];
    for (int i = 0; i < scores.length; i++) {
      int[] history = histories.get(i);
      scores[i][0] += 10;
      scores[i][(history[history.length - 1] + 1) % 4] += 1;
    }
    return scores;
  }

  @Test
  void whatAnItemScoresForEverybodyDoesNotCount() {
    List<int[]> histories = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      histories.add(new int[] {3 - i % 4, i % 4});
    }
    Scorer centred = new CentredScorer(CentredScorerTest::score, histories);
    float[][] scores = centred.scores(histories);
    for (int item = 0; item < 4; item++) {
      double sum = 0;
      for (float[] ofUser : scores) {
        sum += ofUser[item];
      }
      assertThat(sum).isCloseTo(0, within(1e-3));
    }
    assertThat(scores[1][2]).isGreaterThan(scores[1][0]);
  }
}
