package dev.headwater.jobs.finetune;

import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.jobs.kafka.InRecord;
import dev.headwater.jobs.kafka.KafkaPorts;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
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
 * Reads the histories of some domains once more, from given offsets on, beside the job's own
 * source: of a domain that got its model late, and of one with more clicks than are learned in the
 * time. It reads no faster than they are taken. One thread takes what it reads.
 */
public final class HistoryBacklog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HistoryBacklog.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final int BATCHES = 4;
  private static final int BATCH = 256;

  private final KafkaSettings kafka;
  private final Set<String> domains;
  private final Map<Integer, Long> from;
  private final BlockingQueue<Batch> batches = new ArrayBlockingQueue<>(BATCHES);
  private final Thread thread;
  private volatile boolean closed;
  private volatile @Nullable Exception failure;

  /** Opens one; shipped to operators. */
  @FunctionalInterface
  public interface Opener extends Serializable {
    /** For a job of one domain, which reads all that its source gives. */
    Opener NONE =
        (name, domains, from) -> {
          throw new IllegalStateException("a job of one domain is never behind");
        };

    /**
     * Begins to read.
     *
     * @param name of the thread
     * @param domains whose histories are wanted
     * @param from the next offset of a partition; its beginning where none is given
     */
    HistoryBacklog open(String name, Set<String> domains, Map<Integer, Long> from);
  }

  /**
   * Some histories.
   *
   * @param records those of the domains, in the order of their partitions
   * @param next the next offset of each partition behind them
   */
  record Batch(List<InRecord> records, Map<Integer, Long> next) {}

  private HistoryBacklog(
      String name, KafkaSettings kafka, Set<String> domains, Map<Integer, Long> from) {
    this.kafka = kafka;
    this.domains = Set.copyOf(domains);
    this.from = Map.copyOf(from);
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  static Opener onKafka(KafkaSettings kafka) {
    return (name, domains, from) -> new HistoryBacklog(name, kafka, domains, from);
  }

  Set<String> domains() {
    return domains;
  }

  /** Returns what was read next, null while nothing was. */
  @Nullable Batch poll() {
    Exception stopped = failure;
    if (stopped != null) {
      throw new IllegalStateException("histories of " + domains + " cannot be read", stopped);
    }
    return batches.poll();
  }

  private void run() {
    try (Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            kafka.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      String topic = kafka.topics().userHistories();
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions);
      from.forEach(
          (partition, offset) -> {
            TopicPartition place = new TopicPartition(topic, partition);
            consumer.seek(place, Math.max(offset, first.getOrDefault(place, 0L)));
          });
      while (!closed) {
        read(consumer, partitions);
      }
    } catch (InterruptedException | InterruptException e) {
      LOG.debug("interrupted to close");
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  private void read(Consumer<byte[], byte[]> consumer, List<TopicPartition> partitions)
      throws InterruptedException {
    ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
    List<InRecord> wanted = new ArrayList<>();
    Map<Integer, Long> next = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      next.put(record.partition(), record.offset() + 1);
      if (isWanted(record.key())) {
        wanted.add(KafkaPorts.read(record));
      }
      if (wanted.size() == BATCH) {
        hand(new Batch(wanted, next));
        wanted = new ArrayList<>();
        next = new HashMap<>();
      }
    }
    for (TopicPartition partition : partitions) {
      next.put(partition.partition(), consumer.position(partition));
    }
    hand(new Batch(wanted, next));
  }

  private void hand(Batch batch) throws InterruptedException {
    while (!closed && !batches.offer(batch, POLL.toMillis(), TimeUnit.MILLISECONDS)) {
      Thread.onSpinWait();
    }
  }

  private boolean isWanted(byte @Nullable [] key) {
    for (int i = 0; key != null && i < key.length; i++) {
      if (key[i] == '/') {
        return domains.contains(new String(key, 0, i, StandardCharsets.UTF_8));
      }
    }
    return false;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
