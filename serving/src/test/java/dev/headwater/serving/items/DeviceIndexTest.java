package dev.headwater.serving.items;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.idp.tensor.ComputeDevice;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The copy on the device finds what the table's own scan finds. */
class DeviceIndexTest {
  private static final int DIM = 16;
  private static final int ITEMS = 3_000;

  private final Random random = new Random(5);
  private final VectorTable table = new VectorTable(DIM);

  private float[] vector() {
    float[] vector = new float[DIM];
    for (int d = 0; d < DIM; d++) {
      vector[d] = (float) random.nextGaussian();
    }
    return vector;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void agreesWithTheScanWhileRowsMoveComeAndGo(boolean half) {
    DeviceIndex index = new DeviceIndex(table, ComputeDevice.CPU, half);
    try {
      for (int code = 0; code < ITEMS; code++) {
        index.changed(table.put(code, vector()));
      }
      for (int round = 0; round < 5; round++) {
        for (int change = 0; change < 300; change++) {
          int code = random.nextInt(ITEMS);
          if (random.nextInt(3) == 0 && table.contains(code)) {
            index.removed(table.remove(code));
          } else {
            index.changed(table.put(code, vector()));
          }
        }
        index.tick();
        assertAgrees(index, Measure.DOT, code -> true, half);
        assertAgrees(index, Measure.COSINE, code -> true, half);
        assertAgrees(index, Measure.DOT, code -> code % 100 == 0, half);
      }
      assertThat(index.name()).isEqualTo(half ? "device-fp16" : "device-fp32");
    } finally {
      index.close();
    }
    index.tick();
    assertAgrees(index, Measure.DOT, code -> true, half);
  }

  private void assertAgrees(DeviceIndex index, Measure measure, RowFilter filter, boolean half) {
    float[] query = vector();
    TopK found = new TopK(20);
    index.search(query, measure, filter, found);
    TopK exact = new TopK(20);
    index.searchExactly(query, measure, filter, exact);
    Set<Integer> common = new HashSet<>();
    int[] expected = exact.drain();
    for (int row : expected) {
      common.add(row);
    }
    int[] rows = found.drain();
    int both = 0;
    for (int row : rows) {
      assertThat(filter.allows(table.code(row))).isTrue();
      both += common.contains(row) ? 1 : 0;
    }
    assertThat(both).isGreaterThanOrEqualTo(expected.length - (half ? 1 : 0));
  }
}
