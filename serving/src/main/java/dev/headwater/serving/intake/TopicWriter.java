package dev.headwater.serving.intake;

import dev.headwater.client.answers.Place;
import dev.headwater.events.kafka.KafkaSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes records so that nothing acknowledged is lost: all replicas, idempotent. While the broker
 * does not answer, writes fail within {@value #PATIENCE_MS} ms instead of piling up. One that found
 * no room, or no broker that knows its topic, held its caller for {@value #FULL_MS} ms: those of
 * the next second fail at once, then one tries whether it is over. Thread-safe.
 */
public final class TopicWriter implements AutoCloseable {
  private static final Iterable<Header> NO_HEADERS = List.of();
  private static final int PATIENCE_MS = 10_000;
  private static final int FULL_MS = 500;
  private static final int BUFFER_BYTES = 16 << 20;
  private static final long PAUSE_NS = 1_000_000_000L;

  private final Producer<byte[], byte[]> producer;
  private final LongSupplier nanos;

  /** When the next may try; null while the last one that tried was taken. */
  private final AtomicReference<@Nullable NextTry> nextTry = new AtomicReference<>();

  private record NextTry(long atNs) {}

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
    this(producer, System::nanoTime);
  }

  TopicWriter(Producer<byte[], byte[]> producer, LongSupplier nanos) {
    this.producer = producer;
    this.nanos = nanos;
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
    if (!mayTry()) {
      return CompletableFuture.failedFuture(
          new NotWrittenException(new TimeoutException("the one before found no broker")));
    }
    return send(topic, key, value, headers);
  }

  /** Appends a record of one who waits by itself: it tries whatever became of others. */
  CompletableFuture<Place> insist(String topic, String key, byte @Nullable [] value) {
    return send(topic, key, value, NO_HEADERS);
  }

  private boolean mayTry() {
    NextTry next = nextTry.get();
    long now = nanos.getAsLong();
    return next == null
        || (now - next.atNs() >= 0 && nextTry.compareAndSet(next, new NextTry(now + PAUSE_NS)));
  }

  private CompletableFuture<Place> send(
      String topic, String key, byte @Nullable [] value, Iterable<Header> headers) {
    CompletableFuture<Place> written = new CompletableFuture<>();
    AtomicBoolean blocked = new AtomicBoolean();
    Thread caller = Thread.currentThread();
    try {
      var unused =
          producer.send(
              new ProducerRecord<>(
                  topic, null, key.getBytes(StandardCharsets.UTF_8), value, headers),
              (place, failure) -> {
                if (failure == null) {
                  written.complete(new Place(place.topic(), place.partition(), place.offset()));
                } else {
                  // On the caller's own thread: it was never taken into the buffer.
                  if (failure instanceof TimeoutException && Thread.currentThread() == caller) {
                    blocked.set(true);
                  }
                  written.completeExceptionally(new NotWrittenException(failure));
                }
              });
    } catch (KafkaException | IllegalStateException e) {
      blocked.set(e instanceof TimeoutException);
      written.completeExceptionally(new NotWrittenException(e));
    }
    nextTry.set(blocked.get() ? new NextTry(nanos.getAsLong() + PAUSE_NS) : null);
    return written;
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
