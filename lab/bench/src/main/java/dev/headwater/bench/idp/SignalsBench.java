package dev.headwater.bench.idp;

import dev.headwater.events.json.Interaction;
import dev.headwater.events.json.InteractionType;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.cdim.ColdStartRule;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Event;
import dev.headwater.idp.data.GeneratedMarket;
import dev.headwater.idp.evaluate.StreamEvaluation;
import dev.headwater.idp.evaluate.StreamResult;
import dev.headwater.idp.evaluate.StreamSettings;
import dev.headwater.ingest.SignalWeights;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * What types and values of events are worth: one stream of a generated market, learned three times.
 * Each run ranks the same likes; dislikes are learned as {@code ingest.signals} weighs them, or as
 * if they were likes, or kept from learning. For one thread.
 */
public final class SignalsBench {
  /** So little that a dislike is no context for its user and teaches nobody. */
  private static final double NOTHING = 1e-6;

  private final DomainData market;
  private final float[][] texts;
  private final SignalWeights weights;

  /**
   * Prepares a run.
   *
   * @param market of {@link GeneratedMarket#generateWithSignals}
   * @param texts of its items, in their order
   * @param weights how much each event says
   */
  public SignalsBench(DomainData market, float[][] texts, SignalWeights weights) {
    this.market = market;
    this.texts = texts;
    this.weights = weights;
  }

  /** Returns the results by what dislikes were taken for: weighed, as likes, not learned. */
  public Map<String, StreamResult> run(SourceBundle bundle, ColdStartRule rule, long seed) {
    StreamSettings settings = StreamSettings.defaults(rule, seed);
    Map<String, ToDoubleFunction<Event>> ways = new LinkedHashMap<>();
    ways.put("weighed", this::weight);
    ways.put("as_likes", event -> 1);
    ways.put("not_learned", event -> isLike(event) ? weight(event) : -NOTHING);
    Map<String, StreamResult> results = new LinkedHashMap<>();
    ways.forEach(
        (name, weight) ->
            results.put(
                name,
                new StreamEvaluation(
                        settings.withSignals(new StreamSettings.Signals(weight, this::isLike)))
                    .run(market, texts, bundle)));
    return results;
  }

  private boolean isLike(Event event) {
    return weight(event) > 0;
  }

  private double weight(Event event) {
    InteractionType type = Objects.requireNonNull(InteractionType.of(event.type()));
    return weights.of(
        new Interaction(
            "",
            market.name(),
            event.user(),
            event.item(),
            type,
            event.value(),
            event.timestamp() * 1_000,
            null,
            0));
  }
}
