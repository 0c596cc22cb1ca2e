package dev.headwater.ingest;

import dev.headwater.events.kafka.ClientKind;
import dev.headwater.events.kafka.KafkaSettings;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The Kafka Streams configuration: exactly once, tuned so that a click is visible soon. */
final class IngestSettings {
  private static final int TRANSACTION_TIMEOUT_MS = 10_000;

  /** As long as brokers allow as they are shipped. */
  private static final int SEED_TRANSACTION_TIMEOUT_MS = 900_000;

  private static final int SESSION_TIMEOUT_MS = 10_000;
  private static final int LINGER_MS = 5;
  private static final int BATCH_BYTES = 64 << 10;
  private static final int LARGEST_RECORD_BYTES = 4 << 20;
  private static final int INTERNAL_RECORD_BYTES = 2 << 20;
  private static final long CACHE_BYTES = 16L << 20;
  private static final long STATE_CLEANUP_DELAY_MS = 600_000;

  private IngestSettings() {}

  /** Returns it for stores that are there. */
  static Properties of(IngestConfig config, KafkaSettings kafka, IngestMetrics metrics) {
    return of(config, kafka, metrics, false);
  }

  /**
   * Returns it.
   *
   * @param seeds whether stores are filled from what was published, which is one transaction a
   *     thread however much it is
   */
  static Properties of(
      IngestConfig config, KafkaSettings kafka, IngestMetrics metrics, boolean seeds) {
    IngestConfig.Pace pace = config.pace();
    long commitMs = pace.commitInterval().toMillis();
    Properties p = kafka.common();
    p.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId());
    p.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDir().toString());
    p.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    p.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, pace.threads());
    p.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, pace.standbys());
    p.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitMs);
    // A thread that waits in poll cannot commit: the wait must be shorter than the interval.
    p.put(StreamsConfig.POLL_MS_CONFIG, Math.max(1, commitMs / 5));
    // No order between topics is needed (a deletion leaves a mark), and looking for one costs a
    // comparison of all partitions for every record.
    p.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
    p.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, CACHE_BYTES);
    p.put(StreamsConfig.STATE_CLEANUP_DELAY_MS_CONFIG, STATE_CLEANUP_DELAY_MS);
    p.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    p.put(StreamsConfig.ENABLE_METRICS_PUSH_CONFIG, false);
    p.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, PoisonHandler.class);
    p.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, SharedRocksDb.class);
    p.put(SharedRocksDb.MEMORY_BYTES, Long.toString(pace.storeMemoryBytes()));
    p.put(PoisonHandler.TOPIC, kafka.topics().deadLetters());
    p.put(PoisonHandler.CATALOG, kafka.topics().catalog());
    p.put(PoisonHandler.METRICS, metrics);
    // A catalog record that goes round through the re-key topic is larger than a broker's default.
    p.put(StreamsConfig.topicPrefix("max.message.bytes"), INTERNAL_RECORD_BYTES);
    clients(p, seeds);
    // What an installation says of one kind of client, which the configuration has checked.
    kafka.of(ClientKind.PRODUCER).forEach((k, v) -> p.put(StreamsConfig.producerPrefix(k), v));
    kafka.of(ClientKind.CONSUMER).forEach((k, v) -> p.put(StreamsConfig.consumerPrefix(k), v));
    kafka.of(ClientKind.ADMIN).forEach((k, v) -> p.put(StreamsConfig.adminClientPrefix(k), v));
    return p;
  }

  private static void clients(Properties p, boolean seeds) {
    // An instance that was killed keeps readers of committed records waiting this long at most.
    p.put(
        StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
        seeds ? SEED_TRANSACTION_TIMEOUT_MS : TRANSACTION_TIMEOUT_MS);
    if (seeds) {
      p.put(
          StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG),
          SEED_TRANSACTION_TIMEOUT_MS);
    }
    p.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), LINGER_MS);
    p.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), BATCH_BYTES);
    p.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
    p.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), LARGEST_RECORD_BYTES);
    p.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    p.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), SESSION_TIMEOUT_MS);
  }
}
