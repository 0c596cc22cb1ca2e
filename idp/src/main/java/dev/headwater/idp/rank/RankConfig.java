package dev.headwater.idp.rank;

/**
 * How candidates are found, features are made and the ranker learns.
 *
 * @param candidates most of them an answer
 * @param learned how many the index of the learned rows gives
 * @param texts how many of each near-texts list become candidates
 * @param textHistory how many of the last items' texts count
 * @param historyDecay what an item further back weighs beside the next one
 * @param norm exponent of an item's count by which its links are divided
 * @param textTemperature of the likeness of texts
 * @param inherited how many near texts lend an item their lists
 * @param rate step of the weights, an event
 */
public record RankConfig(
    int candidates,
    int learned,
    int texts,
    int textHistory,
    double historyDecay,
    double norm,
    double textTemperature,
    int inherited,
    float rate) {
  /** The settings tried on grocery, books and clothing (RESULTS.md); not all were scanned. */
  public static RankConfig defaults() {
    return new RankConfig(2_048, 200, 32, 3, 0.8, 0.3, 0.05, 8, 0.03f);
  }
}
