package dev.headwater.bench.serving;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes make the same items and users out of a bundle without talking. */
class BenchDataTest {
  private static final int ROWS = 60;
  private static final int DIM = 16;

  @TempDir Path bundle;
  private final float[] rows = new float[ROWS * DIM];

  @BeforeEach
  void write() throws IOException {
    Random random = new Random(1);
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) random.nextGaussian();
    }
    write("embedding");
  }

  /** As safetensors has it: the length of the header, the header, the values. */
  private void write(String tensor) throws IOException {
    String header =
        "{\"%s\":{\"dtype\":\"F32\",\"shape\":[%d,%d],\"data_offsets\":[0,%d]}}"
            .formatted(tensor, ROWS, DIM, 4 * rows.length);
    byte[] text = header.getBytes(UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(8 + text.length + 4 * rows.length).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(text.length).put(text);
    for (float value : rows) {
      file.putFloat(value);
    }
    Files.write(bundle.resolve("items.safetensors"), file.array());
  }

  @Test
  void anItemIsAFunctionOfItsNumberAndItsStep() throws IOException {
    BenchData one = new BenchData(bundle, 500);
    BenchData two = new BenchData(bundle, 500);
    for (int item = 0; item < 500; item += 7) {
      assertThat(one.vector(item, 0)).isEqualTo(two.vector(item, 0));
      assertThat(one.vector(item, 9)).isEqualTo(two.vector(item, 9));
      assertThat(one.vector(item, 9)).isNotEqualTo(one.vector(item, 8));
      assertThat(one.history(item)).isEqualTo(two.history(item));
    }
  }

  @Test
  void anItemIsATrainedRowPlusNoiseOfAThirdOfItsLength() throws IOException {
    BenchData data = new BenchData(bundle, 6_000);
    double noise = 0;
    double moved = 0;
    double length = 0;
    for (int item = 0; item < 6_000; item++) {
      float[] vector = data.vector(item, 0);
      float[] later = data.vector(item, 3);
      for (int d = 0; d < DIM; d++) {
        float row = rows[item % ROWS * DIM + d];
        noise += Math.pow(vector[d] - row, 2);
        moved += Math.pow(later[d] - vector[d], 2);
        length += row * row;
      }
    }
    assertThat(Math.sqrt(noise / length)).isCloseTo(0.33, within(0.01));
    assertThat(Math.sqrt(moved / length)).isCloseTo(0.05, within(0.002));
  }

  @Test
  void everyHistoryHoldsItemsThatThereAre() throws IOException {
    for (int items : new int[] {1, 7, ROWS, ROWS + 1, 500}) {
      BenchData data = new BenchData(bundle, items);
      Set<Integer> lengths = new HashSet<>();
      for (int user = 0; user < 400; user++) {
        int[] history = data.history(user);
        assertThat(history).hasSizeBetween(2, 31);
        for (int item : history) {
          assertThat(item).as("%d items, user %d", items, user).isBetween(0, items - 1);
        }
        lengths.add(history.length);
      }
      assertThat(lengths).as("users differ").hasSizeGreaterThan(10);
    }
  }

  @Test
  void aHistoryStaysNearOneRow() throws IOException {
    BenchData data = new BenchData(bundle, ROWS);
    double within = 0;
    double across = 0;
    for (int user = 0; user < 300; user++) {
      int[] own = data.history(user);
      int[] other = data.history(user + 1);
      within += dot(own[0], own[1]);
      across += dot(own[0], other[1]);
    }
    assertThat(within).isGreaterThan(across + 300);
  }

  private double dot(int one, int two) {
    double dot = 0;
    for (int d = 0; d < DIM; d++) {
      dot += rows[one * DIM + d] * rows[two * DIM + d];
    }
    return dot;
  }

  @Test
  void aBundleWithoutRowsIsRefused() throws IOException {
    write("other");
    assertThatThrownBy(() -> new BenchData(bundle, 10)).hasMessageContaining("embedding");
  }
}
