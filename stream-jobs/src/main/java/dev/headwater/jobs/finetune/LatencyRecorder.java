package dev.headwater.jobs.finetune;

import org.HdrHistogram.Histogram;

/**
 * Tells percentiles of the last latencies, of 16,384 to 32,768 of them, to three digits: two
 * histograms take turns, and the older one is emptied when the newer one is full. Thread-safe.
 */
public final class LatencyRecorder {
  private static final int FULL = 16_384;
  private static final int DIGITS = 3;

  private Histogram newer = new Histogram(DIGITS);
  private Histogram older = new Histogram(DIGITS);
  private long count;

  /** Adds one; a clock that was set back gives 0. */
  public synchronized void add(long valueMs) {
    if (newer.getTotalCount() >= FULL) {
      Histogram emptied = older;
      emptied.reset();
      older = newer;
      newer = emptied;
    }
    newer.recordValue(Math.max(0, valueMs));
    count++;
  }

  /** Returns how many were added since the last {@link #reset()}. */
  public synchronized long count() {
    return count;
  }

  /** Returns how many of them are kept: percentiles are theirs. */
  public synchronized long kept() {
    return newer.getTotalCount() + older.getTotalCount();
  }

  /** Forgets all. */
  public synchronized void reset() {
    newer.reset();
    older.reset();
    count = 0;
  }

  /** The same of several recorders together. */
  public static long percentile(Iterable<LatencyRecorder> recorders, double fraction) {
    Histogram all = new Histogram(DIGITS);
    for (LatencyRecorder each : recorders) {
      synchronized (each) {
        all.add(each.newer);
        all.add(each.older);
      }
    }
    return all.getTotalCount() == 0 ? 0 : all.getValueAtPercentile(fraction * 100);
  }

  /**
   * Returns a percentile of those kept, milliseconds; 0 when there are none.
   *
   * @param fraction for example 0.99
   */
  public synchronized long percentile(double fraction) {
    Histogram both = newer.copy();
    both.add(older);
    return both.getTotalCount() == 0 ? 0 : both.getValueAtPercentile(fraction * 100);
  }
}
