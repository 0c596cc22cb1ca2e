package dev.headwater.idp.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headwater.idp.tensor.Rows;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Texts are {@code [3]}, rows {@code [2]}. */
class StartRowsTest {
  private static final float[] NO_WORDS = {0, 0, 0};

  private final SplittableRandom random = new SplittableRandom(1);

  @Test
  void aDomainsOwnTopicMakesNoDifference() {
    float[][] films = {{1, 0, 9}, {0, 1, 9}, {-1, 0, 9}, {0, -1, 9}};
    float[][] pans = {{1, 0, -5}, {0, 1, -5}, {-1, 0, -5}, {0, -1, -5}};
    try (Rows table = new Rows(2, 8)) {
      StartRows.texts(table, List.of(films, pans), random);
      for (int i = 0; i < films.length; i++) {
        assertThat(table.get(i)).containsExactly(table.get(films.length + i), within(1e-5f));
        assertThat(norm(table.get(i))).isBetween(1.0, 3.0);
      }
      assertThat(table.get(0)[0])
          .as("texts that differ most lie apart")
          .isCloseTo(-table.get(2)[0], within(1e-5f));
    }
  }

  @Test
  void anItemWithoutWordsStartsAtRandomAndCountsInNoMean() {
    float[][] films = {{1, 0, 9}, NO_WORDS, {0, 1, 9}, {-1, 0, 9}, {0, -1, 9}};
    try (Rows with = new Rows(2, 5);
        Rows without = new Rows(2, 4)) {
      StartRows.texts(with, List.<float[][]>of(films), random);
      float[][] others = {films[0], films[2], films[3], films[4]};
      StartRows.texts(without, List.<float[][]>of(others), random);
      assertThat(norm(with.get(1))).isBetween(1e-4, 0.2);
      assertThat(with.get(0)).containsExactly(without.get(0), within(1e-6f));
      assertThat(with.get(4)).containsExactly(without.get(3), within(1e-6f));
    }
  }

  @Test
  void withoutAnyWordsAllStartAtRandom() {
    try (Rows table = new Rows(2, 2)) {
      StartRows.texts(table, List.<float[][]>of(new float[][] {NO_WORDS, NO_WORDS}), random);
      assertThat(norm(table.get(0))).isBetween(1e-4, 0.2);
      assertThat(table.get(1)).isNotEqualTo(table.get(0));
    }
  }

  private static double norm(float[] row) {
    return Math.hypot(row[0], row[1]);
  }
}
