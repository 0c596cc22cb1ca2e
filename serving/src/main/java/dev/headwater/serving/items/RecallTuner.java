package dev.headwater.serving.items;

/**
 * Compares an index with the exact scan, keeps a moving mean of the recall, and says how many cells
 * a search should look into to hold the target. Used by one thread at a time, but for {@link
 * #restart}; the recall may be read by any.
 */
final class RecallTuner {
  private static final int AT = 10;

  /** Candidates beyond those, which are scored exactly before the best are taken. */
  private static final int SPARE = 8;

  private static final double WEIGHT = 0.05;
  private static final int SAMPLES_A_STEP = 10;
  private static final int SETTLED = 100;

  /** Part of the cells that is given up in a step; slower than they are added. */
  private static final double FEWER = 0.1;

  private static final double MORE = 0.2;

  /** Part of the way from the target to 1 above which cells are given up. */
  private static final double SLACK = 0.7;

  private final double target;
  private volatile double recall = 1;
  private volatile int taken;
  private double sum;
  private int samples;

  RecallTuner(double target) {
    this.target = target;
  }

  double recall() {
    return recall;
  }

  /**
   * Tells whether an index has been sampled often enough for its cells to be about right, and they
   * are.
   */
  boolean isSettled() {
    return taken >= SETTLED && recall >= target;
  }

  /** Begins with another index. */
  void restart() {
    taken = 0;
  }

  /** Returns how many cells to begin with. */
  int firstProbes(int cells) {
    return Math.max(8, cells / 12);
  }

  /** Takes a sample and returns how many cells a search should look into from now on. */
  int sample(IvfIndex index, ScanIndex exact, float[] query, RowFilter filter) {
    TopK found = new TopK(AT + SPARE);
    index.search(query, Measure.DOT, filter, found);
    TopK best = new TopK(AT);
    exact.search(query, Measure.DOT, filter, best);
    add(common(found.drain(), best.drain()));
    return samples < SAMPLES_A_STEP ? index.probes() : step(index.probes());
  }

  /**
   * Cells are given up for what the last samples say alone, since those before were taken with more
   * cells; and added when either those or the moving mean fall below the target.
   */
  private int step(int probes) {
    double latest = sum / samples;
    sum = 0;
    samples = 0;
    if (Math.min(latest, recall) < target) {
      return probes + Math.max(1, (int) (probes * MORE));
    }
    boolean ample = latest > target + (1 - target) * SLACK;
    return ample ? probes - Math.max(1, (int) (probes * FEWER)) : probes;
  }

  private void add(double value) {
    recall = (1 - WEIGHT) * recall + WEIGHT * value;
    sum += value;
    samples++;
    taken = Math.min(SETTLED, taken + 1);
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
