package dev.headwater.idp.rank;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HighestScoresTest {
  private static final int MOST = 20;

  private final HighestScores highest = new HighestScores(MOST);

  /** By sorting. */
  private static int[] sorted(float[] scores) {
    int[] odd =
        IntStream.range(0, scores.length)
            .filter(place -> place % 2 == 1 && !Float.isNaN(scores[place]))
            .toArray();
    double[] falling = IntStream.of(odd).mapToDouble(place -> -scores[place]).sorted().toArray();
    double least = odd.length <= MOST ? Double.NEGATIVE_INFINITY : -falling[MOST - 1];
    return IntStream.of(odd).filter(place -> scores[place] >= least).toArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 39, 40, 41, 42, 43, 1_000, 5_000})
  void isWhatSortingGives(int size) {
    Random random = new Random(size);
    for (int round = 0; round < 20; round++) {
      float[] scores = new float[size];
      for (int place = 0; place < size; place++) {
        scores[place] = random.nextInt(10) == 0 ? Float.NaN : random.nextInt(1 + size / 4) - 20;
      }
      assertThat(highest.of(scores, place -> place % 2 == 1)).isEqualTo(sorted(scores));
    }
  }

  @Test
  void equalScoresAreAllAmongThem() {
    assertThat(highest.of(new float[500], place -> true)).hasSize(500);
  }
}
