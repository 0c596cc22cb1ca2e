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
  private long recordBeforeMs;
  private long lookedMs;
  private volatile Known known;

  /**
   * What was seen last, read as one.
   *
   * @param freshAtMs until when all is known
   * @param silentMs how long since then nothing was heard
   */
  private record Known(long freshAtMs, long silentMs) {
    /** What was silent before the new time is over. */
    Known until(long ms) {
      long later = Math.max(0, ms - freshAtMs);
      return new Known(freshAtMs + later, Math.max(0, silentMs - later));
    }
  }

  /**
   * Creates one.
   *
   * @param fetches how many fetches the broker has answered
   * @param atEnd whether nothing is known to be waiting
   */
  Freshness(DoubleSupplier fetches, BooleanSupplier atEnd, long nowMs) {
    this.fetches = fetches;
    this.atEnd = atEnd;
    this.known = new Known(nowMs, 0);
    this.lookedMs = nowMs;
  }

  static Freshness of(Consumer<?, ?> consumer, long nowMs) {
    return new Freshness(() -> fetchCount(consumer), () -> isAtEnd(consumer), nowMs);
  }

  Duration staleness(long nowMs) {
    return Duration.ofMillis(Math.max(0, nowMs - known.freshAtMs()));
  }

  /**
   * Returns how far behind it is by its own fault: the same without the time in which no broker
   * answered.
   */
  Duration behind(long nowMs) {
    Known now = known;
    return Duration.ofMillis(Math.max(0, nowMs - now.freshAtMs() - now.silentMs()));
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
    if (heard && atEnd.getAsBoolean()) {
      known = new Known(Math.max(known.freshAtMs(), nowMs), 0);
    } else if (heard) {
      known = known.until(lastRecordMs);
    } else if (lastRecordMs == recordBeforeMs) { // otherwise it works through what it has
      long silent = known.silentMs() + Math.max(0, nowMs - lookedMs);
      known = new Known(known.freshAtMs(), silent);
    }
    recordBeforeMs = lastRecordMs;
    lookedMs = nowMs;
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
