package dev.headwater.idp.evaluate;

import dev.headwater.idp.cdim.ColdStartRule;
import dev.headwater.idp.data.Event;
import dev.headwater.idp.online.OnlineConfig;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * How a stream is evaluated.
 *
 * @param online settings of learning
 * @param coldStart how rows are made from texts
 * @param fitted share of the events before the stream begins
 * @param popularityWindow events that popularity remembers
 * @param refreshEvents how often the rows of items without a click are rebuilt, 0 for never
 * @param retrain whether the retrained contender runs; it takes minutes
 * @param signals what each event says
 * @param seed of all that is random
 */
public record StreamSettings(
    OnlineConfig online,
    ColdStartRule coldStart,
    double fitted,
    int popularityWindow,
    int refreshEvents,
    boolean retrain,
    Signals signals,
    long seed) {
  /**
   * What events say.
   *
   * @param weight of an event: 1 for an ordinary one, below 0 for a dislike, 0 to leave it out
   * @param wanted whether an event is something to recommend; the others are learned and not ranked
   */
  public record Signals(ToDoubleFunction<Event> weight, Predicate<Event> wanted) {
    /** All events alike, whatever their type. */
    public static final Signals ALIKE = new Signals(event -> 1, event -> true);
  }

  /** The protocol: 80 %, 2,000 events, all contenders. */
  public static StreamSettings defaults(ColdStartRule coldStart, long seed) {
    return new StreamSettings(
        OnlineConfig.defaults(), coldStart, 0.8, 2_000, 5_000, true, Signals.ALIKE, seed);
  }

  /** The same without the retrained contender, every event ranked from the first on. */
  public StreamSettings fromTheFirstOn() {
    return new StreamSettings(
        online, coldStart, 0, popularityWindow, refreshEvents, false, signals, seed);
  }

  /** The same without the retrained contender, and with what events say. */
  public StreamSettings withSignals(Signals said) {
    return new StreamSettings(
        online, coldStart, fitted, popularityWindow, refreshEvents, false, said, seed);
  }
}
