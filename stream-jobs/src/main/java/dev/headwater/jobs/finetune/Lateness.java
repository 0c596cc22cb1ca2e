package dev.headwater.jobs.finetune;

import dev.headwater.jobs.kafka.InRecord;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Tells which events come long after others that happened later, whoever's: in each partition of
 * histories event time goes on with what is read, but for a bound on disorder. Not kept over a
 * restart. For the task's thread.
 */
final class Lateness {
  /**
   * What clocks and retries put out of order. Ingest takes clocks that are five minutes ahead
   * ({@code ingest.limits.clock-skew-max}): one of those makes nobody else late.
   */
  private static final long ALLOWED_MS = Duration.ofMinutes(15).toMillis();

  private final Map<String, Map<Integer, Long>> newest = new HashMap<>();

  /** Notes an event and tells whether it is late. */
  boolean isLate(String domain, InRecord record, long eventTimeMs) {
    long seen =
        newest
            .computeIfAbsent(domain, each -> new HashMap<>())
            .merge(record.partition(), eventTimeMs, Math::max);
    return seen - eventTimeMs > ALLOWED_MS;
  }
}
