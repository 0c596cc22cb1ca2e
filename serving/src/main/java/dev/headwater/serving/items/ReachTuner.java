package dev.headwater.serving.items;

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
    return taken >= SETTLED;
  }

  /** Begins with another index, whose cells are others. */
  synchronized void restart() {
    Arrays.fill(needed, null);
    place = 0;
    taken = 0;
  }

  /**
   * Takes a sample and returns how far searches should reach from now on.
   *
   * @param count how many rows the search keeps
   */
  synchronized float sample(
      IvfIndex index, ScanIndex exact, float[] query, RowFilter filter, int count) {
    TopK found = new TopK(count);
    double share = index.look(query, Measure.DOT, filter, found) / (double) index.cells();
    searched = taken == 0 ? share : (1 - WEIGHT) * searched + WEIGHT * share;
    TopK best = new TopK(count);
    exact.search(query, Measure.DOT, filter, best);
    float[] scores = new float[best.size()];
    int[] rows = best.drain(scores);
    int[] first = Arrays.copyOf(rows, Math.min(AT, rows.length));
    recall = (1 - WEIGHT) * recall + WEIGHT * common(found.drain(), first);
    if (rows.length < count) {
      return index.reach(); // such a search looks into all cells
    }
    needed[place] = index.reachNeeded(query, rows, scores[count - 1]);
    place = (place + 1) % SAMPLES;
    taken = Math.min(SAMPLES, taken + 1);
    return taken < SAMPLES_MIN ? index.reach() : reach(index.reach());
  }

  /** As far as finds the target's share of the rows of all samples. */
  private float reach(float present) {
    double[] all =
        Arrays.stream(needed).limit(taken).flatMapToDouble(Arrays::stream).sorted().toArray();
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
    return best.length == 0 ? 1 : both / (double) best.length;
  }
}
