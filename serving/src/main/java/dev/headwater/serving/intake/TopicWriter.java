package dev.headwater.serving.intake;

import dev.headwater.client.answers.Place;
import dev.headwater.events.kafka.KafkaSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes records so that nothing acknowledged is lost: all replicas, idempotent. While the broker
 * does not answer, writes fail within {@value #PATIENCE_MS} ms instead of piling up. Thread-safe.
 */
public final class TopicWriter implements AutoCloseable {
  private static final Iterable<Header> NO_HEADERS = List.of();
  private static final int PATIENCE_MS = 10_000;
  private static final int FULL_MS = 500;
  private static final int BUFFER_BYTES = 16 << 20;

  private final Producer<byte[], byte[]> producer;

  /** A record was not acknowledged; it may be sent again. */
  public static final class NotWrittenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotWrittenException(Throwable cause) {
      super("the record was not acknowledged", cause);
    }
  }

  /** Connects; the first record finds out whether a broker answers. */
  public TopicWriter(KafkaSettings kafka) {
    this(connect(kafka));
  }

  /** Writes with a producer, which is closed with this. */
  public TopicWriter(Producer<byte[], byte[]> producer) {
    this.producer = producer;
  }

  private static Producer<byte[], byte[]> connect(KafkaSettings kafka) {
    Properties properties = kafka.producer();
    properties.put("client.id", "serving-writer");
    properties.put("max.block.ms", Integer.toString(FULL_MS));
    properties.put("request.timeout.ms", Integer.toString(PATIENCE_MS / 2));
    properties.put("delivery.timeout.ms", Integer.toString(PATIENCE_MS));
    properties.put("buffer.memory", Integer.toString(BUFFER_BYTES));
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * Appends a record.
   *
   * @param topic full name
   * @param key text
   * @param value null: a tombstone
   * @return its place once it is acknowledged, or {@link NotWrittenException}
   */
  public CompletableFuture<Place> append(String topic, String key, byte @Nullable [] value) {
    return append(topic, key, value, NO_HEADERS);
  }

  /** Returns how many partitions a topic has. */
  public int partitions(String topic) {
    return producer.partitionsFor(topic).size();
  }

  /** Appends a record with headers. */
  public CompletableFuture<Place> append(
      String topic, String key, byte @Nullable [] value, Iterable<Header> headers) {
    CompletableFuture<Place> written = new CompletableFuture<>();
    try {
      var unused =
          producer.send(
              new ProducerRecord<>(
                  topic, null, key.getBytes(StandardCharsets.UTF_8), value, headers),
              (place, failure) -> {
                if (failure == null) {
                  written.complete(new Place(place.topic(), place.partition(), place.offset()));
                } else {
                  written.completeExceptionally(new NotWrittenException(failure));
                }
              });
    } catch (KafkaException | IllegalStateException e) {
      written.completeExceptionally(new NotWrittenException(e));
    }
    return written;
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
