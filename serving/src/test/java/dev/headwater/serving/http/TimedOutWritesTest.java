package dev.headwater.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.serving.config.ServingLimits;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Nobody hears what becomes of the rest of a list once its request was answered with a timeout. */
class TimedOutWritesTest {
  private final Held producer = new Held();
  private final TestNode node =
      TestNode.writingTo(
          producer, ServingLimits.of(Map.of("workers", 1, "queue", 4, "request-timeout", "300ms")));

  /** Holds the caller until it is told not to. */
  private static final class Held extends MockProducer<byte[], byte[]> {
    private final CountDownLatch free = new CountDownLatch(1);

    Held() {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, Callback callback) {
      try {
        free.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return super.send(record, callback);
    }
  }

  private static String event(String id) {
    return ("{\"event_id\":\"%s\",\"domain\":\"shop\",\"user\":\"u\",\"item\":\"i\","
            + "\"type\":\"view\",\"timestamp\":1}")
        .formatted(id);
  }

  private void firstOnlyOf(String path, String body) {
    try (node) {
      TestNode.Got got = node.post(path, body);
      assertThat(got.status()).isEqualTo(503);
      assertThat(got.code()).isEqualTo("timeout");
      producer.free.countDown();
      // The one worker comes to this when it is through with the other.
      assertThat(node.get("/v1/domains/shop/users/ann/recommendations").status()).isIn(200, 503);
      assertThat(producer.history()).hasSize(1);
    }
  }

  @Test
  void aListOfEventsEnds() {
    firstOnlyOf(
        "/v1/domains/shop/events", "{\"events\":[%s,%s]}".formatted(event("1"), event("2")));
  }

  @Test
  void aListOfDenialsEnds() {
    firstOnlyOf(
        "/v1/domains/shop/deny", "{\"items\":[\"a\",\"b\",\"c\"],\"why\":\"w\",\"who\":\"me\"}");
  }
}
