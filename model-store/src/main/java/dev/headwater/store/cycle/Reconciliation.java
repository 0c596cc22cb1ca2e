package dev.headwater.store.cycle;

import dev.headwater.events.wire.Announcement;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.VersionStatus;
import dev.headwater.store.watch.AnnouncedState;
import dev.headwater.store.watch.AnnouncementBook;
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
 *   <li>The log announced the number with other rows (two nodes minted it): retracted.
 *   <li>A rollback went behind it: retracted.
 *   <li>Minted but never announced, and a newer version was announced since: retracted.
 *   <li>Minted but not announced, and nothing newer was: left; the next cycle reads it back, judges
 *       it and announces it.
 * </ol>
 */
public final class Reconciliation {
  private static final String OTHER_NODE = "another node";

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
   */
  public record Step(SealedVersion version, VersionStatus becomes, String why) {
    /** Tells whether the audit log does not know it: nothing was ever announced of the version. */
    boolean isNews() {
      return becomes == VersionStatus.RETRACTED
          && version.status() != VersionStatus.ANNOUNCED
          && !why.startsWith(OTHER_NODE);
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
    AnnouncedState state = book.state(table.domain(), table.model());
    Announcement told = book.about(table.domain(), table.model(), version.version());
    if (book.isRolledBack(table.domain(), table.model(), version.version(), version.generation())) {
      return retract(version, "a rollback went behind it");
    }
    if (told != null) {
      if (contradicts(told, version)) {
        return retract(
            version,
            OTHER_NODE
                + " announced this number with checksum %x, here it is %x"
                    .formatted(told.getTableChecksum(), version.checksum()));
      }
      return version.status() == VersionStatus.ANNOUNCED
          ? null
          : new Step(version, VersionStatus.ANNOUNCED, "it was announced, the note was missing");
    }
    boolean noted = version.status() == VersionStatus.ANNOUNCED;
    if (version.version() > state.latestVersion()) {
      return noted
          ? new Step(
              version, VersionStatus.VALIDATED, "the log does not know that it was announced")
          : null;
    }
    return noted
        ? null
        : retract(version, "never announced, and " + state.latestVersion() + " was since");
  }

  private static boolean contradicts(Announcement told, SealedVersion version) {
    return version.erased() == 0
        && (told.getTableChecksum() != version.checksum() || told.getRows() != version.rows());
  }

  private static Step retract(SealedVersion version, String why) {
    return new Step(version, VersionStatus.RETRACTED, why);
  }
}
