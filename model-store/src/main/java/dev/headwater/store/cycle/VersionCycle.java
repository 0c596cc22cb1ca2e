package dev.headwater.store.cycle;

import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.events.announce.AnnouncementBook;
import dev.headwater.events.announce.ServedVersion;
import dev.headwater.events.wire.Announcement;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.TableState;
import dev.headwater.store.table.VersionStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a version: (1) mint: the open version's number was taken when the one before was
 * sealed; (2) write: rows are there, the manifest and the list of touched items follow in one
 * durable batch; (3) read the touched rows back from disk; (4) validate; (5) announce last, through
 * a log that refuses a node which is no longer primary. Steps 3 and 4 run outside the lock, on rows
 * that no longer change.
 */
final class VersionCycle {
  private static final Logger LOG = LoggerFactory.getLogger(VersionCycle.class);

  private final EngineLock lock;
  private final EmbeddingStore store;
  private final KeptVersions kept;
  private final Intake intake;
  private final Announcer announcer;
  private final Validators validators;
  private final Surroundings surroundings;
  private final StoreMetrics metrics;
  private final Withdrawal withdrawal;

  VersionCycle(
      EngineLock lock,
      EngineParts parts,
      Intake intake,
      Announcer announcer,
      Validators validators,
      Withdrawal withdrawal) {
    this.withdrawal = withdrawal;
    this.lock = lock;
    this.intake = intake;
    this.announcer = announcer;
    this.validators = validators;
    store = parts.store();
    kept = new KeptVersions(store);
    surroundings = parts.surroundings();
    metrics = parts.metrics();
  }

  /** Seals every table whose rows changed, judges what is unjudged, announces what may be. */
  List<SealedVersion> run() {
    lock.run(() -> intake.flush(announcer.log())); // it may make a table known
    List<SealedVersion> done = new ArrayList<>();
    for (TableId table : store.tables()) {
      if (announcer.book().isRetired(table.domain(), table.model())) {
        lock.run(() -> endRetired(table));
      } else {
        metrics.watch(store, table);
        done.addAll(run(table));
      }
    }
    return done;
  }

  /** What ended is sealed so that retention finds it; nobody judges or hears of that. */
  private void endRetired(TableId table) {
    if (store.state(table).touched() > 0) {
      seal(table, 0);
    }
    if (kept.retire(table)) {
      announcer.log().note(JournalEntry.Deed.retired(table), store.offsets());
    }
  }

  private List<SealedVersion> run(TableId table) {
    long start = System.nanoTime();
    if (store.state(table).touched() > 0) {
      store.sync(); // Outside the lock: the seal's own sync then finds little to write.
    }
    lock.run(() -> cut(table));
    List<SealedVersion> judged = new ArrayList<>();
    for (SealedVersion version : store.versions(table)) {
      if (version.status() == VersionStatus.SEALED) {
        judged.add(judge(version));
      }
    }
    lock.run(
        () -> {
          announceNewest(table);
          withdrawal.release(table);
        });
    if (!judged.isEmpty()) {
      metrics.cycle.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
    }
    return judged;
  }

  private void cut(TableId table) {
    intake.flush(announcer.log());
    if (!isWorthSealing(table)) {
      return;
    }
    long generation = announcer.book().fences(table.domain(), table.model()).generation();
    metrics.seal.record(() -> seal(table, generation));
    metrics.sealed.increment();
  }

  private void seal(TableId table, long generation) {
    SealedVersion sealed = store.seal(table, generation, announcer.clock().millis());
    announcer.log().note(JournalEntry.Deed.sealed(sealed), sealed.offsets());
  }

  /**
   * Rows or weights changed, or rows were deleted so that the announced checksum no longer tells
   * the truth.
   */
  private boolean isWorthSealing(TableId table) {
    TableState state = store.state(table);
    SealedVersion newest = kept.newest(table);
    if (state.touched() > 0 || newest == null) {
      return state.touched() > 0;
    }
    if (intake.rankers().isNews(table, newest) || newest.deleted() == 0) {
      return intake.rankers().isNews(table, newest);
    }
    AnnouncementBook book = announcer.book();
    ServedVersion announced = book.served(table.domain(), table.model(), newest.version());
    return announced != null && announced.checksum() != newest.checksum();
  }

  private SealedVersion judge(SealedVersion sealed) {
    AnnouncedState state = announcer.book().state(sealed.domain(), sealed.model());
    SealedVersion latest = kept.find(sealed.table(), state.latestVersion());
    SealedVersion previous = latest == null ? kept.newestServable(sealed.table()) : latest;
    Validators.Outcome outcome;
    try {
      TouchedRows touched = TouchedRows.readBack(store, sealed);
      outcome = validators.judge(new Candidate(sealed, previous, touched, surroundings, store));
    } catch (StoreException e) {
      SealedVersion now = kept.find(sealed.table(), sealed.version());
      if (now != null && now.deleted() != sealed.deleted()) {
        return judge(now); // an item was deleted while it was read
      }
      outcome = new Validators.Outcome(false, List.of("read-back: VETO " + e.getMessage()), null);
    }
    SealedVersion judged =
        sealed.judged(
            outcome.ok() ? VersionStatus.VALIDATED : VersionStatus.REJECTED, outcome.verdicts());
    String badLearning = outcome.badLearning();
    return lock.with(() -> settle(judged, badLearning));
  }

  private SealedVersion settle(SealedVersion judged, @Nullable String badLearning) {
    SealedVersion now = kept.require(judged.version());
    if (now.status() != VersionStatus.SEALED) {
      return now; // A rollback took it back in between.
    }
    SealedVersion settled = now.judged(judged.status(), judged.verdicts());
    store.update(settled);
    announcer.log().note(JournalEntry.Deed.judged(settled), settled.offsets());
    if (settled.status() == VersionStatus.REJECTED) {
      metrics.rejected.increment();
      LOG.warn(
          "version {} of {} rejected: {}", settled.version(), settled.table(), settled.verdicts());
      AnnouncedState state = announcer.book().state(settled.domain(), settled.model());
      announcer.publish(
          Announcements.about(settled, Announcement.Kind.REJECTED)
              .setAnnouncedVersion(state.announcedVersion())
              .setReason("rejected by a validator"));
      withdrawal.refused(settled, badLearning);
    } else {
      withdrawal.passed(settled);
    }
    return settled;
  }

  /** Announces the newest validated version, when its model is the domain's. */
  void announceNewest(TableId table) {
    AnnouncementBook book = announcer.book();
    SealedVersion newest = kept.newestServable(table);
    if (newest == null || !table.model().equals(book.model(table.domain()))) {
      return;
    }
    AnnouncedState state = book.state(table.domain(), table.model());
    if (newest.status() != VersionStatus.VALIDATED
        || !reaches(newest, book.cut(table.domain(), table.model()))
        || newest.version() <= book.highestServed(table.domain(), table.model())
        || newest.generation() != state.generation()) {
      return;
    }
    long served = state.pinned() ? state.announcedVersion() : newest.version();
    if (announcer.publish(
        Announcements.about(newest, Announcement.Kind.ANNOUNCED).setAnnouncedVersion(served))) {
      announcer.served(newest);
    }
  }

  /** Tells whether a version has read at least as far as what was announced before. */
  private static boolean reaches(SealedVersion version, Map<String, Long> cut) {
    return cut.entrySet().stream()
        .allMatch(each -> version.offsets().getOrDefault(each.getKey(), 0L) >= each.getValue());
  }
}
