package dev.headwater.ingest;

import dev.headwater.events.json.ReasonCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts what becomes of records of the platform's own topics; dead letters under the name that
 * those of the public topics have, so that one alert sees all. Thread-safe.
 */
final class MappingMetrics {
  private final MeterRegistry registry;
  private final Map<String, Long> held = new ConcurrentHashMap<>();
  private volatile long newestRecordMs;

  MappingMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Registers a topic's counters at zero. */
  OfTopic of(String topic) {
    Map<ReasonCode, Counter> refused = new EnumMap<>(ReasonCode.class);
    for (ReasonCode reason : ReasonCode.values()) {
      refused.put(
          reason,
          registry.counter(
              "headwater.ingest.dead_lettered", "topic", topic, "reason", reason.code()));
    }
    return new OfTopic(
        registry.counter("headwater.ingest.mapped", "topic", topic),
        registry.counter("headwater.ingest.left_out", "topic", topic),
        refused);
  }

  /** Notes the time of the record in hand. */
  void observe(long recordMs) {
    newestRecordMs = recordMs;
  }

  /** Notes that a partition waits with a record: its consumer has it and sees no lag. */
  void hold(String partition, long recordMs) {
    held.put(partition, recordMs);
  }

  /** Notes that a partition goes on. */
  void release(String partition) {
    held.remove(partition);
  }

  /** Returns the time of the oldest record that waits, 0 where none does. */
  long oldestHeldMs() {
    return held.values().stream().mapToLong(Long::longValue).min().orElse(0);
  }

  /** Returns the time of the record handled last, 0 before the first. */
  long newestRecordMs() {
    return newestRecordMs;
  }

  /**
   * Those of one topic.
   *
   * @param made public records made
   * @param leftOut records that are nothing here
   * @param refused dead letters
   */
  record OfTopic(Counter made, Counter leftOut, Map<ReasonCode, Counter> refused) {
    /** Counts a record by what was made of it. */
    void mapped(int records) {
      if (records == 0) {
        leftOut.increment();
      } else {
        made.increment(records);
      }
    }

    void refused(ReasonCode reason) {
      Objects.requireNonNull(refused.get(reason)).increment();
    }
  }
}
