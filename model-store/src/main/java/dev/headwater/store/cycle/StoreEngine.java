package dev.headwater.store.cycle;

import dev.headwater.client.answers.RolledBack;
import dev.headwater.events.RowLog;
import dev.headwater.events.RowRecord;
import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.events.announce.AnnouncementBook;
import dev.headwater.events.wire.AnnouncedDomain;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.VersionStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store's decisions, without topics or threads of its own: the front of this room. Records come
 * in by {@link #take} and count from {@link #flush} on; {@link #takeOver} brings what was left by a
 * predecessor in line with the announcement log; {@link #runCycle} seals, reads back, validates and
 * announces; operators roll back, pin and unpin. Thread-safe; validators run outside the lock.
 */
public final class StoreEngine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoreEngine.class);

  private final EngineLock lock = new EngineLock();
  private final EmbeddingStore store;
  private final AnnouncementBook book;
  private final KeptVersions kept;
  private final Validators validators;
  private final Intake intake;
  private final Announcer announcer;
  private final VersionCycle cycle;
  private final OperatorCommands commands;
  private final Withdrawal withdrawal;
  private final Deletions deletions;
  private final Purges purges;
  private final Retention retention;
  private final Retirement retirement;
  private final StoreMetrics metrics;
  private final Replay replay;
  private volatile boolean standby;

  /**
   * Creates the engine over a store as it was left. The book must have been filled from the
   * announcement log: versions are minted above every number in it.
   *
   * @param rows the topics that records come from
   */
  public StoreEngine(EngineParts parts, CycleConfig config, RowLog rows) {
    this(parts, config, rows, false);
    store.mintAbove(book.highestVersion());
  }

  /**
   * Creates the engine of a node that stands by: it does what the journal of the primary says
   * ({@link #replay}) and nothing else, until {@link #takeOver()}.
   */
  public static StoreEngine standby(EngineParts parts, CycleConfig config, RowLog rows) {
    return new StoreEngine(parts, config, rows, true);
  }

  private StoreEngine(EngineParts parts, CycleConfig config, RowLog rows, boolean standby) {
    this.standby = standby;
    store = parts.store();
    book = parts.book();
    metrics = parts.metrics();
    kept = new KeptVersions(store);
    validators = new Validators(parts.validators(), config.validatorTimeout());
    announcer = new Announcer(parts);
    MergeBuffer buffer = new MergeBuffer(store, config.waitingRowsMax());
    intake = new Intake(store, book, buffer, metrics, parts.clock(), rows);
    commands = new OperatorCommands(parts, intake, announcer, rows.topic(RowRecord.Kind.TUNED));
    withdrawal = new Withdrawal(parts, announcer, commands, config.withdraw());
    cycle = new VersionCycle(lock, parts, intake, announcer, validators, withdrawal);
    purges = new Purges(store, lock, parts.clock());
    deletions = new Deletions(parts, intake, announcer, purges);
    retention = new Retention(parts, config);
    retirement = new Retirement(parts, intake, announcer);
    replay = new Replay(parts, deletions, partition -> isOfRows(rows, partition));
    metrics.watch(store, buffer);
    store.tables().forEach(table -> metrics.watch(store, table));
    if (!standby) {
      book.states().forEach(metrics::announced);
    }
  }

  private static boolean isOfRows(RowLog rows, String partition) {
    return rows.topics().contains(partition.substring(0, partition.lastIndexOf('/')));
  }

  /**
   * Finishes or takes back what a predecessor left: versions that contradict the announcement log,
   * versions minted and never announced. Called once, by a node that has become primary and read
   * the log to its end; a standby is none from then on.
   *
   * @throws dev.headwater.store.table.StoreException DIVERGED when rows were taken here that a
   *     rollback of another node has refused since
   */
  public List<Reconciliation.Step> takeOver() {
    return lock.with(
        () -> {
          intake.requireNotDiverged();
          if (standby) {
            store.mintAbove(book.highestVersion());
            standby = false;
            book.states().forEach(metrics::announced);
          }
          noteAgain();
          List<Reconciliation.Step> steps = new Reconciliation(store, book).plan();
          steps.forEach(this::reconcile);
          intake.flush(announcer.log());
          return steps;
        });
  }

  /** What was done last may not have been noted by whoever did it. */
  private void noteAgain() {
    for (TableId table : store.tables()) {
      long highest = book.highestServed(table.domain(), table.model());
      for (SealedVersion version : store.versions(table)) {
        if (version.status() == VersionStatus.SEALED) {
          announcer.log().note(JournalEntry.Deed.sealed(version), version.offsets());
        } else if (version.status() == VersionStatus.ANNOUNCED && version.version() == highest) {
          announcer.log().note(JournalEntry.Deed.announced(version), version.offsets());
        }
      }
    }
  }

  /** Tells whether this node only does what the primary's journal says. */
  public boolean isStandby() {
    return standby;
  }

  /**
   * Fails where this node could not take over.
   *
   * @throws StoreException DIVERGED
   */
  public void requireFit() {
    lock.run(intake::requireNotDiverged);
  }

  /**
   * Does on a standby what an entry of the journal says. The book, and the rows that were taken,
   * must have come as far as it says.
   */
  public void replay(JournalEntry entry) {
    lock.run(
        () -> {
          intake.flush(announcer.log());
          replay.apply(entry);
        });
  }

  /** Deletes on a standby what was asked for, without a receipt: those are the primary's. */
  public void deleteFromSight(ItemDeletion request) {
    lock.run(
        () -> {
          var unused = deletions.begin(request);
        });
  }

  /** Takes out of the files, and of copies of them, what was deleted before. */
  public void purge(Runnable dropCopies) {
    var unused = purges.purge(dropCopies);
  }

  private void requirePrimary() {
    if (standby) {
      throw new StoreException(
          StoreException.Code.NOT_PRIMARY, "this store stands by; ask the one that announces");
    }
  }

  /**
   * Puts in place the sums of domains whose announcements an older release wrote; before anything
   * is announced.
   */
  public void publishSums(List<AnnouncedDomain> sums) {
    lock.run(() -> announcer.publishSums(sums));
  }

  private void reconcile(Reconciliation.Step step) {
    LOG.warn(
        "version {} of {} was {}, becomes {}: {}",
        step.version().version(),
        step.version().table(),
        step.version().status(),
        step.becomes(),
        step.why());
    if (step.isNews(book)) {
      announcer.publishOrFail(
          Announcements.about(step.version(), Announcement.Kind.RETRACTED)
              .setAnnouncedVersion(
                  book.state(step.version().domain(), step.version().model()).announcedVersion())
              .setReason(step.why()));
    }
    if (step.becomes() == VersionStatus.ANNOUNCED) {
      announcer.served(step.version());
    } else {
      kept.note(step.version(), step.becomes());
    }
    metrics.reconciled.increment();
  }

  /** Takes a record; it counts once {@link #flush} returned. */
  public void take(RowRecord record) {
    lock.run(() -> intake.take(record));
  }

  /** Notes that a record was read which is no row; counts once {@link #flush} returned. */
  public void passOver(String topic, int partition, long offset) {
    lock.run(() -> intake.passOver(topic, partition, offset));
  }

  /** The same for one that should have been a row; counted. */
  public void passOverUnreadable(String topic, int partition, long offset, String why) {
    metrics.undecodable.increment();
    LOG.warn("passed over {}/{}@{}: {}", topic, partition, offset, why);
    passOver(topic, partition, offset);
  }

  /** Writes what was taken, with its offsets, as one batch. */
  public void flush() {
    lock.run(() -> intake.flush(announcer.log()));
  }

  /**
   * Everything that stood in the topics when reading began was taken. Corrections that are owed
   * wait for this: one that begins again may meet a late row, or know of one from its disk, before
   * it reads the rollback that the row was overtaken by.
   */
  public void caughtUp() {
    lock.run(intake::caughtUp);
    flush();
  }

  /** Returns the number of keys taken and not yet written. */
  public int unflushed() {
    return lock.with(intake::size);
  }

  /** Seals every table whose rows changed, judges what is unjudged, announces what may be. */
  public List<SealedVersion> runCycle() {
    requirePrimary();
    return cycle.run();
  }

  /**
   * The quality of a table was measured anew: where it has fallen, the rows learned since stop
   * being served, without waiting for the next cycle.
   */
  public void measured(TableId table) {
    if (!standby) {
      lock.run(() -> withdrawal.measured(table));
    }
  }

  /** Finds a version by its number, which is unique in the store. */
  public SealedVersion require(long version) {
    return kept.require(version);
  }

  /**
   * Returns rows of a version in the order of their items, as they go over the wire.
   *
   * @param after the item after which to begin, empty for the first
   * @param max most rows
   */
  public List<EmbeddingRow> rows(long version, String after, int max) {
    return VersionRows.page(store, kept.requireServable(version), after, max);
  }

  /** Makes a bundle the domain's model, its table to be indexed as readers are configured. */
  public AnnouncedState announceModel(String domain, String bundleId, String who) {
    return announceModel(domain, bundleId, "", who);
  }

  /**
   * Makes a bundle the domain's model, together with its newest validated table if it has one, and
   * says how that is to be indexed.
   *
   * @param indexParameters for readers; empty: as they are configured
   */
  public AnnouncedState announceModel(
      String domain, String bundleId, String indexParameters, String who) {
    return lock.with(
        () -> {
          requirePrimary();
          commands.announceModel(domain, bundleId, indexParameters, who);
          cycle.announceNewest(new TableId(domain, bundleId));
          return book.state(domain, bundleId);
        });
  }

  /** Takes a table back to a version, under a new generation; the model stays. */
  public RolledBack rollback(long version, String why, String who) {
    requirePrimary();
    return lock.with(() -> metrics.rollback.record(() -> commands.rollback(version, why, who)));
  }

  /**
   * Ends all rows of a bundle that is not the domain's, for good, and forgets its versions.
   *
   * @return how many rows end
   * @throws dev.headwater.store.table.StoreException UNKNOWN_TABLE; BAD_REQUEST when the domain is
   *     served from it; NOT_READY while an item of it has no row under the domain's bundle
   */
  public long retire(String domain, String bundleId, String why, String who) {
    requirePrimary();
    return lock.with(() -> retirement.retire(new TableId(domain, bundleId), why, who));
  }

  /** Holds a domain at a version until it is unpinned; newer versions go on being sealed. */
  public AnnouncedState pin(long version, String why, String who) {
    requirePrimary();
    return lock.with(() -> commands.pin(version, why, who));
  }

  /** Lets a domain go on to its newest version that passed the validators. */
  public AnnouncedState unpin(String domain, String why, String who) {
    requirePrimary();
    return lock.with(() -> commands.unpin(domain, why, who));
  }

  /**
   * Deletes an item from every table of a domain and every retained version, then, beside what else
   * is done, from the files and the copies kept beside, and appends the receipt. An incarnation
   * that began after the request is kept, and a later cold row begins a new one.
   *
   * @param requestedMs when it was asked for, Unix milliseconds; 0 for now
   * @param dropCopies drops snapshots taken before; runs after the rows are gone
   * @return when each hop was done, Unix milliseconds
   */
  public Map<String, Long> delete(
      String domain, String item, long requestedMs, String who, Runnable dropCopies) {
    return delete(List.of(new ItemDeletion(domain, item, requestedMs, who)), dropCopies).get(0);
  }

  /**
   * The same for many items: what is taken out of the files together costs little more than one.
   *
   * @throws dev.headwater.store.table.StoreException NOT_PRIMARY when another node says the
   *     receipts; the items are gone here all the same
   */
  public List<Map<String, Long>> delete(List<ItemDeletion> items, Runnable dropCopies) {
    List<Map<String, Long>> hops = new ArrayList<>();
    for (Supplier<Map<String, Long>> receipt : deleteBeforeReceipts(items, dropCopies)) {
      hops.add(receipt.get());
    }
    return hops;
  }

  /**
   * Does all of it but to say so: each of what is returned writes one receipt, and may be tried
   * again where the announcement log did not take it.
   */
  public List<Supplier<Map<String, Long>>> deleteBeforeReceipts(
      List<ItemDeletion> items, Runnable dropCopies) {
    requirePrimary();
    List<ItemDeletion> requests =
        items.stream().map(item -> item.timed(announcer.clock().millis())).toList();
    List<Integer> tables = requests.stream().map(r -> lock.with(() -> deletions.begin(r))).toList();
    Purges.Times purged = purges.purge(dropCopies);
    List<Supplier<Map<String, Long>>> receipts = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      ItemDeletion request = requests.get(i);
      int held = tables.get(i);
      receipts.add(() -> lock.with(() -> deletions.finish(request, held, purged)));
    }
    return receipts;
  }

  /** One bounded step of retention over all tables; tells whether more remains. */
  public boolean retain() {
    boolean more = false;
    for (TableId table : store.tables()) {
      more |= lock.with(() -> retention.step(table));
    }
    return more;
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
    return lock.with(work);
  }

  @Override
  public void close() {
    validators.close();
  }
}
