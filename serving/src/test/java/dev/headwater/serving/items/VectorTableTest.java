package dev.headwater.serving.items;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headwater.events.HalfFloat;
import dev.headwater.events.Vectors;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorTableTest {
  private static final int CODES = 9_000; // several chunks and blocks

  private final Random random = new Random(2);

  private float[] vector(int dim) {
    float[] vector = new float[dim];
    for (int d = 0; d < dim; d++) {
      vector[d] = (float) random.nextGaussian();
    }
    return vector;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 13, 64, 100})
  void productsAreThoseOfTheVectorsThatStand(int dim) {
    VectorTable table = new VectorTable(dim);
    float[][] standing = new float[CODES][];
    for (int step = 0; step < 3 * CODES; step++) {
      int code = random.nextInt(CODES);
      standing[code] = random.nextInt(4) == 0 ? null : vector(dim);
      if (standing[code] == null) {
        table.remove(code);
      } else {
        table.put(code, standing[code]);
      }
    }
    float[] query = vector(dim);
    PlainKernel plain = new PlainKernel();
    for (int code = -1; code < CODES + 5_000; code++) {
      float[] row = code < 0 || code >= CODES ? null : standing[code];
      float product = table.dot(query, code);
      assertThat(table.contains(code)).isEqualTo(row != null);
      if (row == null) {
        assertThat(product).isNaN();
      } else {
        assertThat(product).isCloseTo(Measure.DOT.score(query, row), within(1e-4f));
        assertThat(plain.dot(query, row, 0)).isCloseTo(product, within(1e-4f));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void productsOfManyAreThoseOfEach(boolean half) {
    VectorTable table = new VectorTable(40, half);
    for (int code = 0; code < CODES; code += 1 + random.nextInt(3)) {
      table.put(code, vector(40));
    }
    float[] query = vector(40);
    int[] codes = random.ints(2_000, -1, CODES + 5_000).toArray();
    float[] products = new float[codes.length];
    Arrays.fill(products, 7);
    table.dot(query, codes, codes.length - 10, products);
    for (int i = 0; i < codes.length; i++) {
      float expected = i < codes.length - 10 ? table.dot(query, codes[i]) : 7;
      assertThat(Float.compare(products[i], expected)).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 13, 64, 100})
  void halvesAreOffByA2048thAtMostAndScoredAsTheyAreRead(int dim) {
    VectorTable table = new VectorTable(dim, true);
    float[] query = vector(dim);
    float[] read = new float[dim];
    PlainKernel plain = new PlainKernel();
    for (int code = 0; code < 1_000; code++) {
      float[] row = vector(dim);
      for (int d = 0; d < dim; d++) {
        row[d] *=
            (float) Math.pow(10, random.nextInt(10) - 7); // also below the smallest normal one
      }
      table.put(code, row);
      assertThat(table.readItem(code, read)).isTrue();
      short[] halves = new short[dim];
      for (int d = 0; d < dim; d++) {
        assertThat(read[d])
            .isCloseTo(row[d], within(Math.max(0x1.01p-25f, Math.abs(row[d]) / 2_048)));
        halves[d] = HalfFloat.fromFloat(row[d]);
      }
      float expected = Measure.DOT.score(query, read);
      float off = 1e-5f * Vectors.norm(read) * Vectors.norm(query);
      assertThat(table.dot(query, code)).isCloseTo(expected, within(off));
      assertThat(plain.dot(query, halves, 0)).isCloseTo(expected, within(off));
    }
  }

  @Test
  void whatIsTooLargeForAHalfIsTheLargest() {
    VectorTable table = new VectorTable(2, true);
    table.put(0, new float[] {1e6f, -1e6f});
    float[] read = new float[2];
    assertThat(table.readItem(0, read)).isTrue();
    assertThat(read).containsExactly(65_504, -65_504);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRowThatIsWrittenAgainAsItWasHasNotMoved(boolean half) {
    VectorTable table = new VectorTable(8, half);
    float[] row = vector(8);
    table.put(3, row);
    double travelled = table.travelled(3);
    table.put(3, row);
    assertThat(table.travelled(3)).isEqualTo(travelled);
  }

  /** More often than a stamp can count. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRowThatChangesAllTheTimeIsReadWhole(boolean half) throws InterruptedException {
    VectorTable table = new VectorTable(32, half);
    AtomicBoolean running = new AtomicBoolean(true);
    AtomicInteger mixed = new AtomicInteger();
    AtomicInteger reads = new AtomicInteger();
    table.put(0, new float[32]);
    Thread reader =
        new Thread(
            () -> {
              float[] read = new float[32];
              while (running.get()) {
                boolean there = table.readItem(0, read);
                for (int d = 1; d < 32; d++) {
                  mixed.addAndGet(there && read[d] != read[0] ? 1 : 0);
                }
                reads.incrementAndGet();
              }
            });
    reader.start();
    float[] row = new float[32];
    for (int step = 1; step <= 150_000 || reads.get() < 1_000; step++) {
      Arrays.fill(row, step % 1_000);
      table.put(0, row);
    }
    running.set(false);
    reader.join();
    assertThat(mixed.get()).isZero();
  }

  @Test
  void stepsAreToldAlsoOfARowThatHasMovedFar() {
    VectorTable table = new VectorTable(2);
    table.put(0, new float[] {1, 0});
    for (int step = 0; step < 2_000; step++) {
      table.put(0, new float[] {step % 2 == 0 ? -1 : 1, 0});
    }
    double far = table.travelled(0);
    for (int step = 1; step <= 100; step++) {
      table.put(0, new float[] {1, 0.01f * step});
    }
    assertThat(far).isBetween(4_000.0, 4_003.0);
    assertThat(table.travelled(0) - far).isCloseTo(0.9, within(0.1));
  }
}
