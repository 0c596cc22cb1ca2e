package dev.headwater.jobs.rows;

import dev.headwater.events.json.Identifiers;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.jobs.DomainModel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Claims epochs by a tombstone under {@link Identifiers#CLAIM_ITEM}: its offset in the topic is the
 * epoch. One producer serves the claims of all domains of a subtask. Thread-safe.
 */
public final class RowClaims implements AutoCloseable {
  private static final long TIMEOUT_S = 30;

  private final Producer<byte[], byte[]> producer;

  /** Opens the producer. */
  public RowClaims(KafkaSettings kafka) {
    Properties properties = kafka.producer();
    properties.put("delivery.timeout.ms", Long.toString(TimeUnit.SECONDS.toMillis(TIMEOUT_S)));
    properties.put("request.timeout.ms", "10000");
    producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Claims an epoch in a topic of rows. */
  public long claim(String topic, DomainModel model) throws Exception {
    byte[] key = model.rowKey(Identifiers.CLAIM_ITEM).getBytes(StandardCharsets.UTF_8);
    // One more than the offset: the first attempt of all is above the version of a row without.
    return 1
        + producer
            .send(new ProducerRecord<>(topic, key, null))
            .get(TIMEOUT_S, TimeUnit.SECONDS)
            .offset();
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
