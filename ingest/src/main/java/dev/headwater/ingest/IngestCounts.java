package dev.headwater.ingest;

import dev.headwater.events.json.ReasonCode;
import java.util.Map;

/**
 * What ingest has done since it was started. In a run without failures {@code accepted + duplicates
 * + interactionsDeadLettered + deleted} equals the interactions published and {@code
 * historyAppends} equals {@code accepted}; work that a failed transaction repeats is counted again
 * (the topics themselves hold it once).
 *
 * @param accepted interactions that entered a history
 * @param duplicates repeats dropped
 * @param interactionsDeadLettered refused interactions
 * @param historyAppends records written to {@code user-histories} because of an event
 * @param itemsAccepted items written to {@code catalog.accepted}
 * @param itemsWithdrawn tombstones written to {@code catalog.accepted}
 * @param itemsDeadLettered refused catalog records
 * @param deleted interactions dropped because their user was deleted after them
 * @param itemsDeleted catalog records dropped because their item was deleted after them
 * @param deletions deletion requests carried out
 * @param rekeyed records that went round through a re-key topic
 * @param deadLettered refused records by reason, those that occurred
 */
public record IngestCounts(
    long accepted,
    long duplicates,
    long interactionsDeadLettered,
    long historyAppends,
    long itemsAccepted,
    long itemsWithdrawn,
    long itemsDeadLettered,
    long deleted,
    long itemsDeleted,
    long deletions,
    long rekeyed,
    Map<ReasonCode, Long> deadLettered) {

  /** Copies the map. */
  public IngestCounts {
    deadLettered = Map.copyOf(deadLettered);
  }

  /** Returns how many interactions were handled, whatever came of them. */
  public long interactions() {
    return accepted + duplicates + interactionsDeadLettered + deleted;
  }

  /** Returns how many catalog records were handled, whatever came of them. */
  public long catalogRecords() {
    return itemsAccepted + itemsWithdrawn + itemsDeadLettered + itemsDeleted;
  }
}
