package dev.headwater.serving.items;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
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
}
