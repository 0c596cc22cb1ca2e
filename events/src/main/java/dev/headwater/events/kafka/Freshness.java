package dev.headwater.events.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;

/**
 * How old what a consumer knows is. A consumer that reads nothing may be at the end or cut off: the
 * broker answers a waiting fetch twice a second, so a count of fetches that stands still tells the
 * two apart. One thread looks, any may ask.
 */
final class Freshness {
  private final DoubleSupplier fetches;
  private final BooleanSupplier atEnd;
  private double fetchesBefore;
  private volatile long freshAtMs;

  /**
   * Creates one.
   *
   * @param fetches how many fetches the broker has answered
   * @param atEnd whether nothing is known to be waiting
   */
  Freshness(DoubleSupplier fetches, BooleanSupplier atEnd, long nowMs) {
    this.fetches = fetches;
    this.atEnd = atEnd;
    this.freshAtMs = nowMs;
  }

  static Freshness of(Consumer<?, ?> consumer, long nowMs) {
    return new Freshness(() -> fetchCount(consumer), () -> isAtEnd(consumer), nowMs);
  }

  Duration staleness(long nowMs) {
    return Duration.ofMillis(Math.max(0, nowMs - freshAtMs));
  }

  /**
   * Looks where the consumer stands (its thread only).
   *
   * @param lastRecordMs time of the record read last, 0 when there was none
   */
  void look(long lastRecordMs, long nowMs) {
    double count = fetches.getAsDouble();
    boolean heard = count > fetchesBefore;
    fetchesBefore = count;
    if (heard) {
      freshAtMs = Math.max(freshAtMs, atEnd.getAsBoolean() ? nowMs : lastRecordMs);
    }
  }

  private static boolean isAtEnd(Consumer<?, ?> consumer) {
    for (TopicPartition partition : consumer.assignment()) {
      if (consumer.currentLag(partition).orElse(1) > 0) {
        return false;
      }
    }
    return true;
  }

  private static double fetchCount(Consumer<?, ?> consumer) {
    for (Map.Entry<MetricName, ? extends Metric> each : consumer.metrics().entrySet()) {
      if (each.getKey().name().equals("fetch-total")
          && each.getValue().metricValue() instanceof Double count) {
        return count;
      }
    }
    return 0;
  }
}
