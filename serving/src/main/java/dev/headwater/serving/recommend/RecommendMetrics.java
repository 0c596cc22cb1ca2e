package dev.headwater.serving.recommend;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts how answers were made; every counter stands at zero from the start. Thread-safe. */
public final class RecommendMetrics {
  private final Counter popular;
  private final Counter tooShort;

  /** Registers the meters. */
  public RecommendMetrics(MeterRegistry registry) {
    popular =
        Counter.builder("headwater.serving.fallback.answers")
            .description("answers that no model made")
            .tag("kind", "popularity")
            .register(registry);
    tooShort =
        Counter.builder("headwater.serving.short.answers")
            .description(
                "answers with fewer items than asked for, though nobody asked for a filter")
            .register(registry);
  }

  void onPopular() {
    popular.increment();
  }

  void onShort() {
    tooShort.increment();
  }
}
