package dev.headwater.events.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads whole topics on a thread of its own: from the beginning (or from given offsets) to the end
 * as it stood at the start, then whatever follows. No consumer group, nothing committed: the reader
 * holds its state in memory or keeps offsets beside its data.
 *
 * <p>The handler is called on the follower's thread only. Whatever it throws is fatal: the follower
 * stops and {@link #failure()} tells why, so that the owner can report itself unhealthy; it never
 * goes on past a record that was not handled.
 */
public final class TopicFollower implements AutoCloseable {
  /** As the next offset to read: only what comes after the start. */
  public static final long END = Long.MAX_VALUE;

  private static final long LEVEL_NS = TimeUnit.SECONDS.toNanos(2);
  private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration TOPIC_WAIT = Duration.ofSeconds(20);
  private static final long FRESHNESS_EVERY_NS = 500_000_000L;
  private static final long POSITIONS_EVERY_NS = 50_000_000L;

  /** The client itself learns of new partitions within {@code metadata.max.age.ms}. */
  private static final Duration COUNT_CHECK = Duration.ofSeconds(10);

  /** While no broker answers nothing else may wait for it long. */
  private static final Duration COUNT_PATIENCE = Duration.ofSeconds(2);

  private final String name;
  private final Consumer<byte[], byte[]> consumer;
  private final Handler handler;
  private final Map<TopicPartition, Long> caughtUpAt;
  private final CountDownLatch caughtUp = new CountDownLatch(1);
  private final Thread thread;
  private final long total;
  private volatile long remaining;
  private final Freshness freshness;
  private long lastRecordMs;
  private long freshnessNs;
  private volatile boolean closed;
  private volatile boolean taking;
  private volatile long polledNs;
  private volatile Map<TopicPartition, Long> positions = Map.of();
  private long positionsNs;
  private volatile @Nullable Exception failure;

  /** What a follower does with records. */
  public interface Handler {
    /** Takes one record; called in offset order within a partition. */
    void onRecord(ConsumerRecord<byte[], byte[]> record) throws Exception;

    /** Called after each non-empty batch of records. */
    default void onBatchEnd() throws Exception {}

    /** Called about every 50 ms, also when nothing arrives. */
    default void onTick() throws Exception {}

    /** Called once, when everything that stood in the topics at the start was taken. */
    default void onCaughtUp() throws Exception {}
  }

  /**
   * Assigns all partitions and positions them; {@link #start()} begins to read.
   *
   * @param name for the thread and for logs
   * @param settings how to reach Kafka
   * @param topics full topic names; they must exist
   * @param from the next offset to read of a partition, null for its beginning, {@link #END}, or
   *     negative for so many before the end
   * @param handler takes the records
   */
  public TopicFollower(
      String name,
      KafkaSettings settings,
      List<String> topics,
      Function<TopicPartition, @Nullable Long> from,
      Handler handler) {
    this(name, consumer(name, settings), topics, from, handler);
  }

  /** Reads with a consumer, which is closed with this. */
  TopicFollower(
      String name,
      Consumer<byte[], byte[]> consumer,
      List<String> topics,
      Function<TopicPartition, @Nullable Long> from,
      Handler handler) {
    this.name = name;
    this.consumer = consumer;
    this.handler = handler;
    try {
      List<TopicPartition> partitions = partitions(consumer, topics);
      consumer.assign(partitions);
      Map<TopicPartition, Long> begin = consumer.beginningOffsets(partitions);
      caughtUpAt = new HashMap<>(consumer.endOffsets(partitions));
      long sum = 0;
      for (TopicPartition partition : partitions) {
        long end = caughtUpAt.getOrDefault(partition, 0L);
        long start = start(from.apply(partition), begin.getOrDefault(partition, 0L), end);
        consumer.seek(partition, start);
        sum += Math.max(0, end - start);
      }
      total = sum;
      remaining = sum;
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
    freshness = Freshness.of(consumer, System.currentTimeMillis());
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  private static Consumer<byte[], byte[]> consumer(String name, KafkaSettings settings) {
    Properties properties = settings.consumer();
    properties.put("client.id", name);
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static long start(@Nullable Long offset, long begin, long end) {
    if (offset == null) {
      return begin;
    }
    if (offset == END) {
      return end;
    }
    return Math.max(begin, offset < 0 ? end + offset : offset);
  }

  /** Follows from the beginning. */
  public TopicFollower(String name, KafkaSettings settings, List<String> topics, Handler handler) {
    this(name, settings, topics, partition -> null, handler);
  }

  private static List<TopicPartition> partitions(Consumer<?, ?> consumer, List<String> topics) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : topics) {
      List<PartitionInfo> infos = awaitPartitions(consumer, topic);
      infos.forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
    }
    return partitions;
  }

  /** A topic that was just created takes a moment to show on a busy broker. */
  private static List<PartitionInfo> awaitPartitions(Consumer<?, ?> consumer, String topic) {
    long deadline = System.nanoTime() + TOPIC_WAIT.toNanos();
    while (true) {
      List<PartitionInfo> infos = consumer.partitionsFor(topic, COUNT_PATIENCE);
      if (infos != null && !infos.isEmpty()) {
        return infos;
      }
      if (System.nanoTime() > deadline) {
        throw new KafkaUnavailableException(
            "topic " + topic + " does not exist: run `headwater topics create`");
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  /** Begins to read. */
  public TopicFollower start() {
    thread.start();
    return this;
  }

  /** Returns the part of what stood in the topics at the start that was taken, 0 to 1. */
  public double fractionLoaded() {
    return total == 0 || isCaughtUp() ? 1 : 1 - remaining / (double) total;
  }

  /** Tells whether everything that stood in the topics at the start was taken. */
  public boolean isCaughtUp() {
    return caughtUp.getCount() == 0;
  }

  /** Waits until caught up; returns false when the time is over or the follower failed. */
  public boolean awaitCaughtUp(Duration atMost) throws InterruptedException {
    return caughtUp.await(atMost.toMillis(), TimeUnit.MILLISECONDS) && failure == null;
  }

  /** Returns where each partition ended at the start. */
  public Map<TopicPartition, Long> endsAtStart() {
    return Map.copyOf(caughtUpAt);
  }

  /**
   * Tells whether all that stood before these offsets was handed over, as far as it is committed;
   * partitions that are not followed here are passed over.
   */
  public boolean hasRead(Map<TopicPartition, Long> ends) {
    Map<TopicPartition, Long> now = positions;
    return ends.entrySet().stream()
        .filter(end -> caughtUpAt.containsKey(end.getKey()))
        .allMatch(end -> now.getOrDefault(end.getKey(), -1L) >= end.getValue());
  }

  /**
   * Returns an offset of each partition before which all was handed over: the highest there is,
   * once this has ended well, some behind before. A partition may be missing.
   */
  public Map<TopicPartition, Long> positions() {
    return positions;
  }

  /**
   * Tells whether it was closed and hands nothing over any more, all that it had read being taken.
   */
  public boolean hasEndedWell() {
    return thread.getState() == Thread.State.TERMINATED && failure == null;
  }

  /** Returns how many records wait, as far as the last polls told. */
  public long lagRecords() {
    double sum = 0;
    for (Metric metric : consumer.metrics().values()) {
      if (metric.metricName().name().equals("records-lag")
          && metric.metricValue() instanceof Double lag
          && lag > 0) {
        sum += lag;
      }
    }
    return (long) sum;
  }

  /**
   * Tells whether all that stood in the topics was handed over, as far as the newest poll told;
   * false while that is more than two seconds ago, as after a pause of the process.
   */
  public boolean isLevel() {
    return isCaughtUp() && !taking && System.nanoTime() - polledNs < LEVEL_NS && lagRecords() == 0;
  }

  /** Returns the name for thread and logs. */
  public String name() {
    return name;
  }

  /**
   * Returns how old what this follower knows is: the age of the newest record taken while more are
   * waiting, or the time since the broker was heard of; about a second at most when all is well.
   */
  public Duration staleness() {
    return freshness.staleness(System.currentTimeMillis());
  }

  /**
   * Returns how far it is behind while brokers answer: {@link #staleness} without the time in which
   * none did.
   */
  public Duration behind() {
    return freshness.behind(System.currentTimeMillis());
  }

  /** Returns what stopped the follower, or null while it is well. */
  public @Nullable Exception failure() {
    return failure;
  }

  private void run() {
    try {
      long countCheck = System.nanoTime();
      while (!closed) {
        if (System.nanoTime() - countCheck > COUNT_CHECK.toNanos()) {
          countCheck = System.nanoTime();
          requireSameCounts();
        }
        // From here until all is handed over nothing may be asked that a closing would interrupt.
        ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
        taking = !records.isEmpty();
        for (ConsumerRecord<byte[], byte[]> record : records) {
          handler.onRecord(record);
          lastRecordMs = record.timestamp();
        }
        if (!records.isEmpty()) {
          handler.onBatchEnd();
        }
        taking = false;
        polledNs = System.nanoTime();
        if (!isCaughtUp()) {
          checkCaughtUp();
        }
        if (System.nanoTime() - positionsNs > POSITIONS_EVERY_NS) {
          positionsNs = System.nanoTime();
          positions = asked();
        }
        if (System.nanoTime() - freshnessNs > FRESHNESS_EVERY_NS) {
          freshnessNs = System.nanoTime();
          freshness.look(lastRecordMs, System.currentTimeMillis());
        }
        handler.onTick();
      }
    } catch (WakeupException e) {
      LOG.debug("{} woken to close", name);
    } catch (Throwable e) { // An Error too: who asks must not hear that this thread is well.
      failure = e instanceof Exception exception ? exception : new IllegalStateException(e);
      LOG.error("{} stopped: {}", name, e.toString(), e);
    } finally {
      caughtUp.countDown();
      if (failure == null) {
        positions = asked();
      }
      consumer.close();
    }
  }

  /**
   * Those before while a partition's place is asked for, as after a change of its leader, or where
   * a closing interrupts it.
   */
  private Map<TopicPartition, Long> asked() {
    try {
      Map<TopicPartition, Long> now = new HashMap<>();
      for (TopicPartition partition : caughtUpAt.keySet()) {
        now.put(partition, consumer.position(partition, Duration.ZERO));
      }
      return now;
    } catch (TimeoutException | WakeupException e) {
      LOG.debug("{}: a partition's place is not known just now", name, e);
      return positions;
    }
  }

  /** Records in partitions that nobody reads would be lost without a word. */
  private void requireSameCounts() {
    Map<String, Integer> followed = new HashMap<>();
    consumer.assignment().forEach(part -> followed.merge(part.topic(), 1, Integer::sum));
    followed.forEach(
        (topic, count) -> {
          int now = countOrZero(topic);
          if (now > count) {
            throw new KafkaUnavailableException(
                "topic %s now has %d partitions, %d are followed: keys have changed places"
                    .formatted(topic, now, count));
          }
        });
  }

  /** Zero while no broker can say. */
  private int countOrZero(String topic) {
    try {
      List<PartitionInfo> infos = consumer.partitionsFor(topic, COUNT_PATIENCE);
      return infos == null ? 0 : infos.size();
    } catch (TimeoutException e) {
      LOG.debug("{}: nobody tells the partitions of {}", name, topic, e);
      return 0;
    }
  }

  private void checkCaughtUp() throws Exception {
    long left = 0;
    for (Map.Entry<TopicPartition, Long> end : caughtUpAt.entrySet()) {
      left += Math.max(0, end.getValue() - consumer.position(end.getKey()));
    }
    remaining = left;
    if (left == 0) {
      positions = asked(); // whoever hears that it has caught up may ask what it has read
      handler.onCaughtUp();
      caughtUp.countDown();
    }
  }

  /** Stops reading and waits for the thread, ten seconds at most. */
  @Override
  public void close() {
    closed = true;
    consumer.wakeup();
    if (!thread.isAlive()) {
      if (thread.getState() == Thread.State.NEW) {
        consumer.close();
      }
      return;
    }
    try {
      thread.join(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
