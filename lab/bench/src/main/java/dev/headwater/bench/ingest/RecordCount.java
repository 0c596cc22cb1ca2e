package dev.headwater.bench.ingest;

import dev.headwater.events.kafka.KafkaSettings;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Counts the committed records that a topic gained since a moment. */
final class RecordCount {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final long PAUSE_NS = 10_000_000;
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final KafkaSettings kafka;
  private final Map<TopicPartition, Long> from;

  private RecordCount(KafkaSettings kafka, Map<TopicPartition, Long> from) {
    this.kafka = kafka;
    this.from = from;
  }

  /** Starts to count at the present end of a topic. */
  static RecordCount from(KafkaSettings kafka, String topic) {
    try (Consumer<byte[], byte[]> consumer = consumer(kafka, "read_committed")) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      return new RecordCount(kafka, settledEnds(kafka, partitions));
    }
  }

  /**
   * The ends once no transaction is open: its marker reaches the consumer group's offsets and each
   * partition at moments of their own.
   */
  private static Map<TopicPartition, Long> settledEnds(
      KafkaSettings kafka, Collection<TopicPartition> partitions) {
    try (Consumer<byte[], byte[]> committed = consumer(kafka, "read_committed");
        Consumer<byte[], byte[]> all = consumer(kafka, "read_uncommitted")) {
      long untilNs = System.nanoTime() + LIMIT.toNanos();
      while (true) {
        Map<TopicPartition, Long> ends = new HashMap<>(all.endOffsets(partitions));
        if (ends.equals(committed.endOffsets(partitions))) {
          return ends;
        }
        if (System.nanoTime() > untilNs) {
          throw new IllegalStateException("a transaction stayed open longer than " + LIMIT);
        }
        LockSupport.parkNanos(PAUSE_NS);
      }
    }
  }

  /** Reads up to the present end; transaction markers take offsets too, so offsets do not count. */
  long count() {
    try (Consumer<byte[], byte[]> consumer = consumer(kafka, "read_committed")) {
      consumer.assign(from.keySet());
      from.forEach(consumer::seek);
      Map<TopicPartition, Long> ends = settledEnds(kafka, from.keySet());
      long untilNs = System.nanoTime() + LIMIT.toNanos();
      long count = 0;
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        count += consumer.poll(POLL).count();
        if (System.nanoTime() > untilNs) {
          throw new IllegalStateException("counting took longer than " + LIMIT);
        }
      }
      return count;
    }
  }

  private static Consumer<byte[], byte[]> consumer(KafkaSettings kafka, String isolation) {
    Properties properties = kafka.consumer();
    properties.put("isolation.level", isolation);
    properties.put("max.poll.records", "5000");
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
