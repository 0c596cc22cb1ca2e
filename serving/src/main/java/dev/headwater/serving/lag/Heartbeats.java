package dev.headwater.serving.lag;

import dev.headwater.client.answers.LagReport;
import dev.headwater.events.Heartbeat;
import dev.headwater.events.Heartbeat.Path;
import dev.headwater.events.Topics;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.serving.intake.TopicWriter;
import dev.headwater.serving.lag.LagBook.Way;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends heartbeats to every partition of both public topics, for every domain, and knows what
 * became of them: {@link #tap} stands before the handlers of what comes back. Thread-safe.
 */
public final class Heartbeats implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeats.class);

  private final HeartbeatConfig config;
  private final TopicWriter writer;
  private final Topics topics;
  private final LagMetrics metrics;
  private final LagBook book;
  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "heartbeats");
            thread.setDaemon(true);
            return thread;
          });
  private final Map<String, Integer> partitions = new HashMap<>();
  private long seq;

  /** Makes them; {@link #start} sends the first. */
  public Heartbeats(
      HeartbeatConfig config,
      TopicWriter writer,
      Topics topics,
      MeterRegistry registry,
      Clock clock,
      RandomGenerator random) {
    this.config = config;
    this.writer = writer;
    this.topics = topics;
    metrics = new LagMetrics(registry);
    // What an earlier start of this node sent is none of this one's.
    String start =
        Long.toString(clock.millis(), 36) + Integer.toString(random.nextInt(1 << 20), 36);
    book = new LagBook(config.node() + "/" + start, config, clock, metrics);
    metrics.of(book);
  }

  /** Sends heartbeats of these domains from now on, if heartbeats are on. */
  public Heartbeats start(Supplier<? extends Collection<String>> domains) {
    if (config.isOn()) {
      long intervalMs = config.interval().toMillis();
      var unused =
          scheduler.scheduleWithFixedDelay(
              () -> round(domains.get()), 0, intervalMs, TimeUnit.MILLISECONDS);
    }
    return this;
  }

  /** Returns the name of this start of this node, on heartbeats or not. */
  public String node() {
    return book.node();
  }

  /** Returns a handler that takes heartbeats out and hands all else on. */
  public TopicFollower.Handler tap(TopicFollower.Handler inner) {
    return new HeartbeatTap(inner, config.isOn() ? book : null, topics);
  }

  /** Returns how late every hop is now. */
  public LagReport report() {
    return book.report();
  }

  private void round(Collection<String> domains) {
    seq++;
    for (Path path : Path.values()) {
      String topic = path == Path.CLICKS ? topics.interactions() : topics.catalog();
      int count = partitions(topic);
      for (String domain : domains) {
        for (int partition = 0; partition < count; partition++) {
          send(new Way(domain, path), topic, partition, count);
        }
      }
    }
  }

  /** Where Kafka does not answer, as it was: what cannot be written then shows in the readings. */
  private int partitions(String topic) {
    try {
      partitions.put(topic, writer.partitions(topic));
    } catch (RuntimeException e) {
      LOG.warn("the partitions of {} are not known now: {}", topic, e.toString());
    }
    return partitions.getOrDefault(topic, 0);
  }

  private void send(Way way, String topic, int partition, int partitions) {
    Heartbeat beat = book.publish(way, partition, seq);
    String key = Heartbeat.key(way.domain(), partition, partitions);
    var unused =
        writer
            .append(topic, key, null, beat.headers())
            .whenComplete(
                (place, failure) -> {
                  if (failure == null) {
                    metrics.published();
                  } else {
                    metrics.failed();
                    book.failed(way, beat);
                  }
                });
  }

  /** Sends no more. */
  @Override
  public void close() {
    scheduler.shutdownNow();
    metrics.close();
  }
}
