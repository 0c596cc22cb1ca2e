package dev.headwater.jobs.finetune;

import java.util.Arrays;

/** Keeps the last latencies and tells percentiles of them. Bounded; thread-safe. */
public final class LatencyRecorder {
  private static final int KEPT = 16_384;

  private final long[] values = new long[KEPT];
  private long count;

  /** Adds one. */
  public synchronized void add(long valueMs) {
    values[(int) (count++ % KEPT)] = valueMs;
  }

  /** Returns how many were added since the last {@link #reset()}. */
  public synchronized long count() {
    return count;
  }

  /** Forgets all. */
  public synchronized void reset() {
    count = 0;
  }

  /**
   * Returns a percentile of those kept, 0 when there are none.
   *
   * @param fraction for example 0.99
   */
  public synchronized long percentile(double fraction) {
    int n = (int) Math.min(count, KEPT);
    if (n == 0) {
      return 0;
    }
    long[] sorted = Arrays.copyOf(values, n);
    Arrays.sort(sorted);
    return sorted[(int) Math.min(n - 1L, (long) Math.ceil(fraction * n) - 1)];
  }
}
