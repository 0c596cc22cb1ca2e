package dev.headwater.idp.evaluate;

import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Contenders of a stream, all on the same events.
 *
 * @param scores by name, the product's answers first
 * @param first the first events of the domain, nothing learned before them
 * @param unwanted how often answers held what was then disliked: the less the better; of no event
 *     where the data say nothing of it
 */
public record StreamResult(
    Map<String, StreamScore> scores,
    Map<String, StreamScore> first,
    Map<String, StreamScore> unwanted) {
  /** What the product answers: the ranker over all experts, learning event by event. */
  public static final String LIVE = "live";

  /** The learned rows alone, learning event by event. */
  public static final String LEARNED = "learned";

  /** Fitted on the first part, then left alone. */
  public static final String FROZEN = "frozen";

  /** Generated embeddings, nothing learned. */
  public static final String NEVER_TUNED = "never_tuned";

  /** Popularity of the last 2,000 events; among the first events of all events so far. */
  public static final String POPULARITY = "popularity";

  /** Warm start, three epochs over all events so far, at each quarter of the stream. */
  public static final String RETRAINED = "retrained";

  /** Counting what is taken after what, event by event. */
  public static final String ITEM_KNN = "item_knn";

  /** The same with recent popularity. */
  public static final String ITEM_KNN_RECENT = "item_knn_recent";

  /** The nearest texts of the last three items. */
  public static final String TEXT_KNN = "text_knn";

  /** All contenders, in the order of tables. */
  public static final List<String> NAMES =
      List.of(
          LIVE,
          LEARNED,
          ITEM_KNN,
          ITEM_KNN_RECENT,
          TEXT_KNN,
          POPULARITY,
          FROZEN,
          NEVER_TUNED,
          RETRAINED);

  /** Those that rank the first events of a domain as well. */
  public static final List<String> FIRST_NAMES = List.of(LIVE, TEXT_KNN, POPULARITY);

  /** Those that are asked for what was then disliked. */
  public static final List<String> UNWANTED_NAMES = List.of(LIVE, LEARNED);

  private static final List<String> SIMPLE =
      List.of(LEARNED, ITEM_KNN, ITEM_KNN_RECENT, TEXT_KNN, POPULARITY);

  /** Copies. */
  public StreamResult {
    scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
    first = Collections.unmodifiableMap(new LinkedHashMap<>(first));
    unwanted = Map.copyOf(unwanted);
  }

  /**
   * One contender.
   *
   * @param hr10 of all events
   * @param ndcg10 of all events
   * @param knownHr10 of events whose item was met before the stream
   * @param newHr10 of events whose item was not
   * @param events how many
   */
  public record StreamScore(
      double hr10, double ndcg10, double knownHr10, double newHr10, long events) {}

  /**
   * The score of a contender.
   *
   * @throws IllegalArgumentException if it did not take part
   */
  public StreamScore of(String name) {
    StreamScore score = scores.get(name);
    if (score == null) {
      throw new IllegalArgumentException("no contender is called " + name);
    }
    return score;
  }

  /** The single expert that did best by NDCG@10: what the ranker is measured against. */
  public String bestSimple() {
    return SIMPLE.stream()
        .filter(scores::containsKey)
        .max(Comparator.comparingDouble(name -> of(name).ndcg10()))
        .orElseThrow(() -> new IllegalStateException("no single expert took part"));
  }
}
