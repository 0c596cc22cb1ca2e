package dev.headwater.serving.items;

import java.util.Arrays;

/**
 * Compares an index with the exact scan, keeps a moving mean of the recall, and says how many cells
 * a search should look into to hold the target. Each sample tells how many cells would have been
 * needed for each of the best rows, so the last samples together give the recall for any number of
 * cells, and nothing has to be tried out. Ranking takes candidates from deeper than the first ten
 * rows, which lie further from the query's cell than those: the target is held among {@value
 * #DEPTH}. Thread-safe.
 */
final class RecallTuner {
  private static final int AT = 10;

  /** How deep the best rows go of which the target's share is to be found. */
  private static final int DEPTH = 40;

  /** Candidates beyond those, which are scored exactly before the best are taken. */
  private static final int SPARE = 8;

  private static final double WEIGHT = 0.05;

  /** Samples that count; fewer than the least of them say nothing. */
  private static final int SAMPLES = 200;

  private static final int SAMPLES_MIN = 10;
  private static final int SETTLED = 100;

  private final int[][] needed = new int[SAMPLES][];
  private volatile double recall = 1;
  private volatile int taken;
  private double target;
  private int place;

  RecallTuner(double target) {
    this.target = target;
  }

  double recall() {
    return recall;
  }

  /** Tells whether an index has been sampled often enough for its cells to be about right. */
  boolean isSettled() {
    return taken >= SETTLED;
  }

  /** Begins with another index, whose cells are others. */
  synchronized void restart(double next) {
    target = next;
    Arrays.fill(needed, null);
    place = 0;
    taken = 0;
  }

  /** Returns how many cells to begin with. */
  int firstProbes(int cells) {
    return Math.max(8, cells / 12);
  }

  /** Takes a sample and returns how many cells a search should look into from now on. */
  synchronized int sample(IvfIndex index, ScanIndex exact, float[] query, RowFilter filter) {
    TopK found = new TopK(AT + SPARE);
    index.search(query, Measure.DOT, filter, found);
    TopK best = new TopK(DEPTH);
    exact.search(query, Measure.DOT, filter, best);
    int[] rows = best.drain();
    int[] first = Arrays.copyOf(rows, Math.min(AT, rows.length));
    recall = (1 - WEIGHT) * recall + WEIGHT * common(found.drain(), first);
    needed[place] = index.cellsNeeded(query, rows);
    place = (place + 1) % SAMPLES;
    taken = Math.min(SAMPLES, taken + 1);
    return taken < SAMPLES_MIN ? index.probes() : probes(index.probes());
  }

  /** As many cells as hold the target's share of the best rows of all samples. */
  private int probes(int present) {
    int[] all = Arrays.stream(needed).limit(taken).flatMapToInt(Arrays::stream).sorted().toArray();
    return all.length == 0 ? present : all[(int) Math.ceil(target * all.length) - 1];
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
