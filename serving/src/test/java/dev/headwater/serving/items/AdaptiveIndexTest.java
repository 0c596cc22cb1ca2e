package dev.headwater.serving.items;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The index is compared with the exact scan, which is the oracle, through churn. */
class AdaptiveIndexTest {
  private static final int DIM = 16;
  private static final int ITEMS = 6_000;

  private final Random random = new Random(11);
  private final VectorTable table = new VectorTable(DIM);
  private final ScanIndex scan = new ScanIndex(table);
  private final float[][] themes = new float[40][];
  private final AdaptiveIndex index =
      new AdaptiveIndex(
          table,
          new AdaptiveIndexConfig(1_000, 50, 0.98, 3, 24, 500),
          Runnable::run,
          random,
          new SimpleMeterRegistry());

  private float[] gauss(float[] around, float spread) {
    float[] vector = new float[DIM];
    for (int d = 0; d < DIM; d++) {
      vector[d] = around[d] + spread * (float) random.nextGaussian();
    }
    return vector;
  }

  private float[] nearSomeTheme() {
    return gauss(themes[random.nextInt(themes.length)], 0.4f);
  }

  private void fill() {
    Arrays.setAll(themes, i -> gauss(new float[DIM], 1));
    for (int code = 0; code < ITEMS; code++) {
      index.changed(table.put(code, nearSomeTheme()));
    }
    for (int tick = 0; tick < 30 && !index.name().equals("ivf-int8"); tick++) {
      index.tick();
    }
  }

  private static Set<Integer> rows(ItemIndex searched, float[] query, RowFilter filter) {
    TopK best = new TopK(10);
    searched.search(query, Measure.DOT, filter, best);
    Set<Integer> rows = new HashSet<>();
    for (int row : best.drain()) {
      rows.add(row);
    }
    return rows;
  }

  private double recall(int queries) {
    int common = 0;
    for (int i = 0; i < queries; i++) {
      float[] query = nearSomeTheme();
      Set<Integer> found = rows(index, query, RowFilter.ALL);
      found.retainAll(rows(scan, query, RowFilter.ALL));
      common += found.size();
    }
    return common / (10.0 * queries);
  }

  @Test
  void scansUntilThereAreEnoughRows() {
    index.changed(table.put(0, gauss(new float[DIM], 1)));
    index.tick();
    assertThat(index.name()).isEqualTo("scan");
  }

  @Test
  void holdsTheRecallThroughChurnAndNeverReturnsWhatWasRemoved() {
    fill();
    assertThat(index.name()).isEqualTo("ivf-int8");
    recall(300);
    assertThat(recall(200)).isGreaterThan(0.95);
    Set<Integer> gone = new HashSet<>();
    for (int step = 0; step < 20_000; step++) {
      int code = random.nextInt(ITEMS);
      if (random.nextInt(10) == 0) {
        int row = table.remove(code);
        if (row >= 0) {
          index.removed(row);
        }
        gone.add(code);
      } else {
        index.changed(table.put(code, nearSomeTheme()));
        gone.remove(code);
      }
    }
    recall(300);
    assertThat(recall(200)).isGreaterThan(0.95);
    RowFilter none = code -> !gone.contains(code);
    for (int i = 0; i < 50; i++) {
      float[] query = nearSomeTheme();
      for (int row : rows(index, query, RowFilter.ALL)) {
        assertThat(gone).doesNotContain(table.code(row));
      }
      assertThat(rows(index, query, none)).hasSize(10);
    }
  }

  @Test
  void keepsTheCountFullUnderANarrowFilter() {
    fill();
    RowFilter narrow = code -> code % 500 == 0;
    float[] query = nearSomeTheme();
    assertThat(rows(index, query, narrow)).isEqualTo(rows(scan, query, narrow)).hasSize(10);
  }

  @Test
  void findsAChangedRowAtOnce() {
    fill();
    float[] far = new float[DIM];
    Arrays.fill(far, 9);
    int row = table.put(5, far);
    index.changed(row);
    assertThat(rows(index, far, RowFilter.ALL)).contains(row);
  }

  @Test
  void buildsAgainWhenTheTableHasDoubled() {
    fill();
    for (int code = ITEMS; code < 3 * ITEMS; code++) {
      index.changed(table.put(code, nearSomeTheme()));
    }
    for (int tick = 0; tick < 60; tick++) {
      index.tick();
    }
    recall(300);
    assertThat(recall(100)).isGreaterThan(0.95);
  }
}
