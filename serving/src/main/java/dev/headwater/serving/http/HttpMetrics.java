package dev.headwater.serving.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Latency and counts of answers by endpoint, status and problem code. */
final class HttpMetrics {
  private final MeterRegistry registry;
  private final ConcurrentHashMap<Key, Timer> timers = new ConcurrentHashMap<>();

  private record Key(String endpoint, int status, String code) {}

  HttpMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  void answered(String endpoint, int status, String code, long nanos) {
    timers
        .computeIfAbsent(new Key(endpoint, status, code), this::timer)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer timer(Key key) {
    return Timer.builder("headwater.serving.requests")
        .description("from the request's head to its answer")
        .tag("endpoint", key.endpoint())
        .tag("status", Integer.toString(key.status()))
        .tag("code", key.code())
        .publishPercentileHistogram()
        .minimumExpectedValue(java.time.Duration.ofMillis(1))
        .maximumExpectedValue(java.time.Duration.ofSeconds(10))
        .register(registry);
  }
}
