package dev.headwater.jobs.rows;

import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.events.kafka.TopicFollower.Handler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads topics keyed by domain once for all domains of a subtask. A domain that joins is first
 * given what stands there, by a second reader that reads from the beginning to where the first one
 * is; all that wait to join are served by one such pass. Then the first goes on with it: no record
 * is left out, none comes twice, and those of a partition come in their order. Handlers are called
 * on the threads of the two readers, one at a time. Thread-safe.
 */
public final class SharedRows implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SharedRows.class);
  private static final Duration POLL = Duration.ofMillis(100);

  /** So few records may be left when the first reader is held up for the last of them. */
  private static final long NEAR = 1_000;

  private final String name;
  private final KafkaSettings kafka;
  private final TopicFollower first;
  private final Map<String, List<Reading>> byDomain = new ConcurrentHashMap<>();
  private final Map<TopicPartition, Long> next = new HashMap<>();
  private final BlockingQueue<Reading> joining = new LinkedBlockingQueue<>();
  private final Thread joiner;
  private volatile boolean closed;
  private volatile @Nullable Exception failure;

  /**
   * Begins to follow.
   *
   * @param name for threads and logs
   * @param topics full names of topics whose keys begin with their domain
   */
  public SharedRows(String name, KafkaSettings kafka, List<String> topics) {
    this.name = name;
    this.kafka = kafka;
    first = new TopicFollower(name, kafka, topics, partition -> TopicFollower.END, this::onRecord);
    next.putAll(first.endsAtStart());
    first.start();
    joiner = new Thread(this::joinAll, name + "-join");
    joiner.setDaemon(true);
    joiner.start();
  }

  /** What a domain reads of the topics. */
  public final class Reading implements AutoCloseable {
    private final String domain;
    private final Handler handler;
    private final CountDownLatch caughtUp = new CountDownLatch(1);
    private volatile boolean left;

    private Reading(String domain, Handler handler) {
      this.domain = domain;
      this.handler = handler;
    }

    /** Tells whether what stood in the topics was handed over. */
    public boolean isCaughtUp() {
      return caughtUp.getCount() == 0;
    }

    /** Tells whether all that stood there a moment ago was handed over. */
    public boolean isLevel() {
      return isCaughtUp() && first.isLevel();
    }

    /** Waits for that; false when the time is over or nothing is read any more. */
    public boolean awaitCaughtUp(Duration atMost) throws InterruptedException {
      return caughtUp.await(atMost.toMillis(), TimeUnit.MILLISECONDS) && failure() == null;
    }

    /** Returns what stopped the readers, null while they are well. */
    public @Nullable Exception failure() {
      Exception own = failure;
      return own == null ? first.failure() : own;
    }

    @Override
    public void close() {
      left = true;
      leave(this);
    }
  }

  /** Hands the records of a domain to a handler: first those that stand there. */
  public Reading follow(String domain, Handler handler) {
    Reading reading = new Reading(domain, handler);
    joining.add(reading);
    return reading;
  }

  /**
   * Without the lock: a reader may hold it while it waits for the handler of another domain, which
   * the thread that closes this one is to empty.
   */
  private void leave(Reading reading) {
    byDomain.computeIfPresent(
        reading.domain,
        (domain, all) -> {
          all.remove(reading);
          return all.isEmpty() ? null : all;
        });
  }

  private synchronized void onRecord(ConsumerRecord<byte[], byte[]> record) throws Exception {
    next.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
    dispatch(record, byDomain);
  }

  private static void dispatch(ConsumerRecord<byte[], byte[]> record, Map<String, List<Reading>> to)
      throws Exception {
    String domain = domain(record.key());
    for (Reading reading :
        domain == null ? List.<Reading>of() : to.getOrDefault(domain, List.of())) {
      if (!reading.left) {
        reading.handler.onRecord(record);
      }
    }
  }

  private static @Nullable String domain(byte @Nullable [] key) {
    for (int i = 0; key != null && i < key.length; i++) {
      if (key[i] == '/') {
        return new String(key, 0, i, StandardCharsets.UTF_8);
      }
    }
    return null;
  }

  private void joinAll() {
    try {
      while (!closed) {
        Reading one = joining.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
        if (one != null) {
          List<Reading> all = new ArrayList<>(List.of(one));
          joining.drainTo(all);
          join(all);
        }
      }
    } catch (InterruptedException | InterruptException e) {
      LOG.debug("{} interrupted to close", name);
    } catch (Exception e) {
      failure = e;
      LOG.error("{} stopped: nobody can join any more", name, e);
    }
  }

  private void join(List<Reading> all) throws Exception {
    Map<String, List<Reading>> own = new HashMap<>();
    all.forEach(
        each -> own.computeIfAbsent(each.domain, d -> new CopyOnWriteArrayList<>()).add(each));
    try (Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            kafka.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = List.copyOf(first.endsAtStart().keySet());
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (!closed && left(consumer) > NEAR) {
        read(consumer, own);
      }
      synchronized (this) {
        while (!closed && left(consumer) > 0) {
          read(consumer, own);
        }
        all.stream().filter(each -> !each.left).forEach(this::add);
      }
    }
    all.forEach(each -> each.caughtUp.countDown());
  }

  private void add(Reading reading) {
    byDomain.compute(
        reading.domain,
        (domain, known) -> {
          List<Reading> all = known == null ? new CopyOnWriteArrayList<>() : known;
          all.add(reading);
          return all;
        });
    if (reading.left) { // meanwhile
      leave(reading);
    }
  }

  private synchronized long left(Consumer<?, ?> consumer) {
    long sum = 0;
    for (Map.Entry<TopicPartition, Long> end : next.entrySet()) {
      sum += Math.max(0, end.getValue() - consumer.position(end.getKey()));
    }
    return sum;
  }

  /** What the first reader has not come to is left to it. */
  private void read(Consumer<byte[], byte[]> consumer, Map<String, List<Reading>> own)
      throws Exception {
    ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
    for (TopicPartition partition : records.partitions()) {
      long end = end(partition);
      for (ConsumerRecord<byte[], byte[]> record : records.records(partition)) {
        if (record.offset() >= end) {
          consumer.seek(partition, record.offset());
          break;
        }
        dispatch(record, own);
      }
    }
  }

  private synchronized long end(TopicPartition partition) {
    return next.getOrDefault(partition, 0L);
  }

  @Override
  public void close() {
    closed = true;
    joiner.interrupt();
    first.close();
    try {
      joiner.join(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
