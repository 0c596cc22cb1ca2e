package dev.headwater.serving.items;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headwater.events.HalfFloat;
import dev.headwater.events.Vectors;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorTableTest {
  private static final int CODES = 9_000; // several chunks and blocks

  @TempDir Path folder;

  private final Random random = new Random(2);

  private float[] vector(int dim) {
    float[] vector = new float[dim];
    for (int d = 0; d < dim; d++) {
      vector[d] = (float) random.nextGaussian();
    }
    return vector;
  }

  /** Tables on the heap, and partly in a file. */
  private List<VectorTable> tables(int dim, boolean half) {
    return List.of(
        new VectorTable(dim, half), new VectorTable(dim, half, Slabs.below(folder), 512));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 13, 64, 100})
  void productsAreThoseOfTheVectorsThatStand(int dim) {
    tables(dim, false).forEach(table -> productsAreThoseOfTheVectorsThatStand(dim, table));
    assertThat(folder).isEmptyDirectory();
  }

  private void productsAreThoseOfTheVectorsThatStand(int dim, VectorTable table) {
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
  @ValueSource(ints = {1, 13, 64, 100})
  void halvesAreOffByA2048thAtMostAndScoredAsTheyAreRead(int dim) {
    tables(dim, true).forEach(table -> halvesAreOffByA2048thAtMost(dim, table));
  }

  private void halvesAreOffByA2048thAtMost(int dim, VectorTable table) {
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

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nothingIsLeftOfARowThatWasRemoved(boolean half) {
    VectorTable table = new VectorTable(8, half, Slabs.below(folder), 0);
    int row = table.put(3, vector(8));
    int unused = table.remove(3);
    float[] left = vector(8);
    assertThat(table.read(row, left)).isEqualTo(ItemIds.UNKNOWN);
    assertThat(left).containsOnly(0);
    table.close();
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
}
