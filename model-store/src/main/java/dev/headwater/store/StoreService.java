package dev.headwater.store;

import dev.headwater.events.RowLog;
import dev.headwater.events.Topics;
import dev.headwater.events.announce.AnnouncementWatcher;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.events.wire.AnnouncedDomain;
import dev.headwater.store.admin.LiveSnapshots;
import dev.headwater.store.admin.StoreRole;
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
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running store node: follows the embedding topics from the offsets it wrote with its rows,
 * seals and announces on an interval, and answers operators over HTTP. Starting one that is alone
 * makes it primary: an older one can no longer announce. One of a pair stands by at first, and
 * takes over where nobody announces.
 */
public final class StoreService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoreService.class);
  private static final Duration JOURNAL_MARGIN = Duration.ofMinutes(2);
  private static final Duration FENCED_SHOWN = Duration.ofSeconds(10);
  private static final long FIRST_MS = 1_000;

  private final Setting setting;
  private final StoreConfig config;
  private final String node = UUID.randomUUID().toString();
  private final StoreEngine engine;
  private final StandbyLog log;
  private final AnnouncementWatcher watcher;
  private final QualityBook quality;
  private final Deque<AutoCloseable> opened;
  private final List<TopicFollower> followers = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "store-cycle");
            thread.setDaemon(true);
            return thread;
          });
  private final LastFollowed lastFollowed;
  private final LiveSnapshots snapshots;
  private volatile @Nullable Standby standby;
  private volatile @Nullable Exception failure;
  private volatile @Nullable Exception ended;
  private volatile long fencedNs;
  private long tidiedNs;
  private int adminPort;

  /** What a store works in. */
  private record Setting(
      KafkaSettings kafka,
      StoreConfig config,
      MeterRegistry registry,
      Clock clock,
      Tracing tracing) {}

  private StoreService(
      Setting setting,
      StoreEngine engine,
      StandbyLog log,
      AnnouncementWatcher watcher,
      QualityBook quality,
      LiveSnapshots snapshots,
      Deque<AutoCloseable> opened) {
    this.setting = setting;
    this.config = setting.config();
    this.log = log;
    this.watcher = watcher;
    this.quality = quality;
    this.snapshots = snapshots;
    this.lastFollowed = new LastFollowed(config.directory(), setting.clock());
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
    Deque<AutoCloseable> opened = new ConcurrentLinkedDeque<>();
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
    new LastFollowed(config.directory(), clock).requireRecent();
    boolean alone = config.standby().peer() == null;
    RocksEmbeddingStore store =
        keep(opened, new RocksEmbeddingStore(config.directory(), config.rocks()));
    StandbyLog log = keep(opened, new StandbyLog());
    if (alone) {
      log.takeOver(new KafkaAnnouncementLog(kafka));
    }
    AnnouncementWatcher watcher =
        keep(opened, new AnnouncementWatcher("store-announcements", kafka, state -> {}));
    TakeOver.awaitAll(watcher);
    QualityBook quality =
        new QualityBook(table -> watcher.book().state(table.domain(), table.model()).resumedMs());
    StoreMetrics metrics = new StoreMetrics(registry);
    EngineParts parts =
        new EngineParts(store, log, watcher.book(), validators, quality, metrics, clock);
    RowLog rows = new RowLog(kafka.topics());
    StoreEngine engine =
        keep(
            opened,
            alone
                ? new StoreEngine(parts, config.cycle(), rows)
                : StoreEngine.standby(parts, config.cycle(), rows));
    keep(opened, metrics); // closed before what its gauges ask
    if (alone) {
      engine.publishSums(watcher.missingSums());
      engine.takeOver();
    }
    LiveSnapshots snapshots =
        new LiveSnapshots(
            engine,
            new Snapshots(config.snapshotDirectory(), config.snapshotsMax(), clock),
            store::checkpoint);
    Setting setting = new Setting(kafka, config, registry, clock, tracing);
    StoreService service =
        new StoreService(setting, engine, log, watcher, quality, snapshots, opened);
    service.serve();
    service.followBeside();
    if (alone) {
      service.lead();
    } else {
      service.standBy();
    }
    service.watch();
    return service;
  }

  private void watch() {
    MeterRegistry registry = setting.registry();
    registry.gauge("headwater.store.loaded.fraction", this, StoreService::fractionLoaded);
    DiskRoom.watch(config.directory(), registry);
    registry.gauge("headwater.store.lag.records", this, StoreService::lagRecords);
    for (StoreRole role : StoreRole.values()) {
      Gauge.builder("headwater.store.role", this, service -> service.role() == role ? 1 : 0)
          .tag("role", role.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    registry.gauge(
        "headwater.store.paired", this, service -> config.standby().peer() == null ? 0 : 1);
  }

  private void serve() {
    StoreServer.Parts parts =
        new StoreServer.Parts(
            engine, snapshots, this::failure, setting.registry(), setting.tracing(), node);
    adminPort =
        keep(opened, new StoreServer(parts, config.adminPort(), config.protection())).port();
  }

  /** Follows the primary, on a thread of its own, until it is gone. */
  private void standBy() {
    Instant last = lastFollowed.last();
    Instant now = setting.clock().instant();
    Standby following =
        keep(
            opened,
            new Standby(
                setting.kafka(),
                engine,
                watcher,
                new PrimaryWatch(config.standby().takeOverAfter(), System::nanoTime),
                new PeerHealth(node, config.standby()),
                last == null ? now.minus(JOURNAL_MARGIN) : last.minus(JOURNAL_MARGIN),
                snapshots::retake));
    followers.add(following.journal());
    Gauge.builder("headwater.store.standby.entries.waiting", following, Standby::waiting)
        .register(setting.registry());
    standby = following;
    scheduler.execute(() -> standBy(following));
  }

  private void standBy(Standby following) {
    try {
      LOG.info("stands by as node {} of the pair", node);
      boolean done = false;
      while (!done && following.follow(this::tidy)) {
        done = takeOver(following);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("the standby has stopped: {}", e.toString(), e);
      ended = e;
    } catch (Error e) {
      throw ended("the standby has stopped", e);
    }
  }

  /**
   * The scheduler keeps an error to itself, and nothing would be sealed any more: the node ends.
   */
  private Error ended(String what, Error e) {
    LOG.error("{}: {}", what, e.toString(), e);
    ended = new IllegalStateException(what + ": " + e, e);
    return e;
  }

  /** The disk of a standby is bounded as the primary's is. */
  private void tidy() {
    long now = System.nanoTime();
    if (now - tidiedNs > config.cycle().sealInterval().toNanos()) {
      tidiedNs = now;
      Standby following = standby;
      if (following != null && following.hearsThePrimary()) {
        failure = null; // it could not take over once, and need not now
      }
      engine.requireFit();
      lastFollowed.note();
      retain();
    }
  }

  /** Takes the place of the primary; false where the brokers do not let it for now. */
  private boolean takeOver(Standby following) throws InterruptedException {
    long beganNs = System.nanoTime();
    LOG.warn("the primary is gone: this store takes over");
    engine.requireFit();
    TakeOver taking;
    try {
      taking =
          TakeOver.begin(setting.kafka(), node, watcher.logRead(), () -> engine.store().offsets());
      failure = null;
    } catch (StoreException e) {
      LOG.warn("cannot take over, and stands by on: {}", e.getMessage());
      // Whatever it was, its log is closed, and the next try makes another.
      failure =
          new StoreException(
              StoreException.Code.LOG_UNAVAILABLE, String.valueOf(e.getMessage()), e);
      return false;
    }
    keep(opened, taking.log());
    keep(opened, taking);
    List<AnnouncedDomain> missing = taking.finish(following, watcher.book());
    log.takeOver(taking.log()); // nothing of this node was written before
    engine.publishSums(missing);
    engine.takeOver();
    followers.remove(following.journal());
    following.endReading();
    lead();
    LOG.warn("took over within {} ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNs));
    return true;
  }

  /** Returns the port of the operator's interface. */
  public int adminPort() {
    return adminPort;
  }

  private static <T extends AutoCloseable> T keep(Deque<AutoCloseable> opened, T part) {
    opened.push(part);
    return part;
  }

  /** What a primary needs from its first moment on, so that a standby follows it too. */
  private void followBeside() {
    Topics topics = setting.kafka().topics();
    TopicFollower beside =
        new TopicFollower(
            "store-quality",
            setting.kafka(),
            List.of(topics.quality(), topics.acceptedItems()),
            new QualityHandler(engine, quality, topics));
    followers.add(keep(opened, beside));
    beside.start();
  }

  /** Takes rows in as they come, seals and announces. */
  private void lead() {
    KafkaSettings kafka = setting.kafka();
    RowLog rowLog = new RowLog(kafka.topics());
    HeartbeatReturns heartbeats = keep(opened, new HeartbeatReturns(kafka, setting.clock()));
    Map<String, Long> offsets = engine.store().offsets();
    TopicFollower rows =
        new TopicFollower(
            "store-rows",
            kafka,
            rowLog.topics(),
            partition -> offsets.get(partition.topic() + "/" + partition.partition()),
            setting.tracing().follow(new RowHandler(engine, rowLog, heartbeats), true));
    followers.add(keep(opened, rows));
    TopicFollower requests =
        new TopicFollower(
            "store-deletions",
            kafka,
            List.of(kafka.topics().deletions()),
            partition -> offsets.get(partition.topic() + "/" + partition.partition()),
            new DeletionHandler(engine, snapshots::retake));
    followers.add(keep(opened, requests));
    rows.start();
    requests.start();
    long intervalMs = config.cycle().sealInterval().toMillis();
    // Whoever waits for a version after a take-over waits for the first one.
    long firstMs = config.standby().peer() == null ? intervalMs : Math.min(FIRST_MS, intervalMs);
    var unused =
        scheduler.scheduleWithFixedDelay(this::cycle, firstMs, intervalMs, TimeUnit.MILLISECONDS);
  }

  private void cycle() {
    try {
      engine.runCycle();
      if (fractionLoaded() >= 1) {
        lastFollowed.note();
      }
      retain();
      failure = null;
    } catch (RuntimeException e) {
      // The next cycle tries again: a broker may be away for a while. Health shows it.
      failure = e;
      LOG.error("the cycle failed: {}", e.toString(), e);
    } catch (Error e) {
      throw ended("the cycle has ended", e);
    }
  }

  private void retain() {
    for (int step = 0; step < 10 && engine.retain(); step++) {
      LOG.debug("retention step {}", step);
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
    Exception refusal = log.refusal();
    if (refusal != null) {
      return refusal;
    }
    Exception stopped = stopped();
    return stopped != null ? stopped : failure;
  }

  /** Returns what this store is among the stores of the installation. */
  public StoreRole role() {
    return StoreRole.of(engine.isStandby(), log.refusal());
  }

  /**
   * Returns what has stopped the node for good, or null: a follower that ended, or storage (the
   * directory or the announcement log) that is of no more use before a restart. Another cycle that
   * failed is tried again and does not count. One of a pair that is fenced ends a while after it
   * said so: started again it stands by, from its directory and not from what its memory holds of a
   * primary.
   */
  public @Nullable Exception stopped() {
    if (ended != null) {
      return ended;
    }
    StoreException refusal = log.refusal();
    if (refusal != null && refusal.code() == StoreException.Code.STORAGE_FAILED) {
      return refusal;
    }
    if (refusal != null && config.standby().peer() != null) {
      fencedNs = fencedNs == 0 ? System.nanoTime() : fencedNs;
      return System.nanoTime() - fencedNs > FENCED_SHOWN.toNanos() ? refusal : null;
    }
    if (watcher.failure() != null) {
      return watcher.failure();
    }
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
    Standby following = standby;
    if (following != null) {
      following.stop();
    }
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
