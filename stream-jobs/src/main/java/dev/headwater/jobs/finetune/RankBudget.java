package dev.headwater.jobs.finetune;

import java.util.List;

/**
 * Bounds what ranking before learning may cost: so many examples a second, saved up for a second at
 * most. Either all of a window are ranked or, when the budget binds, some of every few windows,
 * because ranking one example costs nearly as much as ranking thirty. For one thread.
 */
final class RankBudget {
  private static final int WORTHWHILE = 32;

  private final int perSecond;
  private double tokens;
  private long refilledMs;

  RankBudget(int perSecond) {
    this.perSecond = perSecond;
  }

  /** Returns the examples to rank, from the first on; takes them off the budget. */
  <T> List<T> choose(List<T> eligible, long nowMs) {
    tokens = Math.min(perSecond, tokens + (nowMs - refilledMs) * perSecond / 1000.0);
    refilledMs = nowMs;
    int most = (int) Math.min(tokens, eligible.size());
    if (most < Math.min(eligible.size(), WORTHWHILE)) {
      return List.of();
    }
    tokens -= most;
    return eligible.subList(0, most);
  }
}
