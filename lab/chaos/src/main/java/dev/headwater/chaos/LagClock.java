package dev.headwater.chaos;

import java.util.ArrayDeque;
import java.util.Deque;

/** Tells for how long a count has been behind another one. For one thread. */
final class LagClock {
  private static final int MAX = 10_000;

  private final Deque<long[]> waiting = new ArrayDeque<>();
  private long lagMs;

  /** Takes both counts as they are now. */
  void at(long nowMs, long wanted, long done) {
    long[] newest = waiting.peekLast();
    if ((newest == null || newest[1] < wanted) && waiting.size() < MAX) {
      waiting.add(new long[] {nowMs, wanted});
    }
    while (!waiting.isEmpty() && waiting.peekFirst()[1] <= done) {
      waiting.removeFirst();
    }
    lagMs = waiting.isEmpty() ? 0 : nowMs - waiting.peekFirst()[0];
  }

  long lagMs() {
    return lagMs;
  }
}
