package dev.headwater.idp.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.idp.expert.CountConfig;
import dev.headwater.idp.expert.ItemBook;
import dev.headwater.idp.expert.NearTexts;
import java.util.Arrays;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class LiveAnswersTest {
  private static final int ITEMS = 500;
  private final ItemBook book = new ItemBook(CountConfig.defaults());
  private final LiveAnswers live =
      new LiveAnswers(book, Collections.nCopies(ITEMS, NearTexts.NONE));
  private final float[] logits = new float[ITEMS];

  @Test
  void beforeTheFirstClickTheLearnedRowsDecide() {
    logits[7] = 5;
    logits[9] = 3;
    assertThat(live.rankAndLearn(new int[] {1}, 0, 7, 1, logits)).isEqualTo(1);
    assertThat(live.rankAndLearn(new int[] {1}, 0, 9, 1, logits)).isEqualTo(2);
  }

  @Test
  void anItemThatNoExpertNamesComesLast() {
    Arrays.fill(logits, -1);
    logits[400] = -50;
    for (int item = 0; item < 300; item++) {
      logits[item] = 0;
    }
    assertThat(live.rankAndLearn(new int[] {1, 2}, 0, 400, 1, logits)).isEqualTo(ITEMS - 2);
  }

  /**
   * An item twice in a history takes one place, and who was no candidate is behind all who were.
   */
  @Test
  void aLongHistoryOfFewItemsDoesNotBringUpWhatNobodyNamed() {
    Arrays.fill(logits, -1);
    logits[400] = -50;
    int[] history = new int[ITEMS];
    Arrays.fill(history, 3);
    assertThat(live.rankAndLearn(history, 0, 400, 1, logits)).isEqualTo(ITEMS - 1);
  }

  @Test
  void countsBringUpWhatRowsDoNotKnow() {
    logits[400] = -50;
    for (int i = 0; i < 5; i++) {
      book.learn(new int[] {1}, 400, 1);
    }
    assertThat(live.rankAndLearn(new int[] {1}, 0, 400, 1, logits)).isEqualTo(1);
  }

  @Test
  void theHistoryIsNeverAnswered() {
    logits[1] = 9;
    logits[7] = 5;
    assertThat(live.rankAndLearn(new int[] {1}, 0, 7, 1, logits)).isEqualTo(1);
  }

  @Test
  void denseRanksLeaveTheHistoryOutAndCountTiesHalf() {
    float[] scores = {3, 2, 2, 1, 2};
    assertThat(DenseRank.of(scores, new int[] {0, 0}, 1)).isEqualTo(2);
    assertThat(DenseRank.of(scores, new int[] {3}, 1)).isEqualTo(3);
    assertThat(DenseRank.of(scores, new int[] {1, 0}, 1)).isEqualTo(2);
  }
}
