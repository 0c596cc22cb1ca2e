package dev.headwater.jobs.rows;

import dev.headwater.events.json.Identifiers;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.jobs.DomainModel;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Claims by a tombstone under {@link Identifiers#CLAIM_ITEM}: its offset in the topic is the epoch.
 */
record KafkaEpochs(KafkaSettings kafka, DomainModel model, String topic) implements Epochs {
  private static final long TIMEOUT_S = 30;

  @Override
  public long claim() throws Exception {
    Properties properties = kafka.producer();
    properties.put("delivery.timeout.ms", Long.toString(TimeUnit.SECONDS.toMillis(TIMEOUT_S)));
    properties.put("request.timeout.ms", "10000");
    byte[] key = model.rowKey(Identifiers.CLAIM_ITEM).getBytes(StandardCharsets.UTF_8);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      // One more than the offset: the first attempt of all is above the version of a row without.
      return 1
          + producer
              .send(new ProducerRecord<>(topic, key, null))
              .get(TIMEOUT_S, TimeUnit.SECONDS)
              .offset();
    }
  }
}
