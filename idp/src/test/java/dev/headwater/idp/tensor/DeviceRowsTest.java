package dev.headwater.idp.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceRowsTest {
  private static final int DIM = 8;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void findsWhatAPlainLoopFindsWhileItGrows(boolean half) {
    Random random = new Random(3);
    int count = 3_000;
    float[][] rows = new float[count][];
    try (DeviceRows device = new DeviceRows(DIM, half, ComputeDevice.CPU)) {
      for (int from = 0; from < count; from += 500) {
        int[] numbers = IntStream.range(from, from + 500).toArray();
        float[] values = new float[500 * DIM];
        for (int i = 0; i < numbers.length; i++) {
          rows[from + i] = vector(random);
          System.arraycopy(rows[from + i], 0, values, i * DIM, DIM);
        }
        device.set(numbers, values, live(numbers.length, true));
      }
      for (boolean cosine : new boolean[] {false, true}) {
        float[] query = vector(random);
        int[] expected = best(rows, query, cosine);
        int[] found = device.nearest(query, cosine, 20);
        assertThat(Arrays.stream(found).filter(r -> contains(expected, r)).count())
            .isGreaterThanOrEqualTo(half ? 19 : 20);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anEmptiedRowIsNotFoundAndAChangedOneIs(boolean half) {
    try (DeviceRows device = new DeviceRows(2, half, ComputeDevice.CPU)) {
      device.set(new int[] {0, 1}, new float[] {1, 0, 0.5f, 0}, live(2, true));
      assertThat(device.nearest(new float[] {1, 0}, false, 2)).containsExactly(0, 1);
      device.set(new int[] {0}, new float[] {0, 0}, live(1, false));
      assertThat(device.nearest(new float[] {-1, 0}, false, 1)).containsExactly(1);
      device.set(new int[] {0}, new float[] {-3, 0}, live(1, true));
      assertThat(device.nearest(new float[] {-1, 0}, false, 2)).containsExactly(0, 1);
    }
  }

  private static boolean[] live(int count, boolean value) {
    boolean[] live = new boolean[count];
    Arrays.fill(live, value);
    return live;
  }

  private static float[] vector(Random random) {
    float[] vector = new float[DIM];
    for (int d = 0; d < DIM; d++) {
      vector[d] = (float) random.nextGaussian();
    }
    return vector;
  }

  private static int[] best(float[][] rows, float[] query, boolean cosine) {
    return IntStream.range(0, rows.length)
        .boxed()
        .sorted(Comparator.comparing((Integer r) -> -score(rows[r], query, cosine)))
        .limit(20)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static double score(float[] row, float[] query, boolean cosine) {
    double dot = 0;
    double square = 0;
    for (int d = 0; d < DIM; d++) {
      dot += row[d] * query[d];
      square += row[d] * row[d];
    }
    return cosine ? dot / Math.sqrt(square) : dot;
  }

  private static boolean contains(int[] all, int one) {
    return Arrays.stream(all).anyMatch(each -> each == one);
  }
}
