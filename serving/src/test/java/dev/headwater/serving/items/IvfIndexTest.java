package dev.headwater.serving.items;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IvfIndexTest {
  private static final int DIM = GaussianRows.DIM;
  private static final int ROWS = GaussianRows.ROWS;
  private static final int CELLS = GaussianRows.CELLS;

  /** What the best of some forty rows of a cell have. */
  private static final float REACH = 2.2f;

  private static final float WITHOUT_END = 1e6f;

  private final GaussianRows gaussian = new GaussianRows(4);
  private final Random random = gaussian.random;
  private final VectorTable table = gaussian.table;
  private final ScanIndex scan = gaussian.scan;
  private IvfIndex index;

  @BeforeEach
  void fill() {
    index = gaussian.filled(REACH);
  }

  private float[] gauss() {
    return gaussian.next();
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
    IvfIndex around = new IvfIndex(own, Centroids.train(rows, 60, random), REACH);
    for (int row = 0; row < ROWS; row++) {
      around.changed(row);
    }
    for (int code = 0; code < ROWS; code += 7) {
      around.removed(own.remove(code));
      around.changed(own.put(code, rows[code]));
    }
    ScanIndex exact = new ScanIndex(own);
    int common = 0;
    int looked = 0;
    for (int i = 0; i < 100; i++) {
      float[] query = gauss();
      Set<Integer> best = found(around, query, RowFilter.ALL, 5);
      best.retainAll(found(exact, query, RowFilter.ALL, 5));
      common += best.size();
      looked += around.look(query, Measure.DOT, RowFilter.ALL, new TopK(200));
    }
    assertThat(common / 500.0).isGreaterThan(0.97);
    assertThat(looked / 100.0 / around.cells()).isLessThan(0.6);
  }

  private double looked(int want) {
    int cells = 0;
    for (int i = 0; i < 50; i++) {
      cells += index.look(gauss(), Measure.DOT, RowFilter.ALL, new TopK(want));
    }
    return cells / 50.0;
  }

  @Test
  void whoeverWantsManyRowsGetsThemFromMoreCells() {
    assertThat(recall(200)).isGreaterThan(0.95);
    assertThat(looked(400)).isGreaterThan(1.2 * looked(128));
    assertThat(looked(128)).isLessThan(0.7 * CELLS);
  }

  @Test
  void theFurtherItReachesTheMoreItFindsHoweverFewAreWanted() {
    index.reach(-8);
    double before = recall(20);
    double cells = looked(128);
    index.reach(2 * REACH);
    assertThat(before).isLessThan(0.93);
    assertThat(recall(20)).isGreaterThan(0.96);
    assertThat(looked(128)).isGreaterThan(cells);
  }

  @Test
  void whatAFilterLeavesOutIsMadeUpForByMoreCells() {
    for (int part : new int[] {10, 100, 1_000}) {
      RowFilter few = code -> code % part == 0;
      for (int i = 0; i < 20; i++) {
        float[] query = gauss();
        assertThat(found(index, query, few, 4)).isEqualTo(found(scan, query, few, 4)).hasSize(4);
      }
    }
  }

  private void putFar(int code, float length) {
    float[] row = gauss();
    for (int d = 0; d < DIM; d++) {
      row[d] *= length;
    }
    index.changed(table.put(code, row));
  }

  /** As items of a new kind, or such as have grown popular: no cell's reckoning holds for them. */
  @Test
  void rowsFarFromAllThatWereThereAreFoundThoughNoCellReachesThem() {
    index.filled();
    index.reach(-8);
    for (int code = 0; code < 300; code++) {
      putFar(ROWS + code, 4);
    }
    assertThat(index.farRows()).isGreaterThan(280);
    assertThat(recall(10)).isGreaterThan(0.95);
    for (int code = 0; code < 300; code++) {
      int row = table.remove(ROWS + code);
      index.removed(row);
    }
    assertThat(index.farRows()).isZero();
  }

  @Test
  void onlyTheFurthestAreKeptApartWhereThereAreMany() {
    index.filled();
    for (int code = 0; code < 1_500; code++) {
      putFar(code, 3);
    }
    int middling = index.farRows();
    for (int code = 1_500; code < 2_300; code++) {
      putFar(code, 20);
    }
    assertThat(middling).isBetween(100, 1_024);
    assertThat(index.farRows()).isBetween(150, 1_024);
    index.reach(WITHOUT_END);
    TopK all = new TopK(ROWS);
    index.search(gauss(), Measure.DOT, RowFilter.ALL, all);
    assertThat(Arrays.stream(all.drain()).distinct().count()).isEqualTo(ROWS);
    index.reach(REACH);
    assertThat(recall(1)).isGreaterThan(0.95);
  }

  @Test
  void whatIsFarIsToldAsBeforeOnceThoseManyAreGone() {
    index.filled();
    for (int code = 0; code < 1_500; code++) {
      putFar(code, 20);
    }
    for (int code = 0; code < 1_500; code++) {
      index.removed(table.remove(code));
    }
    assertThat(index.farRows()).isZero();
    for (int code = 0; code < 100; code++) {
      putFar(code, 4);
    }
    assertThat(index.farRows()).isGreaterThan(80);
  }

  /** A cell without rows, or with one, says nothing of how far rows lie from each other in it. */
  @Test
  void rowsThatComeBackToEmptiedCellsAreNotFar() {
    index.filled();
    float[][] rows = new float[ROWS][DIM];
    for (int code = 0; code < ROWS; code++) {
      table.read(table.row(code), rows[code]);
      index.removed(table.remove(code));
    }
    for (int code = 0; code < ROWS; code++) {
      index.changed(table.put(code, rows[code]));
    }
    assertThat(index.farRows()).isLessThan(100);
    assertThat(recall(20)).isGreaterThan(0.94);
    putFar(ROWS, 20);
    assertThat(index.farRows()).isPositive();
  }

  @Test
  void aThousandRowsInOnePlaceAndManyAroundEndNoWriter() {
    index.filled();
    float[] same = gauss();
    for (int code = 0; code < 1_500; code++) {
      index.changed(table.put(code, same));
    }
    for (int code = 1_500; code < 3_500; code++) {
      float[] row = same.clone();
      row[code % DIM] += 3;
      index.changed(table.put(code, row));
    }
    assertThat(index.farRows()).isLessThanOrEqualTo(1_024);
    assertThat(recall(20)).isGreaterThan(0.9);
  }

  @Test
  void refusesAReachThatNoCellWouldMeet() {
    assertThatThrownBy(() -> index.reach(Float.NaN)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> index.reach(Float.NEGATIVE_INFINITY))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void beforeAllRowsAreInNoneIsFar() {
    putFar(0, 20);
    assertThat(index.farRows()).isZero();
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
    index.reach(WITHOUT_END);
    TopK all = new TopK(2 * ROWS);
    index.search(gauss(), Measure.DOT, RowFilter.ALL, all);
    int[] rows = all.drain();
    assertThat(rows).hasSize(left.size());
    assertThat(Arrays.stream(rows).boxed()).containsExactlyInAnyOrderElementsOf(left);
    index.reach(REACH);
    assertThat(recall(10)).isGreaterThan(0.95);
  }

  private double recallByCosine(IvfIndex searched, ScanIndex exact) {
    int common = 0;
    for (int i = 0; i < 50; i++) {
      float[] query = gauss();
      TopK best = new TopK(10);
      searched.search(query, Measure.COSINE, RowFilter.ALL, best);
      TopK all = new TopK(10);
      exact.search(query, Measure.COSINE, RowFilter.ALL, all);
      Set<Integer> found = new HashSet<>();
      Arrays.stream(best.drain()).forEach(found::add);
      common += (int) Arrays.stream(all.drain()).filter(found::contains).count();
    }
    return common / 500.0;
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
    index.reach(WITHOUT_END);
    assertThat(recallByCosine(index, scan)).isGreaterThan(0.95);
  }

  /** Cells of short rows score little by dot product, and are as near. */
  @Test
  void nearestByCosineAreFoundInTheCellsOfShortRowsToo() {
    VectorTable own = new VectorTable(DIM);
    float[][] rows = new float[ROWS][];
    for (int code = 0; code < ROWS; code++) {
      rows[code] = gauss();
      for (int d = 0; d < DIM; d++) {
        rows[code][d] *= code % 2 == 0 ? 0.1f : 1;
      }
      own.put(code, rows[code]);
    }
    IvfIndex around = new IvfIndex(own, Centroids.train(rows, CELLS, random), REACH);
    for (int row = 0; row < ROWS; row++) {
      around.changed(row);
    }
    assertThat(recallByCosine(around, new ScanIndex(own))).isGreaterThan(0.93);
  }
}
