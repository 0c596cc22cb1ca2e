package dev.headwater.serving.recommend;

import dev.headwater.serving.items.ItemIds;
import dev.headwater.serving.state.CatalogEntry;
import dev.headwater.serving.state.Domain;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;

/** Counts how answers were made. */
public final class RecommendMetrics {
  /** An item is new for an hour after it was published. */
  private static final long NEW_MS = 3_600_000;

  private final MeterRegistry registry;
  private final Clock clock;

  /** Registers the meters. */
  public RecommendMetrics(MeterRegistry registry, Clock clock) {
    this.registry = registry;
    this.clock = clock;
  }

  /** Counts an answer by whether it holds an item that was published within the last hour. */
  void onAnswer(Domain domain, List<Answer.Item> items) {
    long since = clock.millis() - NEW_MS;
    boolean holdsNew = items.stream().anyMatch(item -> publishedMs(domain, item) >= since);
    registry
        .counter("headwater.serving.answers", "new_item", Boolean.toString(holdsNew))
        .increment();
  }

  private static long publishedMs(Domain domain, Answer.Item item) {
    int code = domain.ids().find(item.item());
    CatalogEntry entry = code == ItemIds.UNKNOWN ? null : domain.catalog(code);
    return entry == null ? 0 : entry.receivedMs();
  }

  void onFallback(String kind) {
    registry.counter("headwater.serving.fallback.answers", "kind", kind).increment();
  }
}
