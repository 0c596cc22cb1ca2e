package dev.headwater.jobs.finetune;

import dev.headwater.events.MergedRow;
import dev.headwater.events.wire.EmbeddingRow;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a row that this trainer owns when what stands in the topics is not what its state
 * sent last. State yields to the topics: what they hold was served, and the state may be older than
 * a rollback, older than what was learned since, or lost.
 *
 * @param kind what to do
 * @param replays how many clicks that the adopted row has learned will be read again, because they
 *     came after the state; with those that the state itself still waited for
 */
record Settlement(Kind kind, long replays) {
  private static final Settlement SAME = new Settlement(Kind.SAME, 0);
  private static final Settlement FOREIGN = new Settlement(Kind.FOREIGN, 0);

  /** What to do. */
  enum Kind {
    /** Nothing. */
    SAME,
    /** The topics went on from where the state was: their row is taken, the optimiser stays. */
    GO_ON,
    /** A rollback went behind the state: its row, or what was learned after it, is taken. */
    GO_BACK,
    /** Another writer left a lower row, or none is left: what the state holds goes out again. */
    FOREIGN
  }

  static Settlement of(Row row, MergedRow known) {
    EmbeddingRow top = known.standing();
    if (top == null || top.getIncarnation() < row.incarnation) {
      return row.version == null ? SAME : FOREIGN;
    }
    if (top.getIncarnation() > row.incarnation || top.getVersion().equals(row.version)) {
      return SAME; // In the former case its cold row is on the way.
    }
    long replays = replays(row, top);
    if (isRolledBackAfter(row, known.rolledBack())) {
      return new Settlement(Kind.GO_BACK, replays);
    }
    boolean later =
        row.version == null || MergedRow.VERSION_ORDER.compare(top.getVersion(), row.version) > 0;
    return later && top.getInteractionsLearned() >= row.interactions
        ? new Settlement(Kind.GO_ON, replays)
        : FOREIGN;
  }

  /** Returns how many clicks that a row of the topics knows are still to come. */
  static long replays(Row row, EmbeddingRow published) {
    return Math.max(row.replays, clicksRead(published) - row.clicksRead);
  }

  /** A release that did not count what was read under other bundles knew what it learned. */
  private static long clicksRead(EmbeddingRow row) {
    return row.getClicksRead() > 0 ? row.getClicksRead() : row.getInteractionsLearned();
  }

  private static boolean isRolledBackAfter(Row row, @Nullable EmbeddingRow rolledBack) {
    if (rolledBack == null || rolledBack.getIncarnation() != row.incarnation) {
      return false;
    }
    return rolledBack.getVersion().getGeneration() > row.rollbackRead;
  }
}
