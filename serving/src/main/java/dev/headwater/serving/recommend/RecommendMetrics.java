package dev.headwater.serving.recommend;

import io.micrometer.core.instrument.MeterRegistry;

/** Counts how answers were made. */
public final class RecommendMetrics {
  private final MeterRegistry registry;

  /** Registers the meters. */
  public RecommendMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  void onFallback(String kind) {
    registry.counter("headwater.serving.fallback.answers", "kind", kind).increment();
  }
}
