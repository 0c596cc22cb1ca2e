package dev.headwater.store;

import dev.headwater.events.Heartbeat;
import dev.headwater.events.Heartbeat.Hop;
import dev.headwater.events.kafka.KafkaSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends heartbeats back once the rows before them are written: to {@code embeddings.rollback},
 * which serving nodes follow. One that cannot be sent is left out, for the next comes soon; rows
 * never wait for it. For one thread.
 */
final class HeartbeatReturns implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HeartbeatReturns.class);
  private static final String PATIENCE_MS = "5000";
  private static final String BLOCK_MS = "200";

  private final String topic;
  private final Clock clock;
  private final KafkaProducer<byte[], byte[]> producer;
  private final List<Waiting> waiting = new ArrayList<>();
  private boolean caughtUp;

  /** A heartbeat behind rows that are not written yet. */
  @SuppressWarnings("ArrayRecordComponent") // on its way, never compared
  private record Waiting(int partition, byte[] key, Heartbeat heartbeat) {}

  HeartbeatReturns(KafkaSettings kafka, Clock clock) {
    this.topic = kafka.topics().rollbackRows();
    this.clock = clock;
    Properties properties = kafka.producer();
    properties.put("client.id", "store-heartbeats");
    properties.put("max.block.ms", BLOCK_MS);
    properties.put("request.timeout.ms", PATIENCE_MS);
    properties.put("delivery.timeout.ms", PATIENCE_MS);
    properties.put("linger.ms", "0");
    producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Notes a heartbeat; those that stood in the topics at the start are history. */
  void take(ConsumerRecord<byte[], byte[]> record) {
    Heartbeat heartbeat = Heartbeat.read(record.key(), record.value(), record.headers());
    boolean own = record.topic().equals(topic); // what this or another store sent
    if (heartbeat != null && caughtUp && !own) {
      waiting.add(new Waiting(record.partition(), record.key(), heartbeat));
    }
  }

  /** What stood in the topics at the start is taken. */
  void caughtUp() {
    caughtUp = true;
  }

  /** All that was taken is written: sends the heartbeats that came with it. */
  void written() {
    if (waiting.isEmpty()) {
      return;
    }
    try {
      int partitions = producer.partitionsFor(topic).size();
      for (Waiting each : waiting) {
        Heartbeat passed = each.heartbeat().passed(Hop.STORE, clock.millis());
        var unused =
            producer.send(
                new ProducerRecord<>(
                    topic, each.partition() % partitions, each.key(), null, passed.headers()),
                (place, failure) -> {
                  if (failure != null) {
                    LOG.debug("a heartbeat was not returned: {}", failure.toString());
                  }
                });
      }
    } catch (KafkaException e) {
      LOG.debug("heartbeats were not returned: {}", e.toString());
    }
    waiting.clear();
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(2));
  }
}
