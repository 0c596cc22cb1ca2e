package dev.headwater.serving.recommend;

import dev.headwater.idp.rank.Expert;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Counts how answers were made; every counter stands at zero from the start. Thread-safe. */
public final class RecommendMetrics {
  /** An item is new for an hour after it was published. */
  private static final long NEW_MS = 3_600_000;

  private final Clock clock;
  private final Counter withNewItem;
  private final Counter withoutNewItem;
  private final Map<Fallback, Counter> fallbacks = new EnumMap<>(Fallback.class);
  private final Map<Expert, Counter> experts = new EnumMap<>(Expert.class);
  private final DistributionSummary candidates;
  private final Counter tooShort;

  /** What made an answer in the model's place. */
  enum Fallback {
    POPULARITY,
    TEXT;

    /** Returns the word that stands in answers and metrics. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Registers the meters. */
  public RecommendMetrics(MeterRegistry registry, Clock clock) {
    this.clock = clock;
    withNewItem = answers(registry, true);
    withoutNewItem = answers(registry, false);
    for (Fallback fallback : Fallback.values()) {
      fallbacks.put(
          fallback,
          Counter.builder("headwater.serving.fallback.answers")
              .description("answers that were not made from item embeddings alone")
              .tag("kind", fallback.word())
              .register(registry));
    }
    for (Expert expert : Expert.values()) {
      experts.put(
          expert,
          Counter.builder("headwater.serving.ranked.items")
              .description("items in answers, by the expert that added most to their score")
              .tag("expert", word(expert))
              .register(registry));
    }
    candidates =
        DistributionSummary.builder("headwater.serving.candidates")
            .description("items that the experts found for an answer")
            .register(registry);
    tooShort =
        Counter.builder("headwater.serving.short.answers")
            .description(
                "answers with fewer items than asked for, though nobody asked for a filter")
            .register(registry);
  }

  private static Counter answers(MeterRegistry registry, boolean newItem) {
    return Counter.builder("headwater.serving.answers")
        .description("answers, by whether they hold an item published within the last hour")
        .tag("new_item", Boolean.toString(newItem))
        .register(registry);
  }

  /** Counts an answer by whether it holds an item that was published within the last hour. */
  void onAnswer(Pool pool, List<Scored> items) {
    long since = clock.millis() - NEW_MS;
    boolean holdsNew = items.stream().anyMatch(item -> pool.publishedMs(item.code()) >= since);
    (holdsNew ? withNewItem : withoutNewItem).increment();
  }

  /** Returns the word that stands for an expert in answers and metrics. */
  static String word(Expert expert) {
    return expert.name().toLowerCase(Locale.ROOT);
  }

  /** Counts who brought the items of an answer. */
  void onRanked(List<Scored> items, ExpertSource source) {
    candidates.record(source.found());
    for (Scored item : items) {
      Expert strongest = source.strongest(item.code());
      if (strongest != null) {
        Objects.requireNonNull(experts.get(strongest)).increment();
      }
    }
  }

  void onFallback(Fallback fallback) {
    Objects.requireNonNull(fallbacks.get(fallback)).increment();
  }

  void onShort() {
    tooShort.increment();
  }
}
