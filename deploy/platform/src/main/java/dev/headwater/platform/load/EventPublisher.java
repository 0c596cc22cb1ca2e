package dev.headwater.platform.load;

import dev.headwater.events.Keys;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.platform.report.VerbException;
import dev.headwater.tracing.TraceParent;
import dev.headwater.tracing.Tracing;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Publishes interactions and catalog items as a platform would. Thread-safe. */
public final class EventPublisher implements AutoCloseable {
  private final KafkaSettings settings;
  private final Tracing tracing;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicLong interactions = new AtomicLong();
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  /** Connects; makes no spans. */
  public EventPublisher(KafkaSettings settings) {
    this(settings, Tracing.OFF);
  }

  /** Connects. The trace of an interaction begins here; the tracing stays its owner's. */
  public EventPublisher(KafkaSettings settings, Tracing tracing) {
    this.tracing = tracing;
    this.settings = settings;
    this.producer =
        new KafkaProducer<>(
            settings.producer(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Publishes an interaction; returns at once. */
  public void publish(Interaction interaction) {
    publishRaw(bytes(interaction.key()), interaction.toJson());
  }

  /** Publishes anything to {@code interactions}, so that bad input can be shown. */
  public void publishRaw(byte @Nullable [] key, byte @Nullable [] value) {
    String topic = settings.topics().interactions();
    if (tracing.isOn()) {
      traced(topic, key, value);
    } else {
      send(topic, key, value);
    }
    interactions.incrementAndGet();
  }

  private void traced(String topic, byte @Nullable [] key, byte @Nullable [] value) {
    Span span = tracing.send(topic, Context.current(), List.of());
    Headers headers = TraceParent.headers(span.getSpanContext());
    var unused =
        producer.send(
            new ProducerRecord<>(topic, null, key, value, headers),
            (place, e) -> {
              if (e == null) {
                Tracing.sent(span, place.partition(), place.offset());
              }
              span.end();
              note(e);
            });
  }

  /** Publishes an item; returns at once. */
  public void publish(CatalogItem item) {
    send(settings.topics().catalog(), bytes(item.key()), item.toJson());
  }

  /** Publishes a record of {@code catalog} as it is; returns at once. */
  public void publishRawItem(byte[] key, byte @Nullable [] value) {
    send(settings.topics().catalog(), key, value);
  }

  /** Publishes a tombstone: the item is deleted; returns at once. */
  public void delete(String domain, String item) {
    send(settings.topics().catalog(), bytes(Keys.of(domain, item)), null);
  }

  private void send(String topic, byte @Nullable [] key, byte @Nullable [] value) {
    var unused = producer.send(new ProducerRecord<>(topic, key, value), (place, e) -> note(e));
  }

  private void note(@Nullable Exception e) {
    if (e != null) {
      failure.compareAndSet(null, e);
    }
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
