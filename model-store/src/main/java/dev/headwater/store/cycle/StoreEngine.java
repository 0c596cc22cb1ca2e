package dev.headwater.store.cycle;

import dev.headwater.events.Keys;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.StoreException.Code;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.VersionStatus;
import dev.headwater.store.watch.AnnouncedState;
import dev.headwater.store.watch.AnnouncementBook;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store's decisions, without topics or threads of its own. Records come in by {@link #take} and
 * count from {@link #flush} on; {@link #runCycle} seals, reads back, validates and announces;
 * operators roll back, pin and unpin. Thread-safe; validators run outside the lock.
 *
 * <p>The order of a cycle: (1) mint: the open version's number was taken when the one before was
 * sealed; (2) write: rows are there, the manifest and the list of touched items follow in one
 * durable batch; (3) read the touched rows back from disk; (4) validate; (5) announce last, through
 * a log that refuses a node which is no longer primary.
 */
public final class StoreEngine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoreEngine.class);

  private final EmbeddingStore store;
  private final AnnouncementLog log;
  private final AnnouncementBook book;
  private final CycleConfig config;
  private final Validators validators;
  private final Surroundings surroundings;
  private final StoreMetrics metrics;
  private final Clock clock;
  private final Intake intake;
  private final ReentrantLock lock = new ReentrantLock();
  private final String fineTunedTopic;

  /** Which topic a record came from. */
  public enum Source {
    /** {@code embeddings.cold-start}. */
    COLD,
    /** {@code embeddings.fine-tuned}. */
    FINE_TUNED,
    /** {@code embeddings.rollback}. */
    ROLLBACK
  }

  /** A record of an embedding topic; a null value is a tombstone. */
  @SuppressWarnings("ArrayRecordComponent") // handed through, never compared
  public record RowRecord(
      Source source,
      String topic,
      int partition,
      long offset,
      byte @Nullable [] key,
      byte @Nullable [] value) {}

  /**
   * What a rollback did.
   *
   * @param version taken back to
   * @param generation begun
   * @param rows of the reverse delta
   * @param retracted versions that will never be served again
   */
  public record RolledBack(long version, long generation, long rows, List<Long> retracted) {}

  /**
   * Creates the engine over a store as it was left. The book must have been filled from the
   * announcement log: versions are minted above every number in it.
   *
   * @param fineTunedTopic full name of {@code embeddings.fine-tuned}, for the fences
   */
  public StoreEngine(EngineParts parts, CycleConfig config, String fineTunedTopic) {
    store = parts.store();
    log = parts.log();
    book = parts.book();
    surroundings = parts.surroundings();
    metrics = parts.metrics();
    clock = parts.clock();
    this.config = config;
    this.fineTunedTopic = fineTunedTopic;
    validators = new Validators(parts.validators(), config.validatorTimeout());
    store.mintAbove(book.highestVersion());
    MergeBuffer buffer = new MergeBuffer(store, config.waitingRowsMax());
    intake = new Intake(store, book, buffer, metrics, clock);
    metrics.watch(store, buffer);
    store.tables().forEach(table -> metrics.watch(store, table));
  }

  /** Takes a record; it counts once {@link #flush} returned. */
  public void take(RowRecord record) {
    locked(
        () -> {
          intake.take(record);
          return null;
        });
  }

  /** Writes what was taken, with its offsets, as one batch. */
  public void flush() {
    locked(
        () -> {
          intake.flush(log);
          return null;
        });
  }

  /** Returns the number of keys taken and not yet written. */
  public int unflushed() {
    return locked(intake::size);
  }

  /** Seals every table whose rows changed, judges what is unjudged, announces what may be. */
  public List<SealedVersion> runCycle() {
    List<SealedVersion> done = new ArrayList<>();
    for (TableId table : store.tables()) {
      metrics.watch(store, table);
      done.addAll(runCycle(table));
    }
    return done;
  }

  private List<SealedVersion> runCycle(TableId table) {
    long start = System.nanoTime();
    Map<Long, List<String>> touched = new HashMap<>();
    locked(() -> cut(table, touched));
    List<SealedVersion> judged = new ArrayList<>();
    for (SealedVersion version : store.versions(table)) {
      if (version.status() == VersionStatus.SEALED) {
        judged.add(judge(version, touched.getOrDefault(version.version(), List.of())));
      }
    }
    locked(() -> announceNewest(table));
    if (!judged.isEmpty()) {
      metrics.cycle.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
    }
    return judged;
  }

  private @Nullable Void cut(TableId table, Map<Long, List<String>> touched) {
    intake.flush(log);
    if (store.state(table).touched() == 0) {
      return null;
    }
    List<String> items = List.copyOf(store.touchedSince(table, lastSealed(table)));
    SealedVersion sealed =
        metrics.seal.record(
            () ->
                store.seal(
                    table,
                    book.fences(table.domain(), table.model()).generation(),
                    clock.millis()));
    if (sealed != null) {
      touched.put(sealed.version(), items);
      metrics.sealed.increment();
    }
    return null;
  }

  private long lastSealed(TableId table) {
    List<SealedVersion> versions = store.versions(table);
    return versions.isEmpty() ? 0 : versions.get(versions.size() - 1).version();
  }

  /** Reads back and validates; runs without the lock, on rows that no longer change. */
  private SealedVersion judge(SealedVersion sealed, List<String> touched) {
    AnnouncedState state = book.state(sealed.domain(), sealed.model());
    SealedVersion previous = find(sealed.table(), state.latestVersion());
    Candidate candidate = new Candidate(sealed, previous, touched, surroundings, store);
    Validators.Outcome outcome;
    try {
      long[] seen = new long[1];
      candidate.forEachTouched((item, row) -> seen[0]++);
      outcome = validators.judge(candidate);
    } catch (StoreException e) {
      outcome = new Validators.Outcome(false, List.of("read-back: VETO " + e.getMessage()));
    }
    SealedVersion judged =
        sealed.judged(
            outcome.ok() ? VersionStatus.VALIDATED : VersionStatus.REJECTED, outcome.verdicts());
    return locked(() -> settle(judged));
  }

  private SealedVersion settle(SealedVersion judged) {
    SealedVersion now = require(judged.version());
    if (now.status() != VersionStatus.SEALED) {
      return now; // A rollback took it back in between.
    }
    SealedVersion settled = now.judged(judged.status(), judged.verdicts());
    store.update(settled);
    if (settled.status() == VersionStatus.REJECTED) {
      metrics.rejected.increment();
      LOG.warn(
          "version {} of {} rejected: {}", settled.version(), settled.table(), settled.verdicts());
      AnnouncedState state = book.state(settled.domain(), settled.model());
      publish(
          Announcements.about(settled, Announcement.Kind.REJECTED)
              .setAnnouncedVersion(state.announcedVersion())
              .setReason("rejected by a validator"));
    }
    return settled;
  }

  private @Nullable SealedVersion find(TableId table, long version) {
    return store.versions(table).stream()
        .filter(each -> each.version() == version)
        .findFirst()
        .orElse(null);
  }

  /** Finds a version by its number, which is unique in the store. */
  public SealedVersion require(long version) {
    for (TableId table : store.tables()) {
      SealedVersion found = find(table, version);
      if (found != null) {
        return found;
      }
    }
    throw new StoreException(Code.UNKNOWN_VERSION, "no version " + version + " is kept here");
  }

  /** Announces the newest validated version, when its model is the domain's. */
  private @Nullable Void announceNewest(TableId table) {
    if (!table.model().equals(book.model(table.domain()))) {
      return null;
    }
    AnnouncedState state = book.state(table.domain(), table.model());
    SealedVersion newest = newestServable(table);
    if (newest == null
        || newest.status() != VersionStatus.VALIDATED
        || newest.version() <= state.latestVersion()
        || newest.generation() != state.generation()) {
      return null;
    }
    long served = state.pinned() ? state.announcedVersion() : newest.version();
    if (publish(
        Announcements.about(newest, Announcement.Kind.ANNOUNCED).setAnnouncedVersion(served))) {
      store.update(newest.withStatus(VersionStatus.ANNOUNCED));
    }
    return null;
  }

  private @Nullable SealedVersion newestServable(TableId table) {
    List<SealedVersion> versions = store.versions(table);
    for (int i = versions.size() - 1; i >= 0; i--) {
      if (isServable(versions.get(i))) {
        return versions.get(i);
      }
    }
    return null;
  }

  private static boolean isServable(SealedVersion version) {
    return version.status() == VersionStatus.VALIDATED
        || version.status() == VersionStatus.ANNOUNCED;
  }

  /** Appends to the log and then to our own book; false when another node is primary now. */
  private boolean publish(Announcement.Builder announcement) {
    Announcement built = announcement.setAnnouncedMs(clock.millis()).build();
    try {
      log.announce(built);
    } catch (StoreException e) {
      if (e.code() != Code.NOT_PRIMARY) {
        throw e;
      }
      LOG.warn("not announced, another node is primary: {}", e.getMessage());
      return false;
    }
    note(built);
    return true;
  }

  private void note(Announcement announcement) {
    AnnouncedState state = book.apply(announcement);
    if (state != null) {
      metrics.announced(state.domain(), state.announcedVersion());
    }
  }

  private void publishOrFail(Announcement.Builder announcement) {
    if (!publish(announcement)) {
      throw new StoreException(Code.NOT_PRIMARY, "another node announces now; ask that one");
    }
  }

  /** Makes a bundle the domain's model, together with its newest validated table if it has one. */
  public AnnouncedState announceModel(String domain, String bundleId, String who) {
    TableId table = new TableId(domain, bundleId);
    return locked(
        () -> {
          publishOrFail(
              Announcement.newBuilder()
                  .setDomain(domain)
                  .setModel(bundleId)
                  .setModelVersion(bundleId)
                  .setKind(Announcement.Kind.ANNOUNCED)
                  .setReason("model published")
                  .setWho(who));
          announceNewest(table);
          return book.state(domain, bundleId);
        });
  }

  /** Takes a table back to a version, under a new generation; the model stays. */
  public RolledBack rollback(long version, String why, String who) {
    return locked(() -> metrics.rollback.record(() -> doRollback(version, why, who)));
  }

  private RolledBack doRollback(long version, String why, String who) {
    SealedVersion target = requireServable(version);
    TableId table = target.table();
    intake.flush(log);
    long generation = book.fences(table.domain(), table.model()).generation() + 1;
    List<EmbeddingRow> rows = new ReverseDelta(store, table, generation, clock).to(version);
    Announcement announcement =
        Announcements.about(target, Announcement.Kind.ROLLED_BACK)
            .setAnnouncedVersion(version)
            .setGeneration(generation)
            .putAllGenerationStartOffsets(fence())
            .setReason(why)
            .setWho(who)
            .setAnnouncedMs(clock.millis())
            .build();
    log.rollBack(rows, announcement);
    note(announcement);
    rows.forEach(row -> intake.takeBack(table, row));
    intake.flush(log);
    metrics.rollbacks.increment();
    return new RolledBack(version, generation, rows.size(), retractAfter(table, version));
  }

  /** Next offsets of the fine-tuned topic: what comes from there on saw the old table. */
  private Map<Integer, Long> fence() {
    Map<Integer, Long> fence = new HashMap<>();
    String prefix = fineTunedTopic + "/";
    store
        .offsets()
        .forEach(
            (partition, next) -> {
              if (partition.startsWith(prefix)) {
                fence.put(Integer.parseInt(partition.substring(prefix.length())), next);
              }
            });
    return fence;
  }

  private List<Long> retractAfter(TableId table, long version) {
    List<Long> retracted = new ArrayList<>();
    for (SealedVersion each : store.versions(table)) {
      if (each.version() > version && each.status() != VersionStatus.REJECTED) {
        store.update(each.withStatus(VersionStatus.RETRACTED));
        retracted.add(each.version());
      }
    }
    return retracted;
  }

  private SealedVersion requireServable(long version) {
    SealedVersion found = require(version);
    if (!isServable(found)) {
      throw new StoreException(
          Code.VERSION_NOT_SERVABLE,
          "version %d is %s and cannot be served".formatted(version, found.status()));
    }
    return found;
  }

  /** Holds a domain at a version until it is unpinned; newer versions go on being sealed. */
  public AnnouncedState pin(long version, String why, String who) {
    return locked(
        () -> {
          SealedVersion target = requireServable(version);
          publishOrFail(
              Announcements.about(target, Announcement.Kind.PINNED)
                  .setAnnouncedVersion(version)
                  .setReason(why)
                  .setWho(who));
          return book.state(target.domain(), target.model());
        });
  }

  /** Lets a domain go on to its newest version that passed the validators. */
  public AnnouncedState unpin(String domain, String why, String who) {
    return locked(
        () -> {
          AnnouncedState state = book.state(domain);
          TableId table = state == null ? null : new TableId(domain, state.modelVersion());
          SealedVersion newest = table == null ? null : newestServable(table);
          if (newest == null) {
            throw new StoreException(Code.UNKNOWN_VERSION, "domain " + domain + " has no version");
          }
          publishOrFail(
              Announcements.about(newest, Announcement.Kind.UNPINNED)
                  .setAnnouncedVersion(newest.version())
                  .setReason(why)
                  .setWho(who));
          return book.state(domain, newest.model());
        });
  }

  /**
   * Erases an item from every table of a domain and every retained version, and appends the
   * receipt. A later cold row begins a new life.
   *
   * @return when each hop was done, Unix milliseconds
   */
  public Map<String, Long> erase(String domain, String item, String who) {
    return locked(
        () -> {
          intake.flush(log);
          int tables = store.erase(domain, item);
          Map<String, Long> hops = new LinkedHashMap<>();
          hops.put("model-store", clock.millis());
          String key = Keys.of(domain, item);
          log.receipt(key, Receipts.json(key, who, tables, hops));
          return hops;
        });
  }

  /** One bounded step of retention over all tables; tells whether more remains. */
  public boolean retain() {
    boolean more = false;
    for (TableId table : store.tables()) {
      more |= locked(() -> retain(table));
    }
    return more;
  }

  private boolean retain(TableId table) {
    AnnouncedState state = book.state(table.domain(), table.model());
    long floor = RetentionFloor.of(store.versions(table), state, config, clock.millis());
    if (floor == 0) {
      return false;
    }
    metrics.collected.increment();
    return store.collect(table, floor, config.retentionRowsPerStep());
  }

  /** Returns the store, for reading. */
  public EmbeddingStore store() {
    return store;
  }

  /** Returns what was announced. */
  public AnnouncementBook book() {
    return book;
  }

  /** Runs something while no record is taken and no version sealed. */
  public <T extends @Nullable Object> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    validators.close();
  }
}
