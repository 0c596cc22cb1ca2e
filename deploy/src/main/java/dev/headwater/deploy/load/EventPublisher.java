package dev.headwater.deploy.load;

import dev.headwater.deploy.VerbException;
import dev.headwater.events.CatalogItem;
import dev.headwater.events.Interaction;
import dev.headwater.events.Keys;
import dev.headwater.events.PublicRecords;
import dev.headwater.events.kafka.KafkaSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Publishes interactions and catalog items as a platform would. Thread-safe. */
public final class EventPublisher implements AutoCloseable {
  private final KafkaSettings settings;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicLong interactions = new AtomicLong();
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  /** Connects. */
  public EventPublisher(KafkaSettings settings) {
    this.settings = settings;
    this.producer =
        new KafkaProducer<>(
            settings.producer(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Publishes an interaction; returns at once. */
  public void publish(Interaction interaction) {
    publishRaw(bytes(interaction.key()), PublicRecords.toJson(interaction));
  }

  /** Publishes anything to {@code interactions}, so that bad input can be shown. */
  public void publishRaw(byte @Nullable [] key, byte @Nullable [] value) {
    send(settings.topics().interactions(), key, value);
    interactions.incrementAndGet();
  }

  /** Publishes an item; returns at once. */
  public void publish(CatalogItem item) {
    send(settings.topics().catalog(), bytes(item.key()), PublicRecords.toJson(item));
  }

  /** Publishes a tombstone: the item is deleted; returns at once. */
  public void delete(String domain, String item) {
    send(settings.topics().catalog(), bytes(Keys.of(domain, item)), null);
  }

  private void send(String topic, byte @Nullable [] key, byte @Nullable [] value) {
    var unused =
        producer.send(
            new ProducerRecord<>(topic, key, value),
            (metadata, e) -> {
              if (e != null) {
                failure.compareAndSet(null, e);
              }
            });
  }

  /** Returns how many records went to {@code interactions}. */
  public long interactionsPublished() {
    return interactions.get();
  }

  /**
   * Waits until the broker has everything.
   *
   * @throws VerbException when a record was not taken
   */
  public void flush() {
    producer.flush();
    Exception e = failure.get();
    if (e != null) {
      throw new VerbException("the broker refused a record: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(10));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
