package dev.headwater.idp.heldout;

import java.util.List;

/** Scores all items of a domain for histories. For one thread. */
@FunctionalInterface
public interface Scorer {
  /**
   * Scores.
   *
   * @param histories item numbers, oldest first, at least one each
   * @return {@code [histories][items]}, fresh arrays; more is better
   */
  float[][] scores(List<int[]> histories);
}
