package dev.headwater.store;

import dev.headwater.events.kafka.KafkaSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads topics as far as it is told and no further, so that its reader stands where another one
 * stood. For one thread.
 */
final class BoundedRows implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(50);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Set<TopicPartition> partitions = new HashSet<>();

  /**
   * Begins behind what was read before.
   *
   * @param offsets next offset to read of each {@code topic/partition}; those not in it are read
   *     from their beginning
   */
  BoundedRows(KafkaSettings kafka, List<String> topics, Map<String, Long> offsets) {
    Properties properties = kafka.consumer();
    properties.put("client.id", "store-standby-rows");
    consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    for (String topic : topics) {
      for (PartitionInfo info : consumer.partitionsFor(topic)) {
        partitions.add(new TopicPartition(topic, info.partition()));
      }
    }
    consumer.assign(partitions);
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
    begins.forEach(
        (partition, begin) ->
            consumer.seek(partition, Math.max(begin, offsets.getOrDefault(name(partition), 0L))));
    consumer.pause(partitions);
  }

  private static String name(TopicPartition partition) {
    return partition.topic() + "/" + partition.partition();
  }

  /**
   * Reads on until every partition stands at its bound or behind it.
   *
   * @param bounds next offset to read of each {@code topic/partition}; others stay where they are
   * @param batchEnd called after each batch of records
   * @param stopped asked between batches
   * @return false when stopped
   */
  boolean advance(
      Map<String, Long> bounds,
      Consumer<ConsumerRecord<byte[], byte[]>> sink,
      Runnable batchEnd,
      BooleanSupplier stopped) {
    Set<TopicPartition> behind = new HashSet<>(partitions);
    behind.removeIf(partition -> isThere(partition, bounds));
    consumer.resume(behind);
    while (!behind.isEmpty() && !stopped.getAsBoolean()) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      for (TopicPartition partition : records.partitions()) {
        take(records.records(partition), bounds.getOrDefault(name(partition), 0L), sink);
      }
      if (!records.isEmpty()) {
        batchEnd.run();
      }
      List<TopicPartition> there = new ArrayList<>(behind);
      there.removeIf(partition -> !isThere(partition, bounds));
      consumer.pause(there);
      there.forEach(behind::remove);
    }
    consumer.pause(behind);
    return behind.isEmpty();
  }

  private void take(
      List<ConsumerRecord<byte[], byte[]>> records,
      long bound,
      Consumer<ConsumerRecord<byte[], byte[]>> sink) {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (record.offset() >= bound) {
        consumer.seek(new TopicPartition(record.topic(), record.partition()), record.offset());
        return;
      }
      sink.accept(record);
    }
  }

  private boolean isThere(TopicPartition partition, Map<String, Long> bounds) {
    return consumer.position(partition) >= bounds.getOrDefault(name(partition), 0L);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
