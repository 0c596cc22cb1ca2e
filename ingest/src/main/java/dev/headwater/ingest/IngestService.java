package dev.headwater.ingest;

import dev.headwater.events.Topics;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.KafkaUnavailableException;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.tracing.Tracing;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the topology against a broker. Start it once; a service over the same state directory takes
 * up where a closed one stopped. The public topics must exist; only internal ones are created.
 *
 * <p>A stream thread that fails is replaced, a bounded number of times (not at all when the disk is
 * full); then the service stops and {@link #failure()} says why. Thread-safe.
 */
public final class IngestService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(IngestService.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);
  private static final int MAX_REPLACED_THREADS = 20;
  private static final int ASK_SECONDS = 10;

  private final IngestConfig config;
  private final KafkaSettings kafka;
  private final MeterRegistry registry;
  private final Clock clock;
  private final IngestMetrics metrics;
  private final IngestTracing tracing;
  private final CountDownLatch running = new CountDownLatch(1);
  private final AtomicInteger replacedThreads = new AtomicInteger();
  private @Nullable KafkaStreams streams;
  private @Nullable Gauge lag;
  private @Nullable KafkaStreamsMetrics clientMetrics;
  private @Nullable DeadLetterDeleter deleter;
  private @Nullable AbandonedTransactions abandoned;
  private @Nullable MappingStreams mapping;
  private volatile @Nullable Throwable failure;

  /** Prepares a service that makes no spans; {@link #start()} connects. */
  public IngestService(
      IngestConfig config, KafkaSettings kafka, MeterRegistry registry, Clock clock) {
    this(config, kafka, registry, clock, Tracing.OFF);
  }

  /** Prepares a service; {@link #start()} connects. The tracing stays its owner's. */
  public IngestService(
      IngestConfig config,
      KafkaSettings kafka,
      MeterRegistry registry,
      Clock clock,
      Tracing tracing) {
    this.tracing = new IngestTracing(tracing, config.applicationId());
    this.config = config;
    this.kafka = kafka;
    this.registry = registry;
    this.clock = clock;
    this.metrics = new IngestMetrics(registry, config.domains());
  }

  /**
   * Checks broker and topics, then starts the stream threads and returns.
   *
   * @throws KafkaUnavailableException within ten seconds when no broker answers, a topic is missing
   *     or partition counts do not fit
   */
  public synchronized void start() {
    if (streams != null) {
      throw new IllegalStateException("already started");
    }
    IngestTopology.Partitions partitions = partitions();
    MappingStreams mapped = MappingStreams.of(config, kafka, metrics, registry, clock);
    KafkaStreams created =
        new KafkaStreams(
            IngestTopology.build(
                config,
                kafka.topics(),
                partitions,
                metrics,
                tracing,
                HistorySeed.fromTopics(kafka)),
            IngestSettings.of(config, kafka, metrics, seeds()),
            new BoundedClients(BatchBound.MAX_BYTES));
    created.setUncaughtExceptionHandler(this::onThreadFailure);
    created.setStateListener(
        (now, before) -> {
          LOG.info("ingest {}: {}", config.applicationId(), now);
          if (now == KafkaStreams.State.RUNNING) {
            running.countDown();
          }
        });
    lag =
        Gauge.builder("headwater.ingest.lag_seconds", this, IngestService::lagSeconds)
            .register(registry);
    KafkaStreamsMetrics bound = new KafkaStreamsMetrics(created);
    bound.bindTo(registry);
    clientMetrics = bound;
    created.start();
    streams = created;
    deleter = new DeadLetterDeleter(config, kafka, clock).start();
    abandoned = new AbandonedTransactions(config.applicationId(), kafka).start();
    if (mapped != null) {
      mapped.start();
      mapping = mapped;
    }
  }

  /**
   * Tells whether stores will be filled from what was published: of this application nothing was
   * ever committed, or its changelog is gone.
   */
  boolean seeds() {
    String changelog = config.applicationId() + "-" + IngestStores.HISTORIES + "-changelog";
    try (Admin admin = Admin.create(kafka.admin())) {
      return !admin.listTopics().names().get(ASK_SECONDS, TimeUnit.SECONDS).contains(changelog)
          || admin
              .listConsumerGroupOffsets(config.applicationId())
              .partitionsToOffsetAndMetadata()
              .get(ASK_SECONDS, TimeUnit.SECONDS)
              .isEmpty();
    } catch (ExecutionException | TimeoutException e) {
      throw new KafkaUnavailableException("cannot ask what ingest has committed: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaUnavailableException("interrupted");
    }
  }

  private IngestTopology.Partitions partitions() {
    Topics topics = kafka.topics();
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      Map<String, Integer> counts =
          admin.partitions(
              List.of(
                  topics.interactions(),
                  topics.userHistories(),
                  topics.catalog(),
                  topics.acceptedItems(),
                  topics.deadLetters(),
                  topics.deletions(),
                  topics.deletionReceipts()));
      IngestTopology.Partitions partitions =
          new IngestTopology.Partitions(
              same(counts, topics.interactions(), topics.userHistories()),
              same(counts, topics.catalog(), topics.acceptedItems()));
      InternalTopics.requireFit(
          config.applicationId(), partitions, admin.startingWith(config.applicationId() + "-"));
      return partitions;
    }
  }

  private static int same(Map<String, Integer> counts, String in, String out) {
    int partitions = counts.getOrDefault(in, 0);
    if (partitions != counts.getOrDefault(out, 0)) {
      throw new KafkaUnavailableException(
          "topics %s and %s must have the same number of partitions, not %d and %d"
              .formatted(in, out, partitions, counts.getOrDefault(out, 0)));
    }
    return partitions;
  }

  private StreamThreadExceptionResponse onThreadFailure(Throwable thrown) {
    if (DiskFull.isCauseOf(thrown)) {
      LOG.error("ingest stops: the disk with {} is full", config.stateDir(), thrown);
      failure = thrown;
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    if (thrown instanceof Exception && replacedThreads.incrementAndGet() <= MAX_REPLACED_THREADS) {
      LOG.error("a stream thread failed and is replaced", thrown);
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    LOG.error("ingest stops", thrown);
    failure = thrown;
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  /** Waits until the stores are loaded and records flow; returns false when the time is over. */
  public boolean awaitRunning(Duration atMost) throws InterruptedException {
    return running.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Tells whether records flow, or will as soon as the present rebalance is over. */
  public boolean isRunning() {
    return state().isRunningOrRebalancing();
  }

  /** Returns the state of the stream threads, CREATED before the start. */
  public synchronized KafkaStreams.State state() {
    return streams == null ? KafkaStreams.State.CREATED : streams.state();
  }

  /**
   * Returns what stopped the service, its deleter of dead letters or its mapping, by itself, or
   * null.
   */
  public synchronized @Nullable Throwable failure() {
    Throwable first = failure;
    if (first == null && deleter != null) {
      first = deleter.failure();
    }
    return first == null && mapping != null ? mapping.failure() : first;
  }

  /** Returns what was done since the start. */
  public IngestCounts counts() {
    return metrics.counts();
  }

  /** Returns how many records wait in the public topics for this instance. */
  public synchronized long lagRecords() {
    return streams == null ? 0 : StreamLag.records(streams);
  }

  /** Returns how old the record in hand is, 0 where none waits. */
  public double lagSeconds() {
    long newestMs = metrics.newestRecordMs();
    return newestMs == 0 || lagRecords() == 0 ? 0 : Math.max(0, clock.millis() - newestMs) / 1000.0;
  }

  /**
   * Finishes the records in hand, commits and stops; leaves the group, so that a restart need not
   * wait for the session to time out.
   */
  @Override
  public void close() {
    boolean unused = stop();
  }

  /** Does the same, and tells whether all was finished in time. */
  public boolean stop() {
    return stop(CLOSE_TIMEOUT);
  }

  synchronized boolean stop(Duration atMost) {
    if (streams == null) {
      return true;
    }
    boolean closed = mapping == null || mapping.stop();
    if (deleter != null) {
      deleter.close();
    }
    if (abandoned != null) {
      abandoned.close();
    }
    closed &=
        streams.close(
            CloseOptions.timeout(atMost)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    if (lag != null) {
      registry.remove(lag); // the next service over this registry has a lag of its own
    }
    if (clientMetrics != null) {
      clientMetrics.close();
    }
    if (!closed) {
      LOG.warn("ingest did not stop within {}", atMost);
    }
    return closed;
  }
}
