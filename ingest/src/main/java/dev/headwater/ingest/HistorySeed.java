package dev.headwater.ingest;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headwater.events.Deletion;
import dev.headwater.events.ErasureHeader;
import dev.headwater.events.Topics;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.wire.AcceptedItem;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills stores that are empty although something was published: after the changelog was lost, or
 * under a new application id. {@code user-histories} holds the very bytes of the store of
 * histories, {@code catalog.accepted} the lives of items.
 */
interface HistorySeed {
  /** Leaves stores as they are. */
  HistorySeed NONE =
      new HistorySeed() {
        @Override
        public void fill(
            int partition,
            KeyValueStore<byte[], byte[]> histories,
            KeyValueStore<byte[], byte[]> erasedUsers) {}

        @Override
        public void fillLives(int partition, KeyValueStore<byte[], byte[]> lives) {}
      };

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

  /**
   * The same for items: one that is uploaded again unchanged goes on with the life that it has.
   *
   * @param partition the task's; that of {@code catalog.accepted} too
   * @param lives the store, restored from its changelog
   */
  void fillLives(int partition, KeyValueStore<byte[], byte[]> lives);

  /** Reads {@code deletions} and the task's partition of what was published. */
  static HistorySeed fromTopics(KafkaSettings kafka) {
    return new FromTopics(kafka);
  }

  /** Reads the topics with a consumer of its own. */
  record FromTopics(KafkaSettings kafka) implements HistorySeed {
    private static final Logger LOG = LoggerFactory.getLogger(HistorySeed.class);
    private static final Duration POLL = Duration.ofMillis(200);

    @Override
    public void fill(
        int partition,
        KeyValueStore<byte[], byte[]> histories,
        KeyValueStore<byte[], byte[]> erasedUsers) {
      if (holdsAny(histories) || holdsAny(erasedUsers)) {
        return;
      }
      Topics topics = kafka.topics();
      try (KafkaConsumer<byte[], byte[]> consumer = consumer("ingest-seed-" + partition)) {
        TopicPartition published = new TopicPartition(topics.userHistories(), partition);
        marks(consumer, Deletion.Kind.USER, published)
            .forEach(
                (user, erasedMs) ->
                    erasedUsers.put(
                        user.getBytes(StandardCharsets.UTF_8),
                        new ErasedUser(erasedMs, 0).toBytes()));
        long read = read(consumer, published, record -> take(record, histories, erasedUsers));
        if (read > 0) {
          LOG.info("partition {}: histories filled from {} published records", partition, read);
        }
      }
    }

    @Override
    public void fillLives(int partition, KeyValueStore<byte[], byte[]> lives) {
      if (holdsAny(lives)) {
        return;
      }
      try (KafkaConsumer<byte[], byte[]> consumer = consumer("ingest-seed-items-" + partition)) {
        TopicPartition published = new TopicPartition(kafka.topics().acceptedItems(), partition);
        Map<String, Long> marks = marks(consumer, Deletion.Kind.ITEM, published);
        marks.forEach(
            (item, erasedMs) ->
                lives.put(
                    item.getBytes(StandardCharsets.UTF_8),
                    ItemLife.erased(null, erasedMs).toBytes()));
        long read = read(consumer, published, record -> takeItem(record, lives, marks));
        if (read > 0) {
          LOG.info("partition {}: lives filled from {} published records", partition, read);
        }
      }
    }

    private KafkaConsumer<byte[], byte[]> consumer(String clientId) {
      Properties properties = kafka.consumer();
      properties.put("client.id", clientId);
      return new KafkaConsumer<>(
          properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Returns when those whose state stands in a partition were last erased. */
    private Map<String, Long> marks(
        KafkaConsumer<byte[], byte[]> consumer, Deletion.Kind kind, TopicPartition of) {
      Map<String, Long> marks = new HashMap<>();
      read(
          consumer,
          new TopicPartition(kafka.topics().deletions(), 0),
          record -> mark(record, kind, marks));
      HomePartition home = new HomePartition(consumer.partitionsFor(of.topic()).size());
      marks
          .keySet()
          .removeIf(key -> home.of(key.getBytes(StandardCharsets.UTF_8)) != of.partition());
      return marks;
    }

    private static void takeItem(
        ConsumerRecord<byte[], byte[]> record,
        KeyValueStore<byte[], byte[]> lives,
        Map<String, Long> marks) {
      String key = new String(record.key(), StandardCharsets.UTF_8);
      ItemLife before = ItemLife.fromBytes(lives.get(record.key()));
      try {
        ItemLife after =
            record.value() == null
                ? ended(before, ErasureHeader.read(record.headers()), marks.getOrDefault(key, 0L))
                : ItemLife.published(
                    AcceptedItem.parseFrom(record.value()), marks.getOrDefault(key, 0L));
        lives.put(record.key(), after == null ? null : after.toBytes());
      } catch (InvalidProtocolBufferException e) {
        LOG.warn("not an item: {} offset {}", record.topic(), record.offset(), e);
      }
    }

    /**
     * A heartbeat's is among them, an item of no life. Of one that ended nothing need be known but
     * what its next life must be later than.
     */
    private static @Nullable ItemLife ended(@Nullable ItemLife before, long doneMs, long erasedMs) {
      if (before != null && before.incarnation() >= 0) {
        return ItemLife.erased(ItemLife.ended(before, before.revision()), doneMs);
      }
      return erasedMs > 0 ? ItemLife.erased(null, erasedMs) : null;
    }

    private static boolean holdsAny(KeyValueStore<byte[], byte[]> store) {
      try (KeyValueIterator<byte[], byte[]> all = store.all()) {
        return all.hasNext();
      }
    }

    private static void mark(
        ConsumerRecord<byte[], byte[]> record, Deletion.Kind kind, Map<String, Long> marks) {
      try {
        Deletion deletion = Deletion.read(record);
        if (deletion != null && deletion.kind() == kind) {
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
