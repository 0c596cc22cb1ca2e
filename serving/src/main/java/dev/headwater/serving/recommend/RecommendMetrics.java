package dev.headwater.serving.recommend;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts how answers were made. */
public final class RecommendMetrics {
  private final MeterRegistry registry;
  private final Counter vectorsMade;
  private final Counter vectorsKept;

  /** Registers the meters. */
  public RecommendMetrics(MeterRegistry registry) {
    this.registry = registry;
    vectorsMade = registry.counter("headwater.serving.user.vectors", "from", "encoder");
    vectorsKept = registry.counter("headwater.serving.user.vectors", "from", "cache");
  }

  void onVectorMade() {
    vectorsMade.increment();
  }

  void onVectorKept() {
    vectorsKept.increment();
  }

  void onFallback(String kind) {
    registry.counter("headwater.serving.fallback.answers", "kind", kind).increment();
  }
}
