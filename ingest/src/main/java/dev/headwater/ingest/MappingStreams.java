package dev.headwater.ingest;

import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.mapping.Mapper;
import dev.headwater.mapping.RegistryUnavailableException;
import dev.headwater.mapping.Rules;
import dev.headwater.mapping.SchemaRegistry;
import dev.headwater.mapping.TopicMapping;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs {@link MappingTopology}: a second application beside ingest's own, {@code
 * APPLICATION-mapping}, so that declaring a topic more or less leaves ingest's tasks and stores
 * alone. Exactly once, as ingest is. While the schema registry does not answer it waits, for as
 * long as that takes. Thread-safe.
 */
final class MappingStreams implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MappingStreams.class);
  private static final String LAG = "headwater.ingest.mapping_lag_seconds";
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);
  private static final int MAX_REPLACED_THREADS = 20;
  private static final long PAUSE_MS = 3_000;

  private final KafkaStreams streams;
  private final MeterRegistry registry;
  private final Gauge lag;
  private final AtomicInteger replacedThreads = new AtomicInteger();
  private volatile @Nullable Throwable failure;

  private MappingStreams(
      KafkaStreams streams, MappingMetrics metrics, MeterRegistry registry, Clock clock) {
    this.streams = streams;
    this.registry = registry;
    this.lag = Gauge.builder(LAG, () -> lagSeconds(streams, metrics, clock)).register(registry);
    streams.setUncaughtExceptionHandler(this::onThreadFailure);
  }

  /**
   * Prepares it, where anything is declared.
   *
   * @return null where nothing is
   * @throws dev.headwater.events.kafka.KafkaUnavailableException where a declared topic is missing
   * @throws IllegalArgumentException where a schema file is none
   */
  static @Nullable MappingStreams of(
      IngestConfig config,
      KafkaSettings kafka,
      IngestMetrics ingest,
      MeterRegistry registry,
      Clock clock) {
    if (config.mappings().isEmpty()) {
      return null;
    }
    SchemaRegistry schemas = new SchemaRegistry(config.registry());
    Rules rules = config.rules(clock::millis);
    for (TopicMapping mapping : config.mappings()) {
      var unused = new Mapper(mapping, schemas, rules); // a bad schema file shows now
    }
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      var unused =
          admin.partitions(config.mappings().stream().map(TopicMapping::topic).distinct().toList());
    }
    MappingMetrics metrics = new MappingMetrics(registry);
    Properties settings = IngestSettings.of(config, kafka, ingest);
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId() + "-mapping");
    return new MappingStreams(
        new KafkaStreams(
            MappingTopology.build(config.mappings(), kafka.topics(), schemas, rules, metrics),
            settings,
            new BoundedClients(BatchBound.MAX_BYTES)),
        metrics,
        registry,
        clock);
  }

  /** Starts the threads. */
  void start() {
    streams.start();
  }

  private static double lagSeconds(KafkaStreams streams, MappingMetrics metrics, Clock clock) {
    long oldestMs = metrics.oldestHeldMs();
    if (oldestMs == 0 && StreamLag.records(streams) > 0) {
      oldestMs = metrics.newestRecordMs();
    }
    return oldestMs == 0 ? 0 : Math.max(0, clock.millis() - oldestMs) / 1000.0;
  }

  private StreamThreadExceptionResponse onThreadFailure(Throwable thrown) {
    if (isRegistryAway(thrown)) {
      LOG.warn("mapping waits for the schema registry: {}", rootMessage(thrown));
      pause();
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    if (thrown instanceof Exception && replacedThreads.incrementAndGet() <= MAX_REPLACED_THREADS) {
      LOG.error("a thread of the mapping failed and is replaced", thrown);
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    LOG.error("the mapping stops", thrown);
    failure = thrown;
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  private static boolean isRegistryAway(Throwable thrown) {
    Throwable cause = thrown;
    while (cause != null && !(cause instanceof RegistryUnavailableException)) {
      cause = cause.getCause();
    }
    return cause != null;
  }

  private static String rootMessage(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null && !(cause instanceof RegistryUnavailableException)) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }

  /** On the thread that failed, which ends after it. */
  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns what stopped it by itself, or null. */
  @Nullable Throwable failure() {
    return failure;
  }

  @Override
  public void close() {
    boolean unused = stop();
  }

  /** Does the same, and tells whether all stopped in time. */
  boolean stop() {
    boolean closed =
        streams.close(
            CloseOptions.timeout(CLOSE_TIMEOUT)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    registry.remove(lag);
    if (!closed) {
      LOG.warn("the mapping did not stop within {}", CLOSE_TIMEOUT);
    }
    return closed;
  }
}
