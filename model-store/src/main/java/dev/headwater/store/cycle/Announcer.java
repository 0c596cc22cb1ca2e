package dev.headwater.store.cycle;

import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.events.announce.AnnouncementBook;
import dev.headwater.events.wire.AnnouncedDomain;
import dev.headwater.events.wire.Announcement;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.StoreException.Code;
import dev.headwater.store.table.VersionStatus;
import java.time.Clock;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says things to consumers: completes an announcement with the domain's next sequence number, the
 * index parameters of its model and the time, appends it to the log, and only then takes it into
 * the node's own book. Called under the engine's lock.
 */
final class Announcer {
  private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);

  private final AnnouncementLog log;
  private final AnnouncementBook book;
  private final KeptVersions kept;
  private final StoreMetrics metrics;
  private final Clock clock;

  Announcer(EngineParts parts) {
    log = parts.log();
    book = parts.book();
    metrics = parts.metrics();
    clock = parts.clock();
    kept = new KeptVersions(parts.store());
  }

  AnnouncementBook book() {
    return book;
  }

  AnnouncementLog log() {
    return log;
  }

  Clock clock() {
    return clock;
  }

  /** Announces; false when another node is primary now. */
  boolean publish(Announcement.Builder announcement) {
    Announcement built = complete(announcement);
    try {
      log.announce(built, book.sumAfter(built));
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

  void publishOrFail(Announcement.Builder announcement) {
    if (!publish(announcement)) {
      throw new StoreException(Code.NOT_PRIMARY, "another node announces now; ask that one");
    }
  }

  /**
   * A version was just announced as one to be served: noted here, and for a standby, because the
   * log remembers the newest numbers only.
   */
  void served(SealedVersion version) {
    kept.note(version, VersionStatus.ANNOUNCED);
    log.note(JournalEntry.Deed.announced(version), version.offsets());
  }

  /** Puts in place what an older release's store did not write. */
  void publishSums(List<AnnouncedDomain> sums) {
    sums.forEach(log::sum);
  }

  /** Announces a rollback together with its reverse delta, all or nothing. */
  void rollBack(AnnouncementLog.RowSource rows, Announcement.Builder announcement) {
    Announcement built = complete(announcement);
    log.rollBack(rows, built, book.sumAfter(built));
    note(built);
  }

  /** Announces that a bundle is retired, with the ends of all its rows, all or nothing. */
  void retire(AnnouncementLog.EndSource ends, Announcement.Builder announcement) {
    Announcement built = complete(announcement);
    log.retire(ends, built, book.sumAfter(built));
    note(built);
  }

  private Announcement complete(Announcement.Builder announcement) {
    String domain = announcement.getDomain();
    if (announcement.getIndexParameters().isEmpty()) {
      announcement.setIndexParameters(book.indexParameters(domain, announcement.getModel()));
    }
    return announcement
        .setSequence(book.sequence(domain) + 1)
        .setAnnouncedMs(clock.millis())
        .build();
  }

  private void note(Announcement announcement) {
    AnnouncedState state = book.apply(announcement);
    if (state != null) {
      metrics.announced(state);
    }
  }
}
