package dev.headwater.ingest;

import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.events.Deletion;
import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.events.kafka.TopicFollower;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker with Headwater's topics, a producer, and what ingest wrote. */
final class IngestHarness implements AutoCloseable {
  static final int PARTITIONS = 3;
  static final Set<String> DOMAINS = Set.of("toys", "books");

  final EmbeddedBroker broker = EmbeddedBroker.start();
  final KafkaSettings kafka = KafkaSettings.of(broker.bootstrap());
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final List<ConsumerRecord<byte[], byte[]>> histories = new CopyOnWriteArrayList<>();
  final List<ConsumerRecord<byte[], byte[]>> items = new CopyOnWriteArrayList<>();
  final List<ConsumerRecord<byte[], byte[]>> deadLetters = new CopyOnWriteArrayList<>();
  final Map<String, DeletionReceipt> receipts = new ConcurrentHashMap<>();
  private final KafkaProducer<byte[], byte[]> producer;
  private final TopicFollower follower;

  IngestHarness() {
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      admin.create(PARTITIONS);
    }
    producer =
        new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
    follower =
        new TopicFollower(
                "ingest-output",
                kafka,
                List.of(
                    kafka.topics().userHistories(),
                    kafka.topics().acceptedItems(),
                    kafka.topics().deletionReceipts(),
                    kafka.topics().deadLetters()),
                this::took)
            .start();
  }

  private void took(ConsumerRecord<byte[], byte[]> record) {
    if (record.topic().equals(kafka.topics().userHistories())) {
      histories.add(record);
    } else if (record.topic().equals(kafka.topics().acceptedItems())) {
      items.add(record);
    } else if (record.topic().equals(kafka.topics().deletionReceipts())) {
      DeletionReceipt receipt = Objects.requireNonNull(DeletionReceipt.parse(record.value()));
      receipts.put(receipt.key(), receipt);
    } else {
      deadLetters.add(record);
    }
  }

  IngestService service(Path stateDir) {
    return service(stateDir, Clock.systemUTC());
  }

  private IngestService service(Path stateDir, Clock clock) {
    return new IngestService(IngestConfig.of(stateDir, DOMAINS), kafka, registry, clock);
  }

  IngestService started(Path stateDir) throws InterruptedException {
    return started(stateDir, Clock.systemUTC());
  }

  IngestService started(Path stateDir, Clock clock) throws InterruptedException {
    IngestService service = service(stateDir, clock);
    service.start();
    if (!service.awaitRunning(Duration.ofSeconds(30))) {
      throw new IllegalStateException("ingest is not running: " + service.state());
    }
    return service;
  }

  RecordMetadata send(String topic, String key, byte[] value) throws Exception {
    return send(new ProducerRecord<>(topic, key == null ? null : utf8(key), value));
  }

  RecordMetadata send(ProducerRecord<byte[], byte[]> record) throws Exception {
    return producer.send(record).get(20, TimeUnit.SECONDS);
  }

  void click(Interaction event) throws Exception {
    send(kafka.topics().interactions(), event.key(), event.toJson());
  }

  void publish(CatalogItem item) throws Exception {
    send(kafka.topics().catalog(), item.key(), item.toJson());
  }

  void delete(Deletion deletion) throws Exception {
    send(kafka.topics().deletions(), deletion.key(), deletion.toJson());
  }

  /** Returns the last record of a key in a partition, which has one. */
  ConsumerRecord<byte[], byte[]> last(String topic, int partition, byte[] key) {
    TopicPartition part = new TopicPartition(topic, partition);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            kafka.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(part));
      consumer.seekToBeginning(List.of(part));
      long end = consumer.endOffsets(List.of(part)).getOrDefault(part, 0L);
      ConsumerRecord<byte[], byte[]> last = null;
      while (consumer.position(part) < end) {
        for (ConsumerRecord<byte[], byte[]> each : consumer.poll(Duration.ofMillis(100))) {
          last = Arrays.equals(each.key(), key) ? each : last;
        }
      }
      return Objects.requireNonNull(last);
    }
  }

  /** Deletes what Kafka Streams keeps beside its local state. */
  void deleteInternalTopics() throws Exception {
    try (Admin admin = Admin.create(kafka.common())) {
      Set<String> internal =
          admin.listTopics().names().get(30, TimeUnit.SECONDS).stream()
              .filter(topic -> topic.endsWith("-changelog") || topic.endsWith("-repartition"))
              .collect(Collectors.toSet());
      admin.deleteTopics(internal).all().get(30, TimeUnit.SECONDS);
    }
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    follower.close();
    producer.close(Duration.ofSeconds(5));
    broker.close();
  }
}
