package dev.headwater.serving.items;

import dev.headwater.events.Vectors;
import java.util.Arrays;

/**
 * Compares an index with the exact scan, keeps a moving mean of the recall, and says how far
 * searches should reach to hold the target ({@link IvfIndex#reach}). Each sample tells for each of
 * the rows that the search should have found how far it would have had to reach for it, so the last
 * samples together give the recall for any reach, and nothing has to be tried out. All rows that
 * the search keeps count, not the first ten: ranking takes its candidates from as deep, and a
 * hundred queries have too few rows among their first ten to tell a rare miss from none.
 * Thread-safe.
 */
final class ReachTuner {
  private static final int AT = 10;
  private static final double WEIGHT = 0.05;

  /** Samples that count; fewer than the least of them say nothing. */
  private static final int SAMPLES = 200;

  private static final int SAMPLES_MIN = 10;
  private static final int SETTLED = 100;

  private final double target;
  private final double[][] needed = new double[SAMPLES][];
  private volatile double recall = 1;
  private volatile double searched = 1;
  private volatile int taken;
  private volatile int passed;
  private int place;

  ReachTuner(double target) {
    this.target = target;
  }

  /** Returns which share of the best ten the sampled searches found, a moving mean. */
  double recall() {
    return recall;
  }

  /** Returns which share of the cells the sampled searches looked into, a moving mean. */
  double searched() {
    return searched;
  }

  /** Tells whether an index has been sampled often enough for its reach to be about right. */
  boolean isSettled() {
    return taken + passed >= SETTLED;
  }

  /** Begins with another index, whose cells are others. */
  synchronized void restart() {
    Arrays.fill(needed, null);
    place = 0;
    taken = 0;
    passed = 0;
  }

  /**
   * Takes a sample and returns how far searches should reach from now on. A query without direction
   * says nothing, and of rows that are kept apart no reach is asked.
   *
   * @param count how many rows the search keeps
   */
  synchronized float sample(
      IvfIndex index, ScanIndex exact, float[] query, RowFilter filter, int count) {
    int kept = Math.max(IvfIndex.KEPT_MIN, count);
    TopK best = new TopK(kept);
    exact.search(query, Measure.DOT, filter, best);
    if (best.size() < kept || Vectors.norm(query) == 0) {
      passed = Math.min(SETTLED, passed + 1);
      return index.reach();
    }
    TopK found = new TopK(kept);
    double share = index.look(query, Measure.DOT, filter, found) / (double) index.cells();
    searched = taken == 0 ? share : (1 - WEIGHT) * searched + WEIGHT * share;
    float[] scores = new float[kept];
    int[] rows = best.drain(scores);
    recall = (1 - WEIGHT) * recall + WEIGHT * common(found.drain(), Arrays.copyOf(rows, AT));
    needed[place] = index.reachNeeded(query, rows, scores[kept - 1]);
    place = (place + 1) % SAMPLES;
    taken = Math.min(SAMPLES, taken + 1);
    return taken < SAMPLES_MIN ? index.reach() : reach(index.reach());
  }

  /** As far as finds the target's share of the rows of all samples. */
  private float reach(float present) {
    double[] all =
        Arrays.stream(needed)
            .limit(taken)
            .flatMapToDouble(Arrays::stream)
            .filter(Double::isFinite)
            .sorted()
            .toArray();
    return all.length == 0 ? present : (float) all[(int) Math.ceil(target * all.length) - 1];
  }

  private static double common(int[] found, int[] best) {
    int both = 0;
    for (int row : best) {
      for (int other : found) {
        if (row == other) {
          both++;
          break;
        }
      }
    }
    return both / (double) best.length;
  }
}
