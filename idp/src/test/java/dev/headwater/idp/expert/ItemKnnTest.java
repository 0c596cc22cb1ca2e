package dev.headwater.idp.expert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ItemKnnTest {
  private final ItemBook book =
      new ItemBook(new CountConfig(3, 0.8, 8, 1e12, new double[] {10, 100, 1_000}));

  @Test
  void addsLinksOfTheLastItemsOverTheCountsOfBoth() {
    book.learn(new int[] {0}, 1, 1);
    book.learn(new int[] {0}, 1, 1);
    book.learn(new int[] {2}, 1, 1);
    book.learn(new int[] {}, 0, 1);
    float[] scores = new ItemKnn(book, 0.5, 0.5).scores(new int[] {2, 0}, 4);
    double fromNewest = 2 / Math.sqrt(1) / Math.sqrt(3);
    double fromOlder = 0.5 * 1 / Math.sqrt(3);
    assertThat((double) scores[1]).isEqualTo(fromNewest + fromOlder, within(1e-5));
    assertThat(scores[3]).isZero();
  }

  @Test
  void looksNoFurtherBackThanLinksReach() {
    book.learn(new int[] {0}, 1, 1);
    ItemKnn knn = new ItemKnn(book, 0.5, 0.5);
    assertThat(knn.scores(new int[] {0, 5, 6}, 8)[1]).isPositive();
    assertThat(knn.scores(new int[] {0, 5, 6, 7}, 8)[1]).isZero();
  }
}
