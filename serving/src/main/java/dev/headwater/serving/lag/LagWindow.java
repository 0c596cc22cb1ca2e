package dev.headwater.serving.lag;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** Lags of the last five minutes, for their quantiles. Bounded; not thread-safe. */
final class LagWindow {
  private static final long WINDOW_MS = 300_000;
  private static final int MAX = 4_096;

  private final Deque<Sample> samples = new ArrayDeque<>();

  private record Sample(long atMs, long lagMs) {}

  void add(long atMs, long lagMs) {
    samples.addLast(new Sample(atMs, lagMs));
    while (samples.size() > MAX) {
      samples.removeFirst();
    }
  }

  /** Returns the lag below which the given part of the samples lie, 0 where there are none. */
  long quantile(double part, long nowMs) {
    while (!samples.isEmpty() && samples.getFirst().atMs() < nowMs - WINDOW_MS) {
      samples.removeFirst();
    }
    long[] sorted = samples.stream().mapToLong(Sample::lagMs).toArray();
    Arrays.sort(sorted);
    return sorted.length == 0
        ? 0
        : sorted[(int) Math.min(sorted.length - 1L, (long) (part * sorted.length))];
  }
}
