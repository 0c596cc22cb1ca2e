package dev.headwater.store.cycle;

import dev.headwater.events.announce.AnnouncementBook;
import dev.headwater.events.announce.ServedVersion;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.VersionStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings the versions kept here in line with the announcement log when a node becomes primary. Its
 * predecessor may have stopped between any two steps, and it may not have been this node: the log
 * is what consumers saw, so the log is right.
 *
 * <ol>
 *   <li>Announced, and only the note of it missing: noted.
 *   <li>Noted as announced, but the log knows nothing of it: to be announced again.
 *   <li>The log announced the number with other rows, or sealed at another time (two nodes minted
 *       it): retracted.
 *   <li>A rollback went behind it: retracted.
 *   <li>Minted but never announced, and a newer version was announced since: retracted.
 *   <li>Minted but not announced, and nothing newer was: left; the next cycle reads it back, judges
 *       it and announces it.
 * </ol>
 */
public final class Reconciliation {
  private final EmbeddingStore store;
  private final AnnouncementBook book;

  /** Prepares to compare a store with what was announced. */
  public Reconciliation(EmbeddingStore store, AnnouncementBook book) {
    this.store = store;
    this.book = book;
  }

  /**
   * A change to a version's status.
   *
   * @param version as it is kept
   * @param becomes its status from now on
   * @param why for people and the log
   * @param told whether the log says so already: by what it says of the number, or by a rollback,
   *     which takes back all that it went behind
   */
  public record Step(SealedVersion version, VersionStatus becomes, String why, boolean told) {
    /** Tells whether the log does not know it: nothing was ever said of the version's number. */
    boolean isNews(AnnouncementBook book) {
      return becomes == VersionStatus.RETRACTED
          && version.status() != VersionStatus.ANNOUNCED
          && !told
          && book.served(version.domain(), version.model(), version.version()) == null;
    }
  }

  /** Compares; changes nothing. */
  public List<Step> plan() {
    List<Step> steps = new ArrayList<>();
    for (TableId table : store.tables()) {
      for (SealedVersion version : store.versions(table)) {
        Step step = step(table, version);
        if (step != null) {
          steps.add(step);
        }
      }
    }
    return steps;
  }

  private @Nullable Step step(TableId table, SealedVersion version) {
    if (version.status() == VersionStatus.REJECTED || version.status() == VersionStatus.RETRACTED) {
      return null;
    }
    String domain = table.domain();
    String model = table.model();
    ServedVersion served = book.served(domain, model, version.version());
    if (served != null && isAnother(served, version)) {
      return takenBack(
          version,
          "another node announced this number with checksum %x, sealed at %d, here it is %x, %d"
              .formatted(
                  served.checksum(), served.sealedMs(), version.checksum(), version.sealedMs()));
    }
    if (book.isRefused(domain, model, version.version())) {
      return takenBack(version, "another node refused this number");
    }
    if (book.isRolledBack(domain, model, version.version(), version.generation())) {
      return takenBack(version, "a rollback went behind it");
    }
    return afterTheLog(version, served != null, book.highestServed(domain, model));
  }

  /** What is deleted on request, here or there, changes the sum and not when it was sealed. */
  private static boolean isAnother(ServedVersion served, SealedVersion version) {
    return (served.sealedMs() > 0 && served.sealedMs() != version.sealedMs())
        || (version.deleted() == 0 && served.checksum() != version.checksum());
  }

  private static @Nullable Step afterTheLog(SealedVersion version, boolean served, long highest) {
    boolean noted = version.status() == VersionStatus.ANNOUNCED;
    if (served) {
      return noted
          ? null
          : new Step(
              version, VersionStatus.ANNOUNCED, "it was announced, the note was missing", true);
    }
    if (version.version() > highest) {
      return noted
          ? new Step(
              version, VersionStatus.VALIDATED, "the log does not know it was announced", false)
          : null;
    }
    return noted
        ? null
        : new Step(
            version,
            VersionStatus.RETRACTED,
            "never announced, and " + highest + " was since",
            false);
  }

  private static Step takenBack(SealedVersion version, String why) {
    return new Step(version, VersionStatus.RETRACTED, why, true);
  }
}
