package dev.headwater.serving.items;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How far searches reach follows from a real index and its exact scan. */
class ReachTunerTest {
  private static final int DIM = GaussianRows.DIM;
  private static final int ROWS = GaussianRows.ROWS;
  private static final double TARGET = 0.98;
  private static final int KEPT = 200;
  private static final float WITHOUT_END = 1e6f;

  private final GaussianRows gaussian = new GaussianRows(3);
  private final VectorTable table = gaussian.table;
  private final ScanIndex scan = gaussian.scan;
  private final ReachTuner tuner = new ReachTuner(TARGET);
  private IvfIndex index;

  @BeforeEach
  void fill() {
    index = gaussian.filled(WITHOUT_END);
  }

  private float[] gauss() {
    return gaussian.next();
  }

  private void sample(int times) {
    for (int i = 0; i < times; i++) {
      index.reach(tuner.sample(index, scan, gauss(), RowFilter.ALL, KEPT));
    }
  }

  private double recall(int queries, int first) {
    int common = 0;
    for (int i = 0; i < queries; i++) {
      float[] query = gauss();
      TopK found = new TopK(KEPT);
      index.search(query, Measure.DOT, RowFilter.ALL, found);
      TopK best = new TopK(first);
      scan.search(query, Measure.DOT, RowFilter.ALL, best);
      Set<Integer> both = new HashSet<>(Arrays.stream(best.drain()).boxed().toList());
      both.retainAll(Arrays.stream(found.drain()).boxed().toList());
      common += both.size();
    }
    return common / ((double) first * queries);
  }

  private double looked() {
    int cells = 0;
    for (int i = 0; i < 100; i++) {
      cells += index.look(gauss(), Measure.DOT, RowFilter.ALL, new TopK(KEPT));
    }
    return cells / 100.0 / index.cells();
  }

  @Test
  void saysNothingBeforeThereAreEnoughSamples() {
    sample(9);
    assertThat(index.reach()).isEqualTo(WITHOUT_END);
    sample(1);
    assertThat(index.reach()).isLessThan(10);
  }

  /** The best ten of those are found more often: they score far above what is asked of a cell. */
  @Test
  void holdsTheTargetAmongAllThatAreKeptWithFewerCells() {
    sample(200);
    assertThat(recall(300, KEPT)).isBetween(TARGET - 0.01, TARGET + 0.012);
    assertThat(recall(300, 10)).isGreaterThan(TARGET + 0.005);
    assertThat(looked()).isLessThan(0.7);
  }

  /** What a quantile of the first forty rows did not: it followed one hard query or the other. */
  @Test
  void otherSamplesGiveMuchTheSame() {
    float least = WITHOUT_END;
    float most = -WITHOUT_END;
    for (int round = 0; round < 6; round++) {
      tuner.restart();
      index.reach(WITHOUT_END);
      sample(150);
      least = Math.min(least, index.reach());
      most = Math.max(most, index.reach());
    }
    assertThat(most - least).isLessThan(0.15f);
  }

  @Test
  void findsTheSameFromBelowAtOnce() {
    sample(200);
    float fromAbove = index.reach();
    tuner.restart();
    index.reach(-8);
    sample(20);
    assertThat(index.reach()).isBetween(fromAbove - 0.3f, fromAbove + 0.3f);
  }

  @Test
  void theLiveFiguresAreWhatSearchesReach() {
    sample(9);
    assertThat(tuner.recall()).isGreaterThan(0.99);
    assertThat(tuner.searched()).isGreaterThan(0.9);
    for (int i = 0; i < 100; i++) {
      index.reach(-8);
      float unused = tuner.sample(index, scan, gauss(), RowFilter.ALL, KEPT);
    }
    index.reach(-8);
    assertThat(tuner.recall()).isCloseTo(recall(300, 10), within(0.1)).isLessThan(0.9);
    assertThat(tuner.searched()).isCloseTo(looked(), within(0.05));
  }

  @Test
  void aSearchThatLooksIntoAllCellsAnywayTeachesNothing() {
    sample(100);
    float before = index.reach();
    assertThat(tuner.sample(index, scan, gauss(), code -> code % 100 == 0, KEPT)).isEqualTo(before);
  }

  private double foundOfTheOldOnes() {
    int common = 0;
    for (int i = 0; i < 50; i++) {
      float[] query = gauss();
      TopK found = new TopK(20);
      index.search(query, Measure.DOT, code -> code < ROWS, found);
      TopK best = new TopK(20);
      scan.search(query, Measure.DOT, code -> code < ROWS, best);
      Set<Integer> both = new HashSet<>(Arrays.stream(best.drain()).boxed().toList());
      both.retainAll(Arrays.stream(found.drain()).boxed().toList());
      common += both.size();
    }
    return common / 1_000.0;
  }

  /** They take no reach, and must not take it from searches that may not show them. */
  @Test
  void rowsKeptApartAreNotAskedHowFarToReach() {
    index.filled();
    for (int code = ROWS; code < ROWS + 800; code++) {
      float[] row = gauss();
      for (int d = 0; d < DIM; d++) {
        row[d] *= 6;
      }
      index.changed(table.put(code, row));
    }
    assertThat(index.farRows()).isGreaterThan(700);
    for (int i = 0; i < 50; i++) {
      index.reach(tuner.sample(index, scan, gauss(), RowFilter.ALL, 10));
    }
    assertThat(foundOfTheOldOnes()).isGreaterThan(0.95);
  }

  @Test
  void aQueryWithoutDirectionTeachesNothing() {
    sample(50);
    float before = index.reach();
    for (int i = 0; i < 10; i++) {
      index.reach(tuner.sample(index, scan, new float[DIM], RowFilter.ALL, KEPT));
    }
    assertThat(index.reach()).isEqualTo(before);
    assertThat(index.look(new float[DIM], Measure.DOT, RowFilter.ALL, new TopK(KEPT)))
        .isLessThan(index.cells() / 2);
  }

  @Test
  void whatTeachesNothingIsNotAskedForEver() {
    for (int i = 0; i < 100; i++) {
      index.reach(tuner.sample(index, scan, gauss(), code -> code % 100 == 0, KEPT));
    }
    assertThat(tuner.isSettled()).isTrue();
  }

  @Test
  void isSettledAfterEnoughSamplesOfThisIndex() {
    sample(99);
    assertThat(tuner.isSettled()).isFalse();
    sample(1);
    assertThat(tuner.isSettled()).isTrue();
    tuner.restart();
    assertThat(tuner.isSettled()).isFalse();
  }
}
