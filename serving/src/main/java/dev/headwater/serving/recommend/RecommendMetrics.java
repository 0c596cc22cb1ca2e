package dev.headwater.serving.recommend;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Counts how answers were made; every counter stands at zero from the start. Thread-safe. */
public final class RecommendMetrics {
  private final Map<Fallback, Counter> fallbacks = new EnumMap<>(Fallback.class);
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
  public RecommendMetrics(MeterRegistry registry) {
    for (Fallback fallback : Fallback.values()) {
      fallbacks.put(
          fallback,
          Counter.builder("headwater.serving.fallback.answers")
              .description("answers that were not made from item embeddings alone")
              .tag("kind", fallback.word())
              .register(registry));
    }
    tooShort =
        Counter.builder("headwater.serving.short.answers")
            .description(
                "answers with fewer items than asked for, though nobody asked for a filter")
            .register(registry);
  }

  void onFallback(Fallback fallback) {
    Objects.requireNonNull(fallbacks.get(fallback)).increment();
  }

  void onShort() {
    tooShort.increment();
  }
}
