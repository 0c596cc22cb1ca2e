package dev.headwater.serving.items;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScanIndexTest {
  private static final int DIM = 13;

  private final Random random = new Random(7);
  private final VectorTable table = new VectorTable(DIM);
  private final ScanIndex index = new ScanIndex(table);

  private float[] vector() {
    float[] vector = new float[DIM];
    for (int d = 0; d < DIM; d++) {
      vector[d] = (float) random.nextGaussian();
    }
    return vector;
  }

  private List<Integer> found(float[] query, Measure measure, RowFilter filter, int count) {
    TopK best = new TopK(count);
    index.search(query, measure, filter, best);
    List<Integer> codes = new ArrayList<>();
    for (int row : best.drain()) {
      codes.add(table.code(row));
    }
    return codes;
  }

  private List<Integer> expected(float[] query, Measure measure, RowFilter filter, int count) {
    record Scored(int code, float score) {}
    List<Scored> all = new ArrayList<>();
    float[] row = new float[DIM];
    for (int code = 0; code < 2_000; code++) {
      if (table.readItem(code, row) && filter.allows(code)) {
        all.add(new Scored(code, measure.score(query, row)));
      }
    }
    all.sort(Comparator.comparing(Scored::score).reversed());
    return all.stream().limit(count).map(Scored::code).toList();
  }

  @Test
  void findsNothingInAnEmptyTable() {
    assertThat(found(vector(), Measure.DOT, RowFilter.ALL, 3)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Measure.class)
  void agreesWithTheOracleThroughAddsUpdatesAndRemovals(Measure measure) {
    for (int step = 0; step < 4_000; step++) {
      int code = random.nextInt(1_500);
      if (random.nextInt(4) == 0) {
        table.remove(code);
      } else {
        table.put(code, vector());
      }
      if (step % 500 == 499) {
        float[] query = vector();
        RowFilter odd = c -> c % 2 == 1;
        assertThat(found(query, measure, RowFilter.ALL, 20))
            .isEqualTo(expected(query, measure, RowFilter.ALL, 20));
        assertThat(found(query, measure, odd, 20)).isEqualTo(expected(query, measure, odd, 20));
      }
    }
  }

  @Test
  void oneThatRestsFindsTheSame() {
    for (int code = 0; code < 40_000; code++) {
      table.put(code, vector());
    }
    float[] query = vector();
    TopK found = new TopK(40);
    ScanIndex.resting(table).search(query, Measure.DOT, RowFilter.ALL, found);
    TopK expected = new TopK(40);
    index.search(query, Measure.DOT, RowFilter.ALL, expected);
    assertThat(found.drain()).isEqualTo(expected.drain());
  }

  @Test
  void usesRowsOfRemovedItemsAgain() {
    for (int code = 0; code < 1_000; code++) {
      table.put(code, vector());
    }
    for (int round = 0; round < 5; round++) {
      for (int code = 0; code < 1_000; code++) {
        table.remove(code + round * 1_000);
        table.put(code + (round + 1) * 1_000, vector());
      }
    }
    assertThat(table.size()).isEqualTo(1_000);
    assertThat(table.rows()).isEqualTo(1_000);
  }

  @Test
  void aReaderNeverSeesHalfAVector() throws InterruptedException {
    float[] ones = new float[DIM];
    java.util.Arrays.fill(ones, 1);
    float[] twos = new float[DIM];
    java.util.Arrays.fill(twos, 2);
    table.put(0, ones);
    Thread writer =
        new Thread(
            () -> {
              for (int i = 0; i < 200_000; i++) {
                table.put(0, i % 2 == 0 ? twos : ones);
              }
            });
    writer.start();
    float[] row = new float[DIM];
    while (writer.isAlive()) {
      assertThat(table.readItem(0, row)).isTrue();
      for (float value : row) {
        assertThat(value).isEqualTo(row[0]);
      }
    }
    writer.join();
  }

  @Test
  void tellsHowFarARowHasMoved() {
    table.put(3, new float[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    double before = table.travelled(3);
    table.put(3, new float[] {1.01f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    assertThat(table.travelled(3) - before).isCloseTo(0.0099, within(1e-4));
    table.put(3, new float[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    assertThat(table.travelled(3) - before).isCloseTo(0.0199, within(1e-4));
    table.remove(3);
    assertThat(table.travelled(3)).isEqualTo(-1);
  }
}
