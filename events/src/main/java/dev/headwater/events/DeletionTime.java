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

  /** Returns when the incarnation of a cold row began; of an older release's, what caused it. */
  public static long beganMs(EmbeddingRow cold) {
    return cold.getBeganMs() > 0 ? cold.getBeganMs() : cold.getCausedMs();
  }
}
