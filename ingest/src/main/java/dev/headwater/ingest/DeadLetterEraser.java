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
 * Erases the dead letters of erased users: each gets a tombstone under its own key, so that
 * compaction removes it. A dead letter belongs to a user when the key as received names the user,
 * or when its bytes hold the user's id as a JSON string (more than needed goes rather than less);
 * only what was published up to the request is erased. A new request makes it read the topic from
 * the beginning; what arrives later (a click that waited in Kafka) is looked at as it comes. Holds
 * the ids of all erased users, and of the topic nothing. Runs on a thread of its own.
 */
final class DeadLetterEraser implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetterEraser.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final long RETRY_MS = 1_000;

  private final IngestConfig config;
  private final KafkaSettings kafka;
  private final Topics topics;
  private final Clock clock;
  private final Thread thread = new Thread(this::run, "dead-letter-eraser");
  private final Map<String, ErasedUserText> users = new HashMap<>();
  private final List<DeletionReceipt> owed = new ArrayList<>();
  private final Map<String, byte[]> doomed = new LinkedHashMap<>();
  private Map<TopicPartition, Long> scanUntil = Map.of();
  private volatile boolean closed;
  private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;
  private volatile @Nullable Exception failure;

  /** How a user shows in a dead letter, and up to when. */
  @SuppressWarnings("ArrayRecordComponent") // compared with nothing
  private record ErasedUserText(byte[] quoted, long erasedMs) {}

  DeadLetterEraser(IngestConfig config, KafkaSettings kafka, Clock clock) {
    this.config = config;
    this.kafka = kafka;
    this.topics = kafka.topics();
    this.clock = clock;
  }

  DeadLetterEraser start() {
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
        users.clear();
        owed.clear();
        doomed.clear();
        follow(reader, writer);
      } catch (WakeupException e) {
        LOG.debug("woken to close");
      } catch (KafkaException e) {
        LOG.warn("the eraser of dead letters starts again: {}", e.toString());
        pause();
      } catch (RuntimeException e) {
        failure = e;
        LOG.error("the eraser of dead letters stopped", e);
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
    properties.put("client.id", config.applicationId() + "-dead-letter-eraser");
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
      boolean asked = false;
      for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
        if (record.topic().equals(topics.deletions())) {
          asked |= onDeletion(record);
        } else {
          onDeadLetter(record);
        }
      }
      if (asked) {
        reader.seekToBeginning(letters);
        scanUntil = reader.endOffsets(letters);
        doomed.clear();
      }
      if (isScanned(reader)) {
        erase(writer);
      }
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

  private boolean onDeletion(ConsumerRecord<byte[], byte[]> record) {
    try {
      Deletion deletion = Deletion.read(record);
      if (deletion == null
          || deletion.kind() != Deletion.Kind.USER
          || !config.domains().contains(deletion.domain())) {
        return false;
      }
      long erasedMs = Math.min(record.timestamp(), clock.millis());
      byte[] quoted = ('"' + deletion.id() + '"').getBytes(StandardCharsets.UTF_8);
      users.put(deletion.subject(), new ErasedUserText(quoted, erasedMs));
      owed.add(
          new DeletionReceipt(
              DeletionReceipt.DEAD_LETTERS,
              deletion.domain(),
              deletion.kind(),
              deletion.id(),
              erasedMs,
              0));
      return true;
    } catch (RejectedRecordException e) {
      return false; // the topology made a dead letter of it
    }
  }

  private void onDeadLetter(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null || users.isEmpty()) {
      return;
    }
    String key = new String(record.key(), StandardCharsets.UTF_8);
    if (record.value() == null) {
      doomed.remove(key);
    } else if (belongsToAnErasedUser(record)) {
      doomed.put(key, record.key());
    }
  }

  private boolean belongsToAnErasedUser(ConsumerRecord<byte[], byte[]> record) {
    ErasedUserText named = users.get(DeadLetter.receivedKey(record.headers()));
    if (named != null && record.timestamp() <= named.erasedMs()) {
      return true;
    }
    return users.values().stream()
        .anyMatch(
            user -> record.timestamp() <= user.erasedMs() && holds(record.value(), user.quoted()));
  }

  private static boolean holds(byte[] value, byte[] part) {
    for (int i = 0; i <= value.length - part.length; i++) {
      int n = 0;
      while (n < part.length && value[i + n] == part[n]) {
        n++;
      }
      if (n == part.length) {
        return true;
      }
    }
    return false;
  }

  private void erase(KafkaProducer<byte[], byte[]> writer) {
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
              receipt.erasedMs(),
              clock.millis());
      byte[] key = now.key().getBytes(StandardCharsets.UTF_8);
      sent.add(send(writer, topics.deletionReceipts(), key, now.toJson()));
    }
    await(sent);
    if (!doomed.isEmpty()) {
      LOG.info("erased {} dead letters", doomed.size());
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
