package dev.headwater.store;

import dev.headwater.events.RowLog;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Topics;
import dev.headwater.events.announce.AnnouncementWatcher;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.store.admin.LiveSnapshots;
import dev.headwater.store.admin.StoreServer;
import dev.headwater.store.cycle.EngineParts;
import dev.headwater.store.cycle.StoreEngine;
import dev.headwater.store.cycle.StoreMetrics;
import dev.headwater.store.cycle.TableValidator;
import dev.headwater.store.cycle.Validators;
import dev.headwater.store.rocks.RocksEmbeddingStore;
import dev.headwater.store.snapshot.LastFollowed;
import dev.headwater.store.snapshot.Snapshots;
import dev.headwater.store.table.StoreException;
import dev.headwater.tracing.Tracing;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running store node: follows the embedding topics from the offsets it wrote with its rows,
 * seals and announces on an interval, and answers operators over HTTP. Starting it makes it
 * primary: an older one can no longer announce.
 */
public final class StoreService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoreService.class);
  private static final Duration START_MAX = Duration.ofSeconds(60);
  private static final int FLUSH_KEYS = 1000;

  private final StoreConfig config;
  private final StoreEngine engine;
  private final KafkaAnnouncementLog log;
  private final Deque<AutoCloseable> opened;
  private final List<TopicFollower> followers = new ArrayList<>();
  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "store-cycle");
            thread.setDaemon(true);
            return thread;
          });
  private final LastFollowed lastFollowed;
  private volatile @Nullable Exception failure;
  private int adminPort;

  private StoreService(
      StoreConfig config,
      StoreEngine engine,
      KafkaAnnouncementLog log,
      LastFollowed lastFollowed,
      Deque<AutoCloseable> opened) {
    this.config = config;
    this.log = log;
    this.lastFollowed = lastFollowed;
    this.engine = engine;
    this.opened = opened;
  }

  /** Starts a node with the standard validators. */
  public static StoreService start(
      KafkaSettings kafka, StoreConfig config, MeterRegistry registry, Clock clock)
      throws InterruptedException {
    return start(kafka, config, registry, clock, Tracing.OFF);
  }

  /** The same with spans; the tracing stays its owner's. */
  public static StoreService start(
      KafkaSettings kafka, StoreConfig config, MeterRegistry registry, Clock clock, Tracing tracing)
      throws InterruptedException {
    return start(kafka, config, registry, clock, Validators.standard(), tracing);
  }

  /**
   * Starts a node.
   *
   * @throws dev.headwater.events.kafka.KafkaUnavailableException within ten seconds when no broker
   *     answers or topics are missing
   * @throws StoreException when the directory cannot be opened
   */
  public static StoreService start(
      KafkaSettings kafka,
      StoreConfig config,
      MeterRegistry registry,
      Clock clock,
      List<TableValidator> validators)
      throws InterruptedException {
    return start(kafka, config, registry, clock, validators, Tracing.OFF);
  }

  private static StoreService start(
      KafkaSettings kafka,
      StoreConfig config,
      MeterRegistry registry,
      Clock clock,
      List<TableValidator> validators,
      Tracing tracing)
      throws InterruptedException {
    TopicAdmin.requireBroker(kafka);
    Deque<AutoCloseable> opened = new ArrayDeque<>();
    try {
      return open(kafka, config, registry, clock, validators, tracing, opened);
    } catch (RuntimeException | InterruptedException e) {
      closeAll(opened);
      throw e;
    }
  }

  private static StoreService open(
      KafkaSettings kafka,
      StoreConfig config,
      MeterRegistry registry,
      Clock clock,
      List<TableValidator> validators,
      Tracing tracing,
      Deque<AutoCloseable> opened)
      throws InterruptedException {
    LastFollowed lastFollowed = new LastFollowed(config.directory(), clock);
    lastFollowed.requireRecent();
    RocksEmbeddingStore store =
        keep(opened, new RocksEmbeddingStore(config.directory(), config.rocks()));
    KafkaAnnouncementLog log = keep(opened, new KafkaAnnouncementLog(kafka));
    AnnouncementWatcher watcher =
        keep(opened, new AnnouncementWatcher("store-announcements", kafka, state -> {}));
    if (!watcher.start().awaitCaughtUp(START_MAX)) {
      throw new StoreException(
          StoreException.Code.STORAGE_FAILED,
          "what is announced could not be read within " + START_MAX.toSeconds() + " s");
    }
    QualityBook quality =
        new QualityBook(table -> watcher.book().state(table.domain(), table.model()).resumedMs());
    StoreMetrics metrics = new StoreMetrics(registry);
    StoreEngine engine =
        keep(
            opened,
            new StoreEngine(
                new EngineParts(store, log, watcher.book(), validators, quality, metrics, clock),
                config.cycle(),
                new RowLog(kafka.topics())));
    keep(opened, metrics); // closed before what its gauges ask
    engine.publishSums(watcher.missingSums());
    engine.takeOver();
    StoreService service = new StoreService(config, engine, log, lastFollowed, opened);
    LiveSnapshots snapshots = service.serve(store, registry, clock, tracing);
    HeartbeatReturns heartbeats = keep(opened, new HeartbeatReturns(kafka, clock));
    service.follow(kafka, quality, snapshots, heartbeats, tracing);
    registry.gauge("headwater.store.loaded.fraction", service, StoreService::fractionLoaded);
    DiskRoom.watch(config.directory(), registry);
    registry.gauge("headwater.store.lag.records", service, StoreService::lagRecords);
    return service;
  }

  private LiveSnapshots serve(
      RocksEmbeddingStore store, MeterRegistry registry, Clock clock, Tracing tracing) {
    Snapshots snapshots = new Snapshots(config.snapshotDirectory(), config.snapshotsMax(), clock);
    LiveSnapshots live = new LiveSnapshots(engine, snapshots, store::checkpoint);
    StoreServer.Parts parts = new StoreServer.Parts(engine, live, this::failure, registry, tracing);
    adminPort =
        keep(opened, new StoreServer(parts, config.adminPort(), config.protection())).port();
    return live;
  }

  /** Returns the port of the operator's interface. */
  public int adminPort() {
    return adminPort;
  }

  private static <T extends AutoCloseable> T keep(Deque<AutoCloseable> opened, T part) {
    opened.push(part);
    return part;
  }

  private void follow(
      KafkaSettings kafka,
      QualityBook quality,
      LiveSnapshots snapshots,
      HeartbeatReturns heartbeats,
      Tracing tracing) {
    Topics topics = kafka.topics();
    RowLog log = new RowLog(topics);
    Map<String, Long> offsets = engine.store().offsets();
    TopicFollower rows =
        new TopicFollower(
            "store-rows",
            kafka,
            log.topics(),
            partition -> offsets.get(partition.topic() + "/" + partition.partition()),
            tracing.follow(new RowHandler(log, heartbeats), true));
    followers.add(keep(opened, rows));
    TopicFollower beside =
        new TopicFollower(
            "store-quality",
            kafka,
            List.of(topics.quality(), topics.acceptedItems()),
            new QualityHandler(engine, quality, topics));
    followers.add(keep(opened, beside));
    TopicFollower requests =
        new TopicFollower(
            "store-deletions",
            kafka,
            List.of(topics.deletions()),
            partition -> offsets.get(partition.topic() + "/" + partition.partition()),
            new DeletionHandler(engine, snapshots::retake));
    followers.add(keep(opened, requests));
    long intervalMs = config.cycle().sealInterval().toMillis();
    followers.forEach(TopicFollower::start);
    var unused =
        scheduler.scheduleWithFixedDelay(
            this::cycle, intervalMs, intervalMs, TimeUnit.MILLISECONDS);
  }

  /** Writes rows in batches as they are polled. */
  private final class RowHandler implements TopicFollower.Handler {
    private final RowLog log;
    private final HeartbeatReturns heartbeats;

    RowHandler(RowLog log, HeartbeatReturns heartbeats) {
      this.log = log;
      this.heartbeats = heartbeats;
    }

    @Override
    public void onRecord(ConsumerRecord<byte[], byte[]> record) {
      take(record);
      heartbeats.take(record);
      if (engine.unflushed() >= FLUSH_KEYS) {
        engine.flush();
      }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
      try {
        RowRecord row = log.read(record);
        if (row == null) {
          engine.passOver(record.topic(), record.partition(), record.offset());
        } else {
          engine.take(row);
        }
      } catch (RejectedRecordException e) {
        engine.passOverUnreadable(record.topic(), record.partition(), record.offset(), e.detail());
      }
    }

    @Override
    public void onBatchEnd() {
      engine.flush();
      heartbeats.written();
    }

    @Override
    public void onCaughtUp() {
      heartbeats.caughtUp();
    }
  }

  private void cycle() {
    try {
      engine.runCycle();
      if (fractionLoaded() >= 1) {
        lastFollowed.note();
      }
      for (int step = 0; step < 10 && engine.retain(); step++) {
        LOG.debug("retention step {}", step);
      }
      failure = null;
    } catch (RuntimeException e) {
      // The next cycle tries again: a broker may be away for a while. Health shows it.
      failure = e;
      LOG.error("the cycle failed: {}", e.toString(), e);
    }
  }

  /** Seals, judges and announces now, beside the interval. */
  public void runCycleNow() {
    engine.runCycle();
  }

  /** Returns the engine, for operators' verbs and tests. */
  public StoreEngine engine() {
    return engine;
  }

  /** Returns why the node is not well, or null. */
  public @Nullable Exception failure() {
    Exception stopped = stopped();
    Exception refusal = log.refusal();
    return stopped != null ? stopped : refusal != null ? refusal : failure;
  }

  /**
   * Returns what has stopped the node for good, or null: a follower that ended, or storage (the
   * directory or the announcement log) that is of no more use before a restart. Another cycle that
   * failed is tried again and does not count.
   */
  public @Nullable Exception stopped() {
    for (TopicFollower follower : followers) {
      if (follower.failure() != null) {
        return follower.failure();
      }
    }
    boolean storage =
        failure instanceof StoreException e && e.code() == StoreException.Code.STORAGE_FAILED;
    return storage ? failure : null;
  }

  /** Returns the part of what stood in the topics at the start that was taken, 0 to 1. */
  public double fractionLoaded() {
    return followers.stream().mapToDouble(TopicFollower::fractionLoaded).min().orElse(1);
  }

  private double lagRecords() {
    return followers.stream().mapToLong(TopicFollower::lagRecords).sum();
  }

  /** Writes what was taken, seals nothing more, and closes everything. */
  @Override
  public void close() {
    scheduler.shutdown();
    try {
      if (!scheduler.awaitTermination(10, TimeUnit.SECONDS)) {
        LOG.warn("a cycle is still running; closing all the same");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    closeAll(opened);
  }

  private static void closeAll(Deque<AutoCloseable> opened) {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        LOG.warn("while closing: {}", e.toString(), e);
      }
    }
  }
}
