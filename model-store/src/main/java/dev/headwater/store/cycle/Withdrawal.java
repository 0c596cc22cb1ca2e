package dev.headwater.store.cycle;

import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.events.announce.AnnouncementBook;
import dev.headwater.events.wire.Announcement;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.TableId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes bad learning out of the answers while nobody is awake: pins the domain at the last version
 * from before it, as {@link AnnouncedState#AUTOMATIC}, and unpins after so many good versions in a
 * row. A pin of a person is never touched, and once a person has let the table go on, it pins again
 * only after a version that was good. Called under the lock.
 */
final class Withdrawal {
  private static final Logger LOG = LoggerFactory.getLogger(Withdrawal.class);

  private final EmbeddingStore store;
  private final AnnouncementBook book;
  private final Announcer announcer;
  private final OperatorCommands commands;
  private final Surroundings surroundings;
  private final StoreMetrics metrics;
  private final WithdrawConfig config;
  private final Map<TableId, Integer> goodInARow = new HashMap<>();

  Withdrawal(
      EngineParts parts, Announcer announcer, OperatorCommands commands, WithdrawConfig config) {
    this.announcer = announcer;
    this.commands = commands;
    this.config = config;
    store = parts.store();
    book = parts.book();
    surroundings = parts.surroundings();
    metrics = parts.metrics();
  }

  /** The quality of a table was measured anew. */
  void measured(TableId table) {
    QualityMonitor.Fall fall = surroundings.fall(table);
    if (fall != null) {
      withdraw(table, fall.sinceMs(), "quality: " + fall.details());
    }
  }

  /** A version was refused by a validator that judges learning, if {@code why} says so. */
  void refused(SealedVersion version, @Nullable String why) {
    goodInARow.remove(version.table());
    QualityMonitor.Fall fall = surroundings.fall(version.table());
    if (why != null) {
      withdraw(version.table(), fall == null ? Long.MAX_VALUE : fall.sinceMs(), why);
    }
  }

  /** A version passed all validators. */
  void passed(SealedVersion version) {
    goodInARow.merge(version.table(), 1, Integer::sum);
  }

  private void withdraw(TableId table, long sinceMs, String why) {
    AnnouncedState state = book.state(table.domain());
    if (!config.enabled()
        || state == null
        || !state.modelVersion().equals(table.model())
        || state.pinned()
        || isOverruled(state)) {
      return;
    }
    SealedVersion good = lastBefore(table, sinceMs);
    if (good == null) {
      LOG.warn("no version of {} is kept from before it learned badly: {}", table, why);
      return;
    }
    goodInARow.remove(table);
    LOG.warn("answers of {} go back to version {}: {}", table, good.version(), why);
    boolean announced =
        announcer.publish(
            Announcements.about(good, Announcement.Kind.PINNED)
                .setAnnouncedVersion(good.version())
                .setReason(why)
                .setWho(AnnouncedState.AUTOMATIC));
    if (announced) {
      announcer.served(good);
      metrics.withdrawals.increment();
    }
  }

  /** A person let the table go on, and no version was good since. */
  private boolean isOverruled(AnnouncedState state) {
    if (state.resumedMs() == 0) {
      return false;
    }
    Announcement latest = book.about(state.domain(), state.modelVersion(), state.latestVersion());
    return latest == null || latest.getSealedMs() <= state.resumedMs();
  }

  private @Nullable SealedVersion lastBefore(TableId table, long sinceMs) {
    SealedVersion last = null;
    for (SealedVersion each : store.versions(table)) {
      if (KeptVersions.isServable(each) && each.sealedMs() <= sinceMs) {
        last = each;
      }
    }
    return last;
  }

  /** Lets a table go on that was good for long enough. */
  void release(TableId table) {
    AnnouncedState state = book.state(table.domain());
    int good = goodInARow.getOrDefault(table, 0);
    if (state != null
        && state.isWithdrawn()
        && state.modelVersion().equals(table.model())
        && good >= config.goodVersions()) {
      LOG.info("answers of {} go on after {} good versions", table, good);
      commands.unpin(table.domain(), good + " good versions in a row", AnnouncedState.AUTOMATIC);
      goodInARow.remove(table);
    }
  }
}
