package dev.headwater.idp.evaluate;

import dev.headwater.idp.cdim.ColdStartRule;
import dev.headwater.idp.online.OnlineConfig;

/**
 * How a stream is evaluated.
 *
 * @param online settings of learning
 * @param coldStart how rows are made from texts
 * @param fitted share of the events before the stream begins
 * @param popularityWindow events that popularity remembers
 * @param refreshEvents how often the rows of items without a click are rebuilt, 0 for never
 * @param retrain whether the retrained contender runs; it takes minutes
 * @param seed of all that is random
 */
public record StreamSettings(
    OnlineConfig online,
    ColdStartRule coldStart,
    double fitted,
    int popularityWindow,
    int refreshEvents,
    boolean retrain,
    long seed) {
  /** The protocol: 80 %, 2,000 events, all contenders. */
  public static StreamSettings defaults(ColdStartRule coldStart, long seed) {
    return new StreamSettings(OnlineConfig.defaults(), coldStart, 0.8, 2_000, 5_000, true, seed);
  }
}
