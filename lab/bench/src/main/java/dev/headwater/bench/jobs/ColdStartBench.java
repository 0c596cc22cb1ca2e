package dev.headwater.bench.jobs;

import dev.headwater.events.Keys;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.idp.data.Item;
import dev.headwater.jobs.FlinkSettings;
import dev.headwater.jobs.coldstart.ColdStartConfig;
import dev.headwater.jobs.coldstart.ColdStartJob;
import dev.headwater.jobs.coldstart.TextEncoders;
import dev.headwater.jobs.local.LocalJobs;
import dev.headwater.jobs.local.RunningJob;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * ColdStartJob on a broker: the time from an item's record to its row's record, at a steady rate,
 * then how many items a second go through when all are there at once.
 */
public final class ColdStartBench {
  private static final String NAME = "bench-cold-start";
  private static final long DEADLINE_MIN = 20;

  private final KafkaSettings kafka;
  private final FlinkSettings flink;
  private final ColdStartConfig config;
  private final TextEncoders encoders;
  private final Consumer<String> says;
  private final Map<String, Times> rows = new ConcurrentHashMap<>();
  private final String domain;
  private long offset;

  /**
   * What was measured.
   *
   * @param p50Ms item record to row record, broker times
   * @param p99Ms the same
   * @param encodedMs median from the item record until its text is encoded
   * @param matchedMs median from then until its row is made
   * @param itemsPerSecond in bulk
   */
  public record Result(
      long p50Ms, long p99Ms, long encodedMs, long matchedMs, double itemsPerSecond) {}

  /** When an item's text was encoded, its row made, and its row's record. */
  private record Times(long encodedMs, long madeMs, long sentMs) {}

  /**
   * Prepares a run.
   *
   * @param kafka where the topics are
   * @param flink settings of the job
   * @param config settings of the job; its first domain is used
   * @param encoders makes the text encoder
   * @param says hears how it goes on
   */
  public ColdStartBench(
      KafkaSettings kafka,
      FlinkSettings flink,
      ColdStartConfig config,
      TextEncoders encoders,
      Consumer<String> says) {
    this.kafka = kafka;
    this.flink = flink;
    this.config = config;
    this.encoders = encoders;
    this.says = says;
    this.domain = config.served().configured().get(0).domain();
  }

  /**
   * Runs it.
   *
   * @param paced items at a steady rate; their ids must differ from those of the bulk
   * @param perSecond that rate
   * @param bulk items at once
   */
  public Result run(List<Item> paced, double perSecond, List<Item> bulk) throws Exception {
    try (LocalJobs jobs = LocalJobs.start(1);
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
        TopicFollower follower =
            new TopicFollower(
                    NAME + "-reader", kafka, List.of(kafka.topics().coldStartRows()), this::onRow)
                .start()) {
      follower.awaitCaughtUp(java.time.Duration.ofMinutes(1));
      RunningJob job = jobs.submit(ColdStartJob.onKafka(NAME, kafka, config, encoders), flink);
      List<Item> warm = paced.subList(0, Math.min(20, paced.size() / 10));
      warm.forEach(item -> send(producer, item));
      awaitRows(warm, follower);
      List<Item> measured = paced.subList(warm.size(), paced.size());
      long[] sentMs = pace(producer, measured, perSecond);
      awaitRows(measured, follower);
      long[] took = sorted(measured, sentMs, Times::sentMs);
      long p50 = took[took.length / 2];
      long p99 = took[(int) Math.min(took.length - 1L, (long) Math.ceil(0.99 * took.length) - 1)];
      long encoded = sorted(measured, sentMs, Times::encodedMs)[took.length / 2];
      long matched = sorted(measured, sentMs, Times::madeMs)[took.length / 2] - encoded;
      says.accept("at %.0f items a second: p50 %d ms, p99 %d ms".formatted(perSecond, p50, p99));
      says.accept("encoded after %d ms, matched in %d ms (medians)".formatted(encoded, matched));
      long startNanos = System.nanoTime();
      bulk.forEach(item -> send(producer, item));
      awaitRows(bulk, follower);
      double rate = bulk.size() / ((System.nanoTime() - startNanos) / 1e9);
      says.accept("in bulk: %.0f items a second".formatted(rate));
      job.cancel();
      return new Result(p50, p99, encoded, matched, rate);
    }
  }

  private void onRow(ConsumerRecord<byte[], byte[]> record) throws Exception {
    if (record.value() == null) {
      return; // of an incarnation before the item's
    }
    Keys.RowKey key = Keys.parseRow(new String(record.key(), StandardCharsets.UTF_8));
    EmbeddingRow row = EmbeddingRow.parseFrom(record.value());
    Times times = new Times(row.getComputedMs(), row.getPublishedMs(), record.timestamp());
    rows.putIfAbsent(key.item(), times);
  }

  /** Returns how long after their records something of the items was, shortest first. */
  private long[] sorted(List<Item> items, long[] sentMs, ToLongFunction<Times> time) {
    long[] took = new long[sentMs.length];
    for (int i = 0; i < took.length; i++) {
      took[i] = time.applyAsLong(rows.get(items.get(i).id())) - sentMs[i];
    }
    Arrays.sort(took);
    return took;
  }

  private long[] pace(KafkaProducer<byte[], byte[]> producer, List<Item> items, double perSecond) {
    long[] sentMs = new long[items.size()];
    long startNanos = System.nanoTime();
    for (int i = 0; i < sentMs.length; i++) {
      long due = startNanos + (long) (i / perSecond * 1e9);
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(Math.max(1, due - System.nanoTime()));
      }
      sentMs[i] = System.currentTimeMillis();
      send(producer, items.get(i));
    }
    return sentMs;
  }

  private void send(KafkaProducer<byte[], byte[]> producer, Item item) {
    offset++;
    AcceptedItem accepted =
        AcceptedItem.newBuilder()
            .setDomain(domain)
            .setItem(item.id())
            .setTitle(item.title())
            .setBrand(item.brand())
            .addAllCategories(item.categories())
            .setIncarnation(offset)
            .setRevision(offset)
            .setPublishedMs(System.currentTimeMillis())
            .build();
    byte[] key = Keys.of(domain, item.id()).getBytes(StandardCharsets.UTF_8);
    // A send that fails shows as a row that never comes: the deadline.
    var unused =
        producer.send(
            new ProducerRecord<>(kafka.topics().acceptedItems(), key, accepted.toByteArray()));
  }

  private void awaitRows(List<Item> items, TopicFollower follower) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(DEADLINE_MIN);
    for (Item item : items) {
      while (!rows.containsKey(item.id())) {
        Exception failure = follower.failure();
        if (failure != null) {
          throw failure;
        }
        if (System.nanoTime() > deadline) {
          throw new TimeoutException("no row for " + item.id());
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
      }
    }
  }
}
