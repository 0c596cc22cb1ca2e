package dev.headwater.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Latency and counts of answers by endpoint, status and problem code. */
final class HttpMetrics {
  private final MeterRegistry registry;
  private final String name;
  private final ConcurrentHashMap<Key, Timer> timers = new ConcurrentHashMap<>();

  private record Key(String endpoint, int status, String code) {}

  HttpMetrics(MeterRegistry registry, String name) {
    this.registry = registry;
    this.name = name;
  }

  void answered(String endpoint, int status, String code, long nanos) {
    timers
        .computeIfAbsent(new Key(endpoint, status, code), this::timer)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer timer(Key key) {
    return Timer.builder(name)
        .description("from the request's head to its answer")
        .tag("endpoint", key.endpoint())
        .tag("status", Integer.toString(key.status()))
        .tag("code", key.code())
        .publishPercentileHistogram()
        .minimumExpectedValue(Duration.ofMillis(1))
        .maximumExpectedValue(Duration.ofSeconds(10))
        .register(registry);
  }
}
