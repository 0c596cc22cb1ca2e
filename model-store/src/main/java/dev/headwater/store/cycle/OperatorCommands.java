package dev.headwater.store.cycle;

import dev.headwater.client.answers.RolledBack;
import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.events.announce.AnnouncementBook;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.StoreException.Code;
import dev.headwater.store.table.TableId;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** What a person may ask: publish a model, roll back, pin, unpin. Called under the lock. */
final class OperatorCommands {
  private static final int TAKE_BACK_BATCH = 10_000;

  /** Some 40,000 rows of 64 dimensions; what a larger rollback sends waits in a file. */
  private static final int SPOOL_BYTES = 16 << 20;

  private final EmbeddingStore store;
  private final KeptVersions kept;
  private final Intake intake;
  private final Announcer announcer;
  private final AnnouncementBook book;
  private final StoreMetrics metrics;
  private final String fineTunedTopic;

  OperatorCommands(EngineParts parts, Intake intake, Announcer announcer, String fineTunedTopic) {
    this.intake = intake;
    this.announcer = announcer;
    this.fineTunedTopic = fineTunedTopic;
    store = parts.store();
    kept = new KeptVersions(store);
    book = parts.book();
    metrics = parts.metrics();
  }

  void announceModel(String domain, String bundleId, String indexParameters, String who) {
    if (book.isRetired(domain, bundleId)) {
      throw new StoreException(
          Code.BAD_REQUEST, bundleId + " was retired: its rows have ended, for good");
    }
    announcer.publishOrFail(
        Announcement.newBuilder()
            .setDomain(domain)
            .setModel(bundleId)
            .setModelVersion(bundleId)
            .setIndexParameters(indexParameters)
            .setKind(Announcement.Kind.ANNOUNCED)
            .setReason("model published")
            .setWho(who));
  }

  /** What was retired is gone for good, though the next cycle has its versions to drop yet. */
  private SealedVersion servable(long version) {
    SealedVersion target = kept.requireServable(version);
    if (book.isRetired(target.domain(), target.model())) {
      throw new StoreException(
          Code.UNKNOWN_VERSION,
          "version %d went with %s, which was retired".formatted(version, target.model()));
    }
    return target;
  }

  RolledBack rollback(long version, String why, String who) {
    SealedVersion target = servable(version);
    TableId table = target.table();
    intake.flush(announcer.log());
    requireCaughtUp(table);
    long generation = book.fences(table.domain(), table.model()).generation() + 1;
    ReverseDelta delta = new ReverseDelta(store, table, generation, announcer.clock().millis());
    EmbeddingRow weights = intake.rankers().back(target, delta.stamp(), announcer.clock().millis());
    try (RowSpool rows = new RowSpool(SPOOL_BYTES)) {
      announce(
          sink -> {
            rows.clear();
            if (weights != null) {
              sink.accept(weights);
            }
            each(delta, version, table, sink.andThen(rows::add));
          },
          Announcements.about(target, Announcement.Kind.ROLLED_BACK)
              .setAnnouncedVersion(version)
              .setGeneration(generation)
              .putAllGenerationStartOffsets(fence())
              .setReason(why)
              .setWho(who));
      announcer.served(target);
      if (weights != null) {
        takeBack(table, weights);
      }
      rows.each(row -> takeBack(table, row));
      intake.flush(announcer.log());
      metrics.rollbacks.increment();
      return new RolledBack(version, generation, rows.rows(), kept.retractAfter(table, version));
    }
  }

  private void announce(AnnouncementLog.RowSource rows, Announcement.Builder rollback) {
    intake.appendOrEnd(announcer.log(), () -> announcer.rollBack(rows, rollback));
  }

  private void each(ReverseDelta delta, long version, TableId table, Consumer<EmbeddingRow> sink) {
    delta.to(version, sink);
    intake.voidWaiting(table, delta, sink);
  }

  /** Bounded in memory: what was published is written here batch by batch. */
  private void takeBack(TableId table, EmbeddingRow row) {
    intake.takeBack(table, row);
    if (intake.size() >= TAKE_BACK_BATCH) {
      intake.write();
    }
  }

  /** A node that took over and has read less than its predecessor would take back too little. */
  private void requireCaughtUp(TableId table) {
    Map<String, Long> wanted = new HashMap<>(book.cut(table.domain(), table.model()));
    book.fences(table.domain(), table.model())
        .after(0)
        .values()
        .forEach(
            starts ->
                starts.forEach(
                    (partition, next) ->
                        wanted.merge(fineTunedTopic + "/" + partition, next, Math::max)));
    Map<String, Long> have = store.offsets();
    wanted.forEach(
        (partition, next) -> {
          if (have.getOrDefault(partition, 0L) < next) {
            throw new StoreException(
                Code.NOT_READY,
                "this node has read %s up to %d, what was announced up to %d; try again"
                    .formatted(partition, have.getOrDefault(partition, 0L), next));
          }
        });
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

  AnnouncedState pin(long version, String why, String who) {
    SealedVersion target = servable(version);
    announcer.publishOrFail(
        Announcements.about(target, Announcement.Kind.PINNED)
            .setAnnouncedVersion(version)
            .setReason(why)
            .setWho(who));
    announcer.served(target);
    return book.state(target.domain(), target.model());
  }

  AnnouncedState unpin(String domain, String why, String who) {
    AnnouncedState state = book.state(domain);
    TableId table = state == null ? null : new TableId(domain, state.modelVersion());
    if (state == null || table == null || state.latestVersion() == 0) {
      throw new StoreException(Code.UNKNOWN_VERSION, "domain " + domain + " has no version");
    }
    if (!state.pinned()) {
      return state;
    }
    // Another node may have announced newer versions than are kept here: never behind those.
    SealedVersion newest = kept.newestServable(table);
    boolean here = newest != null && newest.version() >= state.latestVersion();
    Announcement.Builder about =
        newest != null && here
            ? Announcements.about(newest, Announcement.Kind.UNPINNED)
            : Announcements.again(book.about(domain, table.model(), state.latestVersion()));
    announcer.publishOrFail(
        about
            .setKind(Announcement.Kind.UNPINNED)
            .setAnnouncedVersion(about.getTableVersion())
            .setReason(why)
            .setWho(who));
    if (newest != null && here) {
      announcer.served(newest);
    }
    return book.state(domain, table.model());
  }
}
