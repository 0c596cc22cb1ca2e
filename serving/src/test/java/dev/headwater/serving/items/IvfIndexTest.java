package dev.headwater.serving.items;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IvfIndexTest {
  private static final int DIM = 16;
  private static final int ROWS = 4_000;
  private static final int CELLS = 100;

  private final Random random = new Random(4);
  private final VectorTable table = new VectorTable(DIM);
  private final ScanIndex scan = new ScanIndex(table);
  private IvfIndex index;

  @BeforeEach
  void fill() {
    float[][] rows = new float[ROWS][];
    for (int code = 0; code < ROWS; code++) {
      rows[code] = gauss();
      table.put(code, rows[code]);
    }
    index = new IvfIndex(table, Centroids.train(rows, CELLS, random), 1);
    for (int row = 0; row < ROWS; row++) {
      index.changed(row);
    }
  }

  private float[] gauss() {
    float[] vector = new float[DIM];
    for (int d = 0; d < DIM; d++) {
      vector[d] = (float) random.nextGaussian();
    }
    return vector;
  }

  private static Set<Integer> found(ItemIndex searched, float[] query, RowFilter filter, int want) {
    TopK best = new TopK(want);
    searched.search(query, Measure.DOT, filter, best);
    Set<Integer> rows = new HashSet<>();
    Arrays.stream(best.drain()).forEach(rows::add);
    return rows;
  }

  private double recall(int want) {
    int common = 0;
    for (int i = 0; i < 50; i++) {
      float[] query = gauss();
      Set<Integer> rows = found(index, query, RowFilter.ALL, want);
      assertThat(rows).hasSize(want);
      rows.retainAll(found(scan, query, RowFilter.ALL, want));
      common += rows.size();
    }
    return common / (50.0 * want);
  }

  @Test
  void whoeverWantsManyRowsGetsThemFromAsManyCells() {
    assertThat(recall(200)).isGreaterThan(0.8);
  }

  @Test
  void asManyCellsAsTheRecallNeedsAreLookedIntoHoweverFewAreWanted() {
    double few = recall(2);
    index.probes(CELLS / 2);
    assertThat(recall(2)).isGreaterThan(Math.max(0.9, few));
  }

  @Test
  void whatAFilterLeavesOutIsNotMadeUpForByMoreCells() {
    index.probes(3);
    float[] query = gauss();
    assertThat(found(index, query, code -> code % 1_000 == 0, 4)).hasSizeLessThan(4);
    assertThat(found(scan, query, code -> code % 1_000 == 0, 4)).hasSize(4);
  }
}
