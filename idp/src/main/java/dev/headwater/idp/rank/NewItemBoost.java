package dev.headwater.idp.rank;

/**
 * What an item that nobody took yet is given in a ranking beyond what was learned. Counts speak for
 * items that were taken, and weights that make what follows likely leave the others behind them for
 * good: nobody takes what nobody is shown. Learning does not know of it, so it cannot learn it
 * away. How it was chosen, and what it costs, stands in RESULTS.md.
 */
final class NewItemBoost {
  /** As a difference of scores: the item's odds are taken for 3.5 times what they were. */
  static final double VALUE = 1.25;

  private NewItemBoost() {}

  /** What a candidate is raised by. */
  static double of(FeatureTable table, int row) {
    return VALUE * table.get(row, Feature.NEVER_TAKEN);
  }
}
