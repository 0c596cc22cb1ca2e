package dev.headwater.jobs.finetune;

import java.util.List;

/**
 * Bounds what ranking before learning may cost: so many examples a second, saved up for a second at
 * most, over all domains of a job. Either all of a window are ranked or, when the budget binds,
 * some of every few windows, because ranking one example costs nearly as much as ranking thirty.
 * For one thread.
 */
final class RankBudget {
  private static final int WORTHWHILE = 32;

  private final int perSecond;
  private int domains = 1;
  private double tokens;
  private long refilledMs;

  RankBudget(int perSecond) {
    this.perSecond = perSecond;
  }

  /** So many domains share it now. */
  void shareBy(int number) {
    domains = Math.max(1, number);
  }

  /** The same as {@link #choose(List, int, long)} where it is not known who else ranks now. */
  <T> List<T> chooseShare(List<T> eligible, long nowMs) {
    return choose(eligible, domains, nowMs);
  }

  /** Returns the examples to rank, from the first on; takes them off the budget. */
  <T> List<T> choose(List<T> eligible, long nowMs) {
    return choose(eligible, 1, nowMs);
  }

  /**
   * The same where others rank at the same time, so that a lone example is worth its while.
   *
   * @param sharers how many learn now: none takes more than its share
   */
  <T> List<T> choose(List<T> eligible, int sharers, long nowMs) {
    tokens = Math.min(perSecond, tokens + Elapsed.since(refilledMs, nowMs) * perSecond / 1000.0);
    refilledMs = nowMs;
    int share = sharers == 1 ? (int) tokens : (int) Math.min(tokens, Math.ceil(tokens / sharers));
    int most = Math.min(share, eligible.size());
    if (most < Math.min(eligible.size(), Math.max(1, WORTHWHILE / sharers))) {
      return List.of();
    }
    tokens -= most;
    return eligible.subList(0, most);
  }
}
