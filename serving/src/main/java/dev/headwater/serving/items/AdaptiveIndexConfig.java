package dev.headwater.serving.items;

/**
 * When an index is built and how it is watched.
 *
 * @param threshold rows from which an inverted file is built; fewer are scanned
 * @param countMax searches for more than this are exact
 * @param recallTarget share of the best rows that the samples of the past shall have found; a
 *     search to come finds less, for a few hundred samples hold few of the hard queries. Tables of
 *     {@value #LARGE} rows and more may miss half as many again
 * @param sampleEvery one search in so many is done exactly as well, until the cells have settled
 * @param samplePerCell vectors a cell that centroids are trained on
 * @param fillRows rows that are put into a new index at a time
 */
public record AdaptiveIndexConfig(
    int threshold,
    int countMax,
    double recallTarget,
    int sampleEvery,
    int samplePerCell,
    int fillRows) {
  /**
   * From so many rows on a cell more costs more than it finds. By how much is not settled: which
   * hard queries the samples hold decides more (RESULTS.md).
   */
  private static final int LARGE = 500_000;

  private static final double MISSED_OF_LARGE = 1.5;

  /** Returns the recall that an index of so many rows is held to. */
  double recallTargetOf(int rows) {
    return rows < LARGE ? recallTarget : 1 - MISSED_OF_LARGE * (1 - recallTarget);
  }

  /** Returns the defaults. */
  public static AdaptiveIndexConfig defaults() {
    return new AdaptiveIndexConfig(20_000, 384, 0.998, 100, 24, 5_000);
  }
}
