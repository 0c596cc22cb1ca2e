package dev.headwater.ingest;

import dev.headwater.events.Deletion;
import dev.headwater.events.Topics;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.kafka.KafkaSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills a store of histories that is empty although histories were published: after the changelog
 * was lost, or under a new application id. {@code user-histories} holds the very bytes of the
 * store.
 */
@FunctionalInterface
interface HistorySeed {
  /** Leaves stores as they are. */
  HistorySeed NONE = (partition, histories, erasedUsers) -> {};

  /**
   * Called before the first record of a task.
   *
   * @param partition the task's; that of {@code user-histories} too
   * @param histories the store, restored from its changelog
   * @param erasedUsers the marks of erased users
   */
  void fill(
      int partition,
      KeyValueStore<byte[], byte[]> histories,
      KeyValueStore<byte[], byte[]> erasedUsers);

  /** Reads {@code deletions} and the task's partition of {@code user-histories}. */
  static HistorySeed fromTopics(KafkaSettings kafka) {
    return new FromTopics(kafka)::fill;
  }

  /** Reads the topics with a consumer of its own. */
  record FromTopics(KafkaSettings kafka) {
    private static final Logger LOG = LoggerFactory.getLogger(HistorySeed.class);
    private static final Duration POLL = Duration.ofMillis(200);

    private void fill(
        int partition,
        KeyValueStore<byte[], byte[]> histories,
        KeyValueStore<byte[], byte[]> erasedUsers) {
      if (holdsAny(histories) || holdsAny(erasedUsers)) {
        return;
      }
      Topics topics = kafka.topics();
      Properties properties = kafka.consumer();
      properties.put("client.id", "ingest-seed-" + partition);
      try (KafkaConsumer<byte[], byte[]> consumer =
          new KafkaConsumer<>(
              properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
        Map<String, Long> marks = new HashMap<>();
        read(consumer, new TopicPartition(topics.deletions(), 0), record -> mark(record, marks));
        HomePartition home =
            new HomePartition(consumer.partitionsFor(topics.userHistories()).size());
        marks.forEach(
            (user, erasedMs) -> {
              byte[] key = user.getBytes(StandardCharsets.UTF_8);
              if (home.of(key) == partition) {
                erasedUsers.put(key, new ErasedUser(erasedMs, 0).toBytes());
              }
            });
        long read =
            read(
                consumer,
                new TopicPartition(topics.userHistories(), partition),
                record -> take(record, histories, erasedUsers));
        if (read > 0) {
          LOG.info("partition {}: histories filled from {} published records", partition, read);
        }
      }
    }

    private static boolean holdsAny(KeyValueStore<byte[], byte[]> store) {
      try (KeyValueIterator<byte[], byte[]> all = store.all()) {
        return all.hasNext();
      }
    }

    private static void mark(ConsumerRecord<byte[], byte[]> record, Map<String, Long> marks) {
      try {
        Deletion deletion = Deletion.read(record);
        if (deletion != null && deletion.kind() == Deletion.Kind.USER) {
          marks.merge(deletion.subject(), record.timestamp(), Math::max);
        }
      } catch (RejectedRecordException e) {
        LOG.debug("not a deletion: {}", e.getMessage()); // it is a dead letter already
      }
    }

    private static void take(
        ConsumerRecord<byte[], byte[]> record,
        KeyValueStore<byte[], byte[]> histories,
        KeyValueStore<byte[], byte[]> erasedUsers) {
      if (record.value() == null) {
        // Those of heartbeats too: there is no such user.
        histories.delete(record.key());
        return;
      }
      histories.put(record.key(), record.value());
      var history = Histories.parse(record.value());
      if (history.getErasedMs() > 0) {
        ErasedUser mark = new ErasedUser(history.getErasedMs(), history.getSeq());
        erasedUsers.put(record.key(), mark.toBytes());
      }
    }

    private static long read(
        KafkaConsumer<byte[], byte[]> consumer,
        TopicPartition partition,
        Consumer<ConsumerRecord<byte[], byte[]>> take) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      long count = 0;
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          take.accept(record);
          count++;
        }
      }
      return count;
    }
  }
}
