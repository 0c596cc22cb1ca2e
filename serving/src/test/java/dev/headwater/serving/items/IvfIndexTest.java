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

  /** Half of the cells are tight, half are wide, all at much the same distance. */
  @Test
  void cellsWhoseRowsLieFarApartAreLookedIntoFirst() {
    VectorTable own = new VectorTable(DIM);
    float[][] rows = new float[ROWS][];
    float[][] middles = new float[20][];
    Arrays.setAll(middles, i -> gauss());
    for (int code = 0; code < ROWS; code++) {
      int cell = code % middles.length;
      rows[code] = gauss();
      for (int d = 0; d < DIM; d++) {
        rows[code][d] = middles[cell][d] + rows[code][d] * (cell % 2 == 0 ? 0.02f : 0.6f);
      }
      own.put(code, rows[code]);
    }
    IvfIndex around = new IvfIndex(own, Centroids.train(rows, 60, random), 6);
    for (int row = 0; row < ROWS; row++) {
      around.changed(row);
    }
    for (int code = 0; code < ROWS; code += 7) {
      around.removed(own.remove(code));
      around.changed(own.put(code, rows[code]));
    }
    ScanIndex exact = new ScanIndex(own);
    int common = 0;
    for (int i = 0; i < 100; i++) {
      float[] query = gauss();
      Set<Integer> best = found(around, query, RowFilter.ALL, 5);
      best.retainAll(found(exact, query, RowFilter.ALL, 5));
      common += best.size();
    }
    assertThat(common / 500.0).isGreaterThan(0.93);
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

  /**
   * Rows move from cell to cell, come and go: each that is left lies in one cell, the right one.
   */
  @Test
  void eachRowLiesInOneCellThroughChanges() {
    Set<Integer> left = new HashSet<>();
    for (int code = 0; code < ROWS; code++) {
      left.add(table.row(code));
    }
    for (int step = 0; step < 20_000; step++) {
      int code = random.nextInt(ROWS);
      if (random.nextInt(3) == 0) {
        int row = table.remove(code);
        if (row >= 0) {
          left.remove(row);
          index.removed(row);
        }
      } else {
        int row = table.put(code, gauss());
        left.add(row);
        index.changed(row);
      }
    }
    index.probes(CELLS);
    TopK all = new TopK(2 * ROWS);
    index.search(gauss(), Measure.DOT, RowFilter.ALL, all);
    int[] rows = all.drain();
    assertThat(rows).hasSize(left.size());
    assertThat(Arrays.stream(rows).boxed()).containsExactlyInAnyOrderElementsOf(left);
    index.probes(CELLS / 2);
    assertThat(recall(10)).isGreaterThan(0.93);
  }

  @Test
  void nearestByCosineAreFoundWhateverTheirLength() {
    for (int code = 0; code < ROWS; code++) {
      float[] row = gauss();
      for (int d = 0; d < DIM; d++) {
        row[d] *= code % 3 == 0 ? 1e-3f : 20;
      }
      index.changed(table.put(code, row));
    }
    index.probes(CELLS);
    int common = 0;
    for (int i = 0; i < 50; i++) {
      float[] query = gauss();
      TopK best = new TopK(10);
      index.search(query, Measure.COSINE, RowFilter.ALL, best);
      TopK exact = new TopK(10);
      scan.search(query, Measure.COSINE, RowFilter.ALL, exact);
      Set<Integer> found = new HashSet<>();
      Arrays.stream(best.drain()).forEach(found::add);
      common += (int) Arrays.stream(exact.drain()).filter(found::contains).count();
    }
    assertThat(common / 500.0).isGreaterThan(0.95);
  }
}
