package dev.headwater.serving.items;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TopKTest {
  private record Offer(int row, float score) {}

  /** Many equal scores, all lengths, every order: what sorting all of them would give. */
  @Test
  void keepsWhatSortingAllWouldKeep() {
    Random random = new Random(7);
    TopK best = new TopK(0);
    for (int round = 0; round < 2_000; round++) {
      int rows = random.nextInt(400);
      int capacity = random.nextInt(90);
      int kinds = 1 + random.nextInt(60);
      List<Offer> offers = new ArrayList<>();
      for (int row = 0; row < rows; row++) {
        offers.add(new Offer(row, random.nextInt(kinds) - kinds / 2f));
      }
      Collections.shuffle(offers, random);
      best.begin(capacity);
      offers.forEach(offer -> best.offer(offer.row(), offer.score()));
      List<Offer> wanted =
          offers.stream()
              .sorted(
                  Comparator.comparing(Offer::score)
                      .reversed()
                      .thenComparing(Comparator.comparing(Offer::row)))
              .limit(capacity)
              .toList();
      assertThat(best.size()).isEqualTo(wanted.size());
      float[] scores = new float[best.size()];
      assertThat(best.drain(scores))
          .as("%d of %d rows, %d scores", capacity, rows, kinds)
          .isEqualTo(wanted.stream().mapToInt(Offer::row).toArray());
      for (int i = 0; i < scores.length; i++) {
        assertThat(scores[i]).isEqualTo(wanted.get(i).score());
      }
      assertThat(best.size()).isZero();
    }
  }

  /** What is kept does not depend on when the threshold was brought up to date. */
  @Test
  void theThresholdIsNearlyTheLeastOnceSettled() {
    Random random = new Random(9);
    TopK best = new TopK(80);
    TopK same = new TopK(80);
    float[] all = new float[1_000];
    for (int row = 0; row < all.length; row++) {
      all[row] = random.nextFloat();
      best.offer(row, all[row]);
      same.offer(row, all[row]);
      same.settle();
      if (row >= 90) {
        float[] sorted = Arrays.copyOf(all, row + 1);
        Arrays.sort(sorted);
        assertThat(same.threshold()).isBetween(sorted[row - 90], sorted[row - 79]);
      }
    }
    assertThat(same.drain()).isEqualTo(best.drain());
  }

  @Test
  void noRowThatIsKeptIsBelowTheThreshold() {
    Random random = new Random(8);
    TopK best = new TopK(10);
    float[] all = new float[1_000];
    for (int row = 0; row < all.length; row++) {
      all[row] = random.nextFloat();
      if (all[row] >= best.threshold()) {
        best.offer(row, all[row]);
      }
    }
    Arrays.sort(all);
    assertThat(best.threshold()).isLessThanOrEqualTo(all[all.length - 10]).isGreaterThan(0.9f);
    float[] scores = new float[10];
    best.drain(scores);
    for (int i = 0; i < 10; i++) {
      assertThat(scores[i]).isEqualTo(all[all.length - 1 - i]);
    }
  }

  @Test
  void whatIsNoNumberIsNeverKept() {
    TopK best = new TopK(2);
    best.offer(1, Float.NaN);
    best.offer(2, Float.NEGATIVE_INFINITY);
    best.offer(3, -0f);
    best.offer(0, 0f);
    best.offer(4, Float.POSITIVE_INFINITY);
    assertThat(best.size()).isEqualTo(2);
    assertThat(best.drain()).containsExactly(4, 0);
  }
}
