package dev.headwater.events;

import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.EmbeddingRow;

/**
 * The one rule which incarnations of an item a deletion request ends: those that began until its
 * time. Its time is that of its record, for every part alike; no part's own clock has a say, for
 * two clocks would give two answers. When the incarnation was published once more, or its text was
 * changed, does not count.
 */
public final class DeletionTime {
  private DeletionTime() {}

  /** Tells whether a request of this time ends an incarnation that began then. */
  public static boolean ends(long deletedMs, long beganMs) {
    return beganMs <= deletedMs;
  }

  /**
   * Returns when an item's incarnation began; of an older release's, when it was published last.
   */
  public static long beganMs(AcceptedItem item) {
    return item.getBeganMs() > 0 ? item.getBeganMs() : item.getPublishedMs();
  }

  /**
   * Returns when the incarnation of a row began. Of an older release's: of a cold row, what caused
   * it; of a tuned or rolled back one 0, for only its cold row knows.
   */
  public static long beganMs(EmbeddingRow row) {
    if (row.getBeganMs() > 0) {
      return row.getBeganMs();
    }
    boolean cold =
        row.getOrigin() != EmbeddingRow.Origin.FINE_TUNED
            && row.getOrigin() != EmbeddingRow.Origin.ROLLBACK;
    return cold ? row.getCausedMs() : 0;
  }
}
