package dev.headwater.ingest;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headwater.events.Deletion;
import dev.headwater.events.DeletionHeader;
import dev.headwater.events.Topics;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.wire.AcceptedItem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills stores that are empty although something was published: after the changelog was lost, or
 * under a new application id. {@code user-histories} holds the very bytes of the store of
 * histories, {@code catalog.accepted} the incarnations of items.
 */
interface HistorySeed {
  /** Leaves stores as they are. */
  HistorySeed NONE =
      new HistorySeed() {
        @Override
        public void fill(
            int partition,
            KeyValueStore<byte[], byte[]> histories,
            KeyValueStore<byte[], byte[]> deletedUsers) {}

        @Override
        public void fillItems(
            int partition,
            KeyValueStore<byte[], byte[]> incarnations,
            KeyValueStore<byte[], byte[]> strays) {}
      };

  /**
   * Called before the first record of a task.
   *
   * @param partition the task's; that of {@code user-histories} too
   * @param histories the store, restored from its changelog
   * @param deletedUsers the marks of deleted users
   */
  void fill(
      int partition,
      KeyValueStore<byte[], byte[]> histories,
      KeyValueStore<byte[], byte[]> deletedUsers);

  /**
   * The same for items: one that is uploaded again unchanged goes on with the incarnation that it
   * has.
   *
   * @param partition the task's; that of {@code catalog.accepted} too
   * @param incarnations the store, restored from its changelog
   * @param strays in which other partitions of {@code catalog} items stand: filled with it, so that
   *     a tombstone still meets them
   */
  void fillItems(
      int partition,
      KeyValueStore<byte[], byte[]> incarnations,
      KeyValueStore<byte[], byte[]> strays);

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
        KeyValueStore<byte[], byte[]> deletedUsers) {
      if (holdsAny(histories) || holdsAny(deletedUsers)) {
        return;
      }
      Topics topics = kafka.topics();
      try (var consumer = consumer("ingest-seed-" + partition)) {
        TopicPartition published = new TopicPartition(topics.userHistories(), partition);
        Map<String, Long> marks = marks(consumer, Deletion.Kind.USER, published);
        marks.forEach(
            (user, deletedMs) ->
                deletedUsers.put(
                    user.getBytes(StandardCharsets.UTF_8),
                    new DeletedUser(deletedMs, 0).toBytes()));
        long read =
            read(consumer, published, record -> take(record, histories, deletedUsers, marks));
        if (read > 0) {
          LOG.info("partition {}: histories filled from {} published records", partition, read);
        }
      }
    }

    @Override
    public void fillItems(
        int partition,
        KeyValueStore<byte[], byte[]> incarnations,
        KeyValueStore<byte[], byte[]> strays) {
      if (holdsAny(incarnations)) {
        return;
      }
      try (var consumer = consumer("ingest-seed-items-" + partition)) {
        TopicPartition published = new TopicPartition(kafka.topics().acceptedItems(), partition);
        Map<String, Long> marks = marks(consumer, Deletion.Kind.ITEM, published);
        marks.forEach(
            (item, deletedMs) ->
                incarnations.put(
                    item.getBytes(StandardCharsets.UTF_8),
                    ItemIncarnation.deleted(null, deletedMs).toBytes()));
        long read = read(consumer, published, record -> takeItem(record, incarnations, marks));
        if (read > 0) {
          LOG.info("partition {}: incarnations filled from {} published records", partition, read);
        }
        fillStrays(consumer, partition, strays);
      }
    }

    private void fillStrays(
        Consumer<byte[], byte[]> consumer, int home, KeyValueStore<byte[], byte[]> strays) {
      String catalog = kafka.topics().catalog();
      int partitions = consumer.partitionsFor(catalog).size();
      HomePartition homes = new HomePartition(partitions);
      for (int i = 0; i < partitions; i++) {
        int partition = i;
        if (partition != home) {
          read(
              consumer,
              new TopicPartition(catalog, partition),
              record -> {
                if (record.key() != null && homes.of(record.key()) == home) {
                  StraySweeper.note(strays, record.key(), partition, record.value() != null);
                }
              });
        }
      }
    }

    /** One that a record of a public topic cannot fill the memory of. */
    private Consumer<byte[], byte[]> consumer(String clientId) {
      Map<String, Object> properties = new HashMap<>();
      kafka.consumer().forEach((key, value) -> properties.put(key.toString(), value));
      properties.put("client.id", clientId);
      return new BoundedClients(BatchBound.MAX_BYTES).getConsumer(properties);
    }

    /** Returns when those whose state stands in a partition were last deleted. */
    private Map<String, Long> marks(
        Consumer<byte[], byte[]> consumer, Deletion.Kind kind, TopicPartition of) {
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
        KeyValueStore<byte[], byte[]> incarnations,
        Map<String, Long> marks) {
      String key = new String(record.key(), StandardCharsets.UTF_8);
      ItemIncarnation before = ItemIncarnation.fromBytes(incarnations.get(record.key()));
      try {
        ItemIncarnation after =
            record.value() == null
                ? ended(before, DeletionHeader.read(record.headers()), marks.getOrDefault(key, 0L))
                : ItemIncarnation.published(
                    AcceptedItem.parseFrom(record.value()), marks.getOrDefault(key, 0L));
        incarnations.put(record.key(), after == null ? null : after.toBytes());
      } catch (InvalidProtocolBufferException e) {
        LOG.warn("not an item: {} offset {}", record.topic(), record.offset(), e);
      }
    }

    /**
     * A heartbeat's is among them, an item of no incarnation. Of one that ended nothing need be
     * known but what its next incarnation must be later than.
     */
    private static @Nullable ItemIncarnation ended(
        @Nullable ItemIncarnation before, long doneMs, long deletedMs) {
      if (before != null && before.incarnation() >= 0) {
        return ItemIncarnation.deleted(ItemIncarnation.ended(before, before.revision()), doneMs);
      }
      return deletedMs > 0 ? ItemIncarnation.deleted(null, deletedMs) : null;
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

    /**
     * A history that was published says which deletion was the last that it saw: one that was asked
     * for since is still to be done, and no mark may say that it is.
     */
    private static void take(
        ConsumerRecord<byte[], byte[]> record,
        KeyValueStore<byte[], byte[]> histories,
        KeyValueStore<byte[], byte[]> deletedUsers,
        Map<String, Long> marks) {
      if (record.value() == null) {
        // Those of heartbeats too: there is no such user.
        histories.delete(record.key());
        Long asked = marks.get(new String(record.key(), StandardCharsets.UTF_8));
        if (asked != null && deletedUsers.get(record.key()) == null) {
          deletedUsers.put(record.key(), new DeletedUser(asked, 0).toBytes());
        }
        return;
      }
      histories.put(record.key(), record.value());
      var history = Histories.parse(record.value());
      if (history.getDeletedMs() > 0) {
        DeletedUser mark = new DeletedUser(history.getDeletedMs(), history.getSeq());
        deletedUsers.put(record.key(), mark.toBytes());
      } else {
        deletedUsers.delete(record.key());
      }
    }

    private static long read(
        Consumer<byte[], byte[]> consumer,
        TopicPartition partition,
        java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> take) {
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
