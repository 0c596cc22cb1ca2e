package dev.headwater.ingest;

import dev.headwater.events.DeadLetter;
import dev.headwater.events.Deletion;
import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.Topics;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.kafka.KafkaSettings;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the dead letters of deleted users: each gets a tombstone under its own key, so that
 * compaction removes it. A dead letter belongs to a user when the key as received or its subject
 * names the user, or when its bytes hold the user's id as a JSON string (more than needed goes
 * rather than less); only what was published up to the request is deleted. Requests make it read
 * the topic from the beginning, once for all that came before: those that come meanwhile wait for
 * the next time. What arrives later (a click that waited in Kafka) is looked at as it comes. Holds
 * the ids of all deleted users, and of the topic nothing. Runs on a thread of its own.
 */
final class DeadLetterDeleter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetterDeleter.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final long RETRY_MS = 1_000;

  private final IngestConfig config;
  private final KafkaSettings kafka;
  private final Topics topics;
  private final Clock clock;
  private final Thread thread = new Thread(this::run, "dead-letter-deleter");
  private final Map<String, Long> bySubject = new HashMap<>();
  private final Map<String, Long> byId = new HashMap<>();
  private final List<DeletionReceipt> waiting = new ArrayList<>();
  private final List<DeletionReceipt> owed = new ArrayList<>();
  private final Map<String, byte[]> doomed = new LinkedHashMap<>();
  private Map<TopicPartition, Long> scanUntil = Map.of();
  private volatile boolean closed;
  private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;
  private volatile @Nullable Exception failure;

  DeadLetterDeleter(IngestConfig config, KafkaSettings kafka, Clock clock) {
    this.config = config;
    this.kafka = kafka;
    this.topics = kafka.topics();
    this.clock = clock;
  }

  DeadLetterDeleter start() {
    thread.setDaemon(true);
    thread.start();
    return this;
  }

  /** Returns what stopped it, or null. */
  @Nullable Exception failure() {
    return failure;
  }

  /** A failure of Kafka starts it again from the beginning: everything it does may be repeated. */
  private void run() {
    while (!closed) {
      try (KafkaConsumer<byte[], byte[]> reader = reader();
          KafkaProducer<byte[], byte[]> writer =
              new KafkaProducer<>(
                  kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
        consumer = reader;
        bySubject.clear();
        byId.clear();
        waiting.clear();
        owed.clear();
        doomed.clear();
        follow(reader, writer);
      } catch (WakeupException e) {
        LOG.debug("woken to close");
      } catch (KafkaException e) {
        LOG.warn("the deleter of dead letters starts again: {}", e.toString());
        pause();
      } catch (RuntimeException e) {
        failure = e;
        LOG.error("the deleter of dead letters stopped", e);
        return;
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(RETRY_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closed = true;
    }
  }

  private KafkaConsumer<byte[], byte[]> reader() {
    Properties properties = kafka.consumer();
    properties.put("client.id", config.applicationId() + "-dead-letter-deleter");
    properties.put("fetch.max.wait.ms", "500");
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private void follow(KafkaConsumer<byte[], byte[]> reader, KafkaProducer<byte[], byte[]> writer) {
    List<TopicPartition> letters = partitions(reader, topics.deadLetters());
    List<TopicPartition> all = new ArrayList<>(letters);
    all.addAll(partitions(reader, topics.deletions()));
    reader.assign(all);
    reader.seekToBeginning(all);
    scanUntil = Map.of();
    while (!closed) {
      for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
        if (record.topic().equals(topics.deletions())) {
          onDeletion(record);
        } else {
          onDeadLetter(record);
        }
      }
      if (isScanned(reader)) {
        delete(writer);
        scanFor(reader, letters);
      }
    }
  }

  /** Begins to read the topic again for the requests that wait. */
  private void scanFor(KafkaConsumer<byte[], byte[]> reader, List<TopicPartition> letters) {
    if (!waiting.isEmpty()) {
      owed.addAll(waiting);
      waiting.clear();
      reader.seekToBeginning(letters);
      scanUntil = reader.endOffsets(letters);
    }
  }

  private static List<TopicPartition> partitions(
      KafkaConsumer<byte[], byte[]> reader, String topic) {
    return reader.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
  }

  private boolean isScanned(KafkaConsumer<byte[], byte[]> reader) {
    return scanUntil.entrySet().stream()
        .allMatch(end -> reader.position(end.getKey()) >= end.getValue());
  }

  private void onDeletion(ConsumerRecord<byte[], byte[]> record) {
    try {
      Deletion deletion = Deletion.read(record);
      if (deletion == null
          || deletion.kind() != Deletion.Kind.USER
          || !config.accepts(deletion.domain())) {
        return;
      }
      long deletedMs = record.timestamp(); // for every part alike (DeletionTime)
      bySubject.merge(deletion.subject(), deletedMs, Math::max);
      byId.merge(deletion.id(), deletedMs, Math::max);
      waiting.add(
          new DeletionReceipt(
              DeletionReceipt.DEAD_LETTERS,
              deletion.domain(),
              deletion.kind(),
              deletion.id(),
              deletedMs,
              0));
    } catch (RejectedRecordException e) {
      LOG.debug("the topology made a dead letter of it", e);
    }
  }

  private void onDeadLetter(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null || byId.isEmpty()) {
      return;
    }
    String key = new String(record.key(), StandardCharsets.UTF_8);
    if (record.value() == null) {
      doomed.remove(key);
    } else if (belongsToADeletedUser(record)) {
      doomed.put(key, record.key());
    }
  }

  private boolean belongsToADeletedUser(ConsumerRecord<byte[], byte[]> record) {
    String named = DeadLetter.receivedKey(record.headers());
    return isDeleted(bySubject, named, record)
        || isDeleted(bySubject, DeadLetter.subject(record.headers()), record)
        || QuotedStrings.anyMatch(record.value(), text -> isDeleted(byId, text, record));
  }

  private static boolean isDeleted(
      Map<String, Long> users, @Nullable String named, ConsumerRecord<byte[], byte[]> record) {
    Long deletedMs = named == null ? null : users.get(named);
    return deletedMs != null && record.timestamp() <= deletedMs;
  }

  private void delete(KafkaProducer<byte[], byte[]> writer) {
    if (doomed.isEmpty() && owed.isEmpty()) {
      return;
    }
    List<Future<?>> sent = new ArrayList<>();
    doomed.values().forEach(key -> sent.add(send(writer, topics.deadLetters(), key, null)));
    await(sent);
    for (DeletionReceipt receipt : owed) {
      DeletionReceipt now =
          new DeletionReceipt(
              receipt.hop(),
              receipt.domain(),
              receipt.kind(),
              receipt.id(),
              receipt.deletedMs(),
              clock.millis());
      byte[] key = now.key().getBytes(StandardCharsets.UTF_8);
      sent.add(send(writer, topics.deletionReceipts(), key, now.toJson()));
    }
    await(sent);
    if (!doomed.isEmpty()) {
      LOG.info("deleted {} dead letters", doomed.size());
    }
    doomed.clear();
    owed.clear();
  }

  private static Future<?> send(
      KafkaProducer<byte[], byte[]> writer, String topic, byte[] key, byte @Nullable [] value) {
    return writer.send(new ProducerRecord<>(topic, key, value));
  }

  private static void await(List<Future<?>> sent) {
    for (var future : sent) {
      try {
        future.get();
      } catch (ExecutionException e) {
        throw new KafkaException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new KafkaException(e);
      }
    }
    sent.clear();
  }

  /** Stops it and waits, five seconds at most. */
  @Override
  public void close() {
    closed = true;
    KafkaConsumer<byte[], byte[]> reader = consumer;
    if (reader != null) {
      reader.wakeup();
    }
    try {
      thread.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
