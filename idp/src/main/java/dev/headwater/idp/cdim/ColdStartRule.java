package dev.headwater.idp.cdim;

import java.util.Locale;

/**
 * The numbers of {@link ColdStartRows}.
 *
 * @param matcher how matches are weighted
 * @param warmItems trained items from which on a domain's own items say what a row is worth
 * @param warmPool what rows are made from then
 */
public record ColdStartRule(CdimConfig matcher, int warmItems, WarmPool warmPool) {
  /** Where a domain with enough trained items finds its matches. */
  public enum WarmPool {
    /** Sources and trained items together: the nearest win, wherever they are from. */
    BOTH,
    /** Trained items alone. */
    TRAINED;

    /**
     * The pool of a name as a command line gives it.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public static WarmPool named(String name) {
      for (WarmPool pool : values()) {
        if (pool.name().toLowerCase(Locale.ROOT).equals(name)) {
          return pool;
        }
      }
      throw new IllegalArgumentException("warm-pool must be both or trained, not " + name);
    }
  }

  /** Checks the bounds. */
  public ColdStartRule {
    if (warmItems < 1) {
      throw new IllegalArgumentException("warm items must be at least 1, not " + warmItems);
    }
  }

  /**
   * What ColdStartJob does: the best matcher, from so many trained items on both pools. The number
   * is {@code cold-start.warm-rows} of the configuration, which has its default.
   */
  public static ColdStartRule of(int warmItems) {
    return new ColdStartRule(CdimConfig.defaults(), warmItems, WarmPool.BOTH);
  }

  /** The same with another matcher. */
  public ColdStartRule withMatcher(CdimConfig other) {
    return new ColdStartRule(other, warmItems, warmPool);
  }

  /** The same from another number of trained items on. */
  public ColdStartRule withWarmItems(int count) {
    return new ColdStartRule(matcher, count, warmPool);
  }

  /** The same with another pool from then on. */
  public ColdStartRule withWarmPool(WarmPool pool) {
    return new ColdStartRule(matcher, warmItems, pool);
  }
}
