package dev.headwater.serving.items;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How many cells are looked into follows from a real index and its exact scan. */
class RecallTunerTest {
  private static final int DIM = 16;
  private static final int ROWS = 4_000;
  private static final int CELLS = 100;
  private static final double TARGET = 0.98;

  private final Random random = new Random(3);
  private final VectorTable table = new VectorTable(DIM);
  private final ScanIndex scan = new ScanIndex(table);
  private final RecallTuner tuner = new RecallTuner(TARGET);
  private IvfIndex index;

  @BeforeEach
  void fill() {
    float[][] rows = new float[ROWS][];
    for (int code = 0; code < ROWS; code++) {
      rows[code] = gauss();
      table.put(code, rows[code]);
    }
    index = new IvfIndex(table, Centroids.train(rows, CELLS, random), CELLS);
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

  private void sample(int times) {
    for (int i = 0; i < times; i++) {
      index.probes(tuner.sample(index, scan, gauss(), RowFilter.ALL));
    }
  }

  private double recall(int queries) {
    return recall(queries, 10);
  }

  private double recall(int queries, int depth) {
    int common = 0;
    for (int i = 0; i < queries; i++) {
      float[] query = gauss();
      TopK found = new TopK(depth + 8); // as an answer takes more
      index.search(query, Measure.DOT, RowFilter.ALL, found);
      TopK best = new TopK(depth);
      scan.search(query, Measure.DOT, RowFilter.ALL, best);
      Set<Integer> both = new HashSet<>(Arrays.stream(best.drain()).boxed().toList());
      both.retainAll(Arrays.stream(found.drain()).boxed().toList());
      common += both.size();
    }
    return common / ((double) depth * queries);
  }

  @Test
  void saysNothingBeforeThereAreEnoughSamples() {
    index.probes(CELLS);
    sample(9);
    assertThat(index.probes()).isEqualTo(CELLS);
    sample(1);
    assertThat(index.probes()).isLessThan(CELLS);
  }

  /** Ranking takes candidates from as deep; the first ten lie nearer and are found more often. */
  @Test
  void holdsTheTargetAmongFortyWithNoMoreCellsThanItTakes() {
    index.probes(CELLS);
    sample(200);
    assertThat(recall(300, 40)).isBetween(TARGET - 0.01, TARGET + 0.01);
    assertThat(recall(300)).isGreaterThan(TARGET);
  }

  @Test
  void findsTheSameFromBelowAtOnce() {
    index.probes(CELLS);
    sample(200);
    int fromAbove = index.probes();
    tuner.restart(TARGET);
    index.probes(1);
    sample(20);
    assertThat(index.probes()).isBetween(fromAbove / 2, fromAbove * 2);
  }

  @Test
  void holdsAnotherIndexToItsOwnTarget() {
    index.probes(CELLS);
    sample(200);
    int before = index.probes();
    tuner.restart(0.8);
    sample(200);
    assertThat(recall(300, 40)).isBetween(0.78, 0.82);
    assertThat(index.probes()).isLessThan(before);
  }

  @Test
  void aLargeTableMayMissHalfAsManyAgain() {
    AdaptiveIndexConfig config = AdaptiveIndexConfig.defaults();
    assertThat(config.recallTargetOf(499_999)).isEqualTo(config.recallTarget());
    assertThat(config.recallTargetOf(500_000)).isCloseTo(0.997, within(1e-9));
  }

  @Test
  void theLiveRecallIsWhatSearchesReach() {
    index.probes(CELLS);
    sample(9);
    assertThat(tuner.recall()).isGreaterThan(0.99);
    for (int i = 0; i < 100; i++) {
      index.probes(1);
      int unused = tuner.sample(index, scan, gauss(), RowFilter.ALL);
    }
    index.probes(1);
    assertThat(tuner.recall()).isCloseTo(recall(300), within(0.1)).isLessThan(0.5);
  }

  @Test
  void isSettledAfterEnoughSamplesOfThisIndex() {
    sample(99);
    assertThat(tuner.isSettled()).isFalse();
    sample(1);
    assertThat(tuner.isSettled()).isTrue();
    tuner.restart(TARGET);
    assertThat(tuner.isSettled()).isFalse();
  }
}
