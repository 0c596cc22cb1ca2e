package dev.headwater.chaos;

import dev.headwater.events.wire.QualityWindow;
import java.util.HashMap;
import java.util.Map;

/**
 * Adds up examples that FineTuneJob gave up, over its attempts: each attempt counts from zero. For
 * one thread.
 */
final class Dropped {
  private final Map<Integer, Long> now = new HashMap<>();
  private long before;

  void take(QualityWindow window) {
    Long was = now.put(window.getShard(), window.getExamplesDropped());
    if (was != null && window.getExamplesDropped() < was) {
      before += was;
    }
  }

  long total() {
    return before + now.values().stream().mapToLong(Long::longValue).sum();
  }
}
