package dev.headwater.serving.items;

/**
 * When an index is built and how it is watched.
 *
 * @param threshold rows from which an inverted file is built; fewer are scanned
 * @param countMax searches for more than this are exact
 * @param recallTarget recall at 10 that the samples of the past shall have reached; a search to
 *     come reaches less, for a few hundred samples hold few of the hard queries
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
  /** Returns the defaults. */
  public static AdaptiveIndexConfig defaults() {
    return new AdaptiveIndexConfig(20_000, 384, 0.998, 100, 24, 5_000);
  }
}
