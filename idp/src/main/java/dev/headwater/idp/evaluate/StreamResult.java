package dev.headwater.idp.evaluate;

/**
 * Learning event by event against leaving a model alone, all on the same events.
 *
 * @param live ranked, then learned, event by event
 * @param frozen fitted on the first part, then left alone
 * @param neverTuned generated embeddings, nothing learned
 * @param popularity of the last 2,000 events
 * @param retrained warm start, three epochs over all events so far, at each quarter of the stream
 */
public record StreamResult(
    StreamScore live,
    StreamScore frozen,
    StreamScore neverTuned,
    StreamScore popularity,
    StreamScore retrained) {
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
}
