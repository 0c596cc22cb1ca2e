package dev.headwater.jobs.finetune;

import dev.headwater.events.DeletionTime;
import dev.headwater.events.wire.EmbeddingRow;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Items that were deleted on request, and when, in Unix milliseconds: as the topics of the present
 * bundle say, and as those of the bundles before did. An item's row may not have ended yet under
 * the present one, and what was confirmed of it is to stay true. For one thread.
 */
final class DeletedItems {
  private final Map<String, Long> here = new HashMap<>();
  private final Map<String, Long> before = new HashMap<>();

  /** An end names the request. */
  void read(String item, long deletedMs) {
    here.merge(item, deletedMs, Math::max);
  }

  /** Takes over what was read under the bundle before. */
  void carry(Map<String, Long> from) {
    from.forEach((item, deletedMs) -> before.merge(item, deletedMs, Math::max));
  }

  /** Returns what was deleted since then under whatever bundle. */
  Map<String, Long> since(long sinceMs) {
    Map<String, Long> all = new HashMap<>(before);
    here.forEach((item, deletedMs) -> all.merge(item, deletedMs, Math::max));
    all.values().removeIf(deletedMs -> deletedMs < sinceMs);
    return all;
  }

  /** Tells whether an event on an item happened before the item was deleted. */
  boolean covers(String item, long eventTimeMs) {
    return eventTimeMs <= newest(item);
  }

  /** Returns when an item was asked to be deleted last, {@link Long#MIN_VALUE} for never. */
  long newest(String item) {
    return Math.max(
        here.getOrDefault(item, Long.MIN_VALUE), before.getOrDefault(item, Long.MIN_VALUE));
  }

  /**
   * Tells whether a row is of an incarnation that a request ends, whatever record of the topics
   * says so, or none yet.
   */
  boolean ends(String item, EmbeddingRow row) {
    long beganMs = DeletionTime.beganMs(row);
    return beganMs > 0 && DeletionTime.ends(newest(item), beganMs);
  }

  /** Gives each item that ended under the present bundle. */
  void forEachHere(BiConsumer<String, Long> to) {
    here.forEach(to);
  }
}
