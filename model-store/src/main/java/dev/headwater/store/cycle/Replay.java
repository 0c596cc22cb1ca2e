package dev.headwater.store.cycle;

import dev.headwater.events.announce.AnnouncementBook;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.VersionStatus;
import dev.headwater.store.table.WriteSet;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does on a standby what the primary's journal says, when rows and announcements are read as far as
 * the entry says: seals the same rows under the same number. A version whose rows are not those
 * that stand here (compaction took some, or this node was away) is left out and counted, the next
 * one is tried again. Called under the lock.
 */
final class Replay {
  private static final Logger LOG = LoggerFactory.getLogger(Replay.class);

  private final EmbeddingStore store;
  private final AnnouncementBook book;
  private final KeptVersions kept;
  private final Deletions deletions;
  private final StoreMetrics metrics;
  private final Predicate<String> ofRows;
  private long aligned = -1;

  /**
   * Creates one.
   *
   * @param ofRows tells a {@code topic/partition} whose rows are read here
   */
  Replay(EngineParts parts, Deletions deletions, Predicate<String> ofRows) {
    this.deletions = deletions;
    this.ofRows = ofRows;
    store = parts.store();
    book = parts.book();
    metrics = parts.metrics();
    kept = new KeptVersions(store);
  }

  void apply(JournalEntry entry) {
    JournalEntry.Deed deed = entry.deed();
    SealedVersion version = deed.version();
    ItemDeletion deletion = deed.deletion();
    TableId retired = deed.retired();
    if (version != null) {
      apply(deed.kind(), version);
    } else if (deletion != null && deed.kind() == JournalEntry.Kind.DELETED) {
      var unused = deletions.begin(deletion);
    } else if (retired != null && deed.kind() == JournalEntry.Kind.RETIRED) {
      var unused = kept.retire(retired);
    } else if (deed.kind() == JournalEntry.Kind.PROGRESS) {
      progress(entry);
    }
  }

  private void apply(JournalEntry.Kind kind, SealedVersion version) {
    switch (kind) {
      case SEALED -> seal(version);
      case JUDGED -> judge(version);
      case ANNOUNCED -> announced(version);
      default -> {} // None of a version is there.
    }
  }

  private void seal(SealedVersion version) {
    if (isHere(version)) {
      return; // Read a second time, or sealed here.
    }
    if (store.adopt(version.withStatus(VersionStatus.SEALED))) {
      metrics.watch(store, version.table());
      return;
    }
    metrics.versionsMissed.increment();
    LOG.warn(
        "version {} of {} was sealed over other rows than stand here: {} rows with sum {}, here {}",
        version.version(),
        version.table(),
        version.rows(),
        version.checksum(),
        store.state(version.table()));
  }

  /** What the log says of the version may have been read before, and stands: the verdicts count. */
  private void judge(SealedVersion version) {
    SealedVersion found = kept.find(version.table(), version.version());
    if (found != null && found.verdicts().isEmpty() && isHere(version)) {
      boolean open = found.status() == VersionStatus.SEALED;
      store.update(found.judged(open ? version.status() : found.status(), version.verdicts()));
    }
  }

  /** Where more was announced since than the log remembers, the journal alone says it. */
  private void announced(SealedVersion version) {
    SealedVersion found = kept.find(version.table(), version.version());
    if (found != null
        && isHere(version)
        && (found.status() == VersionStatus.SEALED || found.status() == VersionStatus.VALIDATED)) {
      kept.note(found, VersionStatus.ANNOUNCED);
    }
  }

  /**
   * A primary that ended between sealing and saying so kept a version of which nobody knows; its
   * successor gave the number to another.
   */
  private boolean isHere(SealedVersion version) {
    SealedVersion found = kept.find(version.table(), version.version());
    return found != null
        && found.sealedMs() == version.sealedMs()
        && found.generation() == version.generation();
  }

  /** What else was read by the primary, requests to delete, is read from there by its successor. */
  private void progress(JournalEntry entry) {
    Map<String, Long> have = store.offsets();
    WriteSet set = new WriteSet();
    entry
        .offsets()
        .forEach(
            (partition, next) -> {
              if (!ofRows.test(partition) && have.getOrDefault(partition, 0L) < next) {
                set.offset(partition, next);
              }
            });
    if (!set.isEmpty()) {
      store.write(set);
    }
    if (entry.announced() != aligned) {
      aligned = entry.announced();
      align();
    }
  }

  /** Notes what the log says of the versions kept here; what it says nothing of stays. */
  private void align() {
    List<Reconciliation.Step> steps = new Reconciliation(store, book).plan();
    for (Reconciliation.Step step : steps) {
      boolean told =
          step.becomes() == VersionStatus.ANNOUNCED
              || (step.becomes() == VersionStatus.RETRACTED && !step.isNews(book));
      boolean refused = isRejectedHere(step.version().table(), step.version());
      if (told && !refused) {
        kept.note(step.version(), step.becomes());
      }
    }
  }

  private boolean isRejectedHere(TableId table, SealedVersion version) {
    SealedVersion now = kept.find(table, version.version());
    return now == null || now.status() == VersionStatus.REJECTED;
  }
}
