package dev.headwater.idp.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TextNeighboursTest {
  private static final float TEMPERATURE = 0.05f;

  @Test
  void agreesWithComparingEveryPair() {
    int n = 300;
    float[][] texts = unit(n, 12);
    TextNeighbours found = TextNeighbours.of(texts, all(n), 5, TEMPERATURE);
    for (int i = 0; i < n; i++) {
      int self = i;
      int[] expected =
          IntStream.range(0, n)
              .filter(k -> k != self)
              .boxed()
              .sorted(Comparator.comparingDouble(k -> -dot(texts[self], texts[k])))
              .limit(5)
              .mapToInt(Integer::intValue)
              .toArray();
      assertThat(found.items().get(i)).containsExactly(expected);
      double sum = 0;
      for (int k : expected) {
        sum += Math.exp(dot(texts[i], texts[k]) / TEMPERATURE);
      }
      for (int k = 0; k < 5; k++) {
        double weight = Math.exp(dot(texts[i], texts[expected[k]]) / TEMPERATURE) / sum;
        assertThat((double) found.weights().get(i)[k]).isCloseTo(weight, within(1e-4));
      }
    }
  }

  @Test
  void onlyAllowedItemsAreNeighboursButEverybodyHasSome() {
    float[][] texts = unit(20, 4);
    boolean[] allowed = new boolean[20];
    Arrays.fill(allowed, 0, 6, true);
    TextNeighbours found = TextNeighbours.of(texts, allowed, 3, TEMPERATURE);
    for (int i = 0; i < 20; i++) {
      int self = i;
      assertThat(Arrays.stream(found.items().get(i)).boxed())
          .hasSize(3)
          .allMatch(k -> k < 6 && k != self);
    }
  }

  @Test
  void anItemWithoutWordsHasNoneAndIsNobodys() {
    float[][] texts = unit(10, 4);
    texts[4] = new float[4];
    TextNeighbours found = TextNeighbours.of(texts, all(10), 9, TEMPERATURE);
    assertThat(found.items().get(4)).isEmpty();
    assertThat(found.weights().get(4)).isEmpty();
    assertThat(found.items()).allMatch(near -> Arrays.stream(near).noneMatch(k -> k == 4));
    assertThat(found.items().get(0)).hasSize(8);
  }

  @Test
  void whereNobodyIsAllowedNobodyHasAny() {
    TextNeighbours found = TextNeighbours.of(unit(3, 2), new boolean[3], 2, TEMPERATURE);
    assertThat(found.items()).hasSize(3).allMatch(near -> near.length == 0);
    assertThat(found.weights()).hasSize(3).allMatch(weights -> weights.length == 0);
  }

  @Test
  void tellsHowFarItIs() {
    List<Double> told = new ArrayList<>();
    TextNeighbours.of(unit(600, 2), all(600), 1, TEMPERATURE, told::add);
    assertThat(told).isSorted().hasSize(3).endsWith(1.0);
  }

  private static boolean[] all(int count) {
    boolean[] all = new boolean[count];
    Arrays.fill(all, true);
    return all;
  }

  private static float[][] unit(int count, int dim) {
    SplittableRandom random = new SplittableRandom(9);
    float[][] rows = new float[count][dim];
    for (float[] row : rows) {
      double square = 0;
      for (int k = 0; k < dim; k++) {
        row[k] = (float) random.nextGaussian();
        square += row[k] * row[k];
      }
      for (int k = 0; k < dim; k++) {
        row[k] /= (float) Math.sqrt(square);
      }
    }
    return rows;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += (double) a[k] * b[k];
    }
    return sum;
  }
}
