package dev.headwater.serving.lag;

import dev.headwater.client.answers.LagReport;
import dev.headwater.events.Heartbeat.Hop;
import dev.headwater.serving.lag.LagBook.Way;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The book as meters, {@code headwater.heartbeat.*}. Taken out again on close. Thread-safe. */
final class LagMetrics implements LagBook.Listener, AutoCloseable {
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofMinutes(1),
    Duration.ofMinutes(5),
    Duration.ofMinutes(30)
  };

  private final MeterRegistry registry;
  private final Counter published;
  private final Counter failed;
  private final List<Meter> meters = new ArrayList<>();
  private final Map<Way, Map<Hop, Timer>> timers = new ConcurrentHashMap<>();
  private @Nullable LagBook book;

  LagMetrics(MeterRegistry registry) {
    this.registry = registry;
    published = registry.counter("headwater.heartbeat.published");
    failed = registry.counter("headwater.heartbeat.failed");
  }

  /** Sets whom gauges ask; before the first heartbeat. */
  void of(LagBook asked) {
    book = asked;
  }

  void published() {
    published.increment();
  }

  void failed() {
    failed.increment();
  }

  @Override
  public void measured(Way way, Hop hop, long lagMs) {
    timers
        .computeIfAbsent(way, w -> new ConcurrentHashMap<>())
        .computeIfAbsent(hop, h -> timer(way, h))
        .record(lagMs, TimeUnit.MILLISECONDS);
  }

  private Timer timer(Way way, Hop hop) {
    return Timer.builder("headwater.heartbeat.lag")
        .description("time that heartbeats took")
        .tags(tags(way, hop))
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  private static Tags tags(Way way, Hop hop) {
    return Tags.of("domain", way.domain(), "path", way.path().code(), "hop", hop.code());
  }

  @Override
  public synchronized void began(Way way) {
    for (Hop hop : way.path().hops()) {
      Tags tags = tags(way, hop);
      gauge("headwater.heartbeat.age", "seconds", tags, asked -> asked.ageSeconds(way, hop));
      for (HopState state : HopState.values()) {
        gauge(
            "headwater.heartbeat.state",
            null,
            tags.and("state", state.code()),
            asked -> asked.reading(way, hop).state().equals(state.code()) ? 1 : 0);
      }
      gauge(
          "headwater.heartbeat.clock.skew",
          "seconds",
          tags,
          asked -> skewSeconds(asked.reading(way, hop)));
    }
  }

  private static double skewSeconds(LagReport.HopReading reading) {
    Long skew = reading.clockSkewMs();
    return skew == null ? 0 : skew / 1000.0;
  }

  private void gauge(
      String name, @Nullable String unit, Tags tags, ToDoubleFunction<LagBook> value) {
    meters.add(Gauge.builder(name, book, value).baseUnit(unit).tags(tags).register(registry));
  }

  /** The next node of this process has meters of its own. */
  @Override
  public synchronized void close() {
    meters.forEach(registry::remove);
    meters.clear();
  }
}
