package dev.headwater.serving.items;

/**
 * When an index is built and how it is watched.
 *
 * @param threshold rows from which an inverted file is built; fewer are scanned
 * @param countMax searches for more than this are exact
 * @param recallTarget share of the rows kept by the searches of the past that they shall have
 *     found; of the best ten of those they have found more
 * @param sampleEvery one search in so many is done exactly as well, until the reach has settled
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
    return new AdaptiveIndexConfig(20_000, 384, 0.995, 100, 24, 5_000);
  }
}
