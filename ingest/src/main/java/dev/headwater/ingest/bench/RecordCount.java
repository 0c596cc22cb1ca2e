package dev.headwater.ingest.bench;

import dev.headwater.events.kafka.KafkaSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Counts the committed records that a topic gained since a moment. */
final class RecordCount {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final KafkaSettings kafka;
  private final Map<TopicPartition, Long> from;

  private RecordCount(KafkaSettings kafka, Map<TopicPartition, Long> from) {
    this.kafka = kafka;
    this.from = from;
  }

  /** Starts to count at the present end of a topic. */
  static RecordCount from(KafkaSettings kafka, String topic) {
    try (Consumer<byte[], byte[]> consumer = consumer(kafka)) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      return new RecordCount(kafka, new HashMap<>(consumer.endOffsets(partitions)));
    }
  }

  /** Reads up to the present end; transaction markers take offsets too, so offsets do not count. */
  long count() {
    try (Consumer<byte[], byte[]> consumer = consumer(kafka)) {
      consumer.assign(from.keySet());
      from.forEach(consumer::seek);
      Map<TopicPartition, Long> ends = consumer.endOffsets(from.keySet());
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

  private static Consumer<byte[], byte[]> consumer(KafkaSettings kafka) {
    Properties properties = kafka.consumer();
    properties.put("max.poll.records", "5000");
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
