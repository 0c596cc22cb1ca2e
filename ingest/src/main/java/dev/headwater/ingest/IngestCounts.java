package dev.headwater.ingest;

import dev.headwater.events.ReasonCode;
import java.util.Map;

/**
 * What ingest has done since it was started. In a run without failures {@code accepted + duplicates
 * + interactionsDeadLettered} equals the interactions published and {@code historyAppends} equals
 * {@code accepted}; work that a failed transaction repeats is counted again (the topics themselves
 * hold it once).
 *
 * @param accepted interactions that entered a history
 * @param duplicates repeats dropped
 * @param interactionsDeadLettered refused interactions
 * @param historyAppends records written to {@code user-histories} because of an event
 * @param itemsAccepted items written to {@code catalog.accepted}
 * @param itemsDeleted tombstones written to {@code catalog.accepted}
 * @param itemsDeadLettered refused catalog records
 * @param rekeyed records that went round through a re-key topic
 * @param deadLettered refused records by reason, those that occurred
 */
public record IngestCounts(
    long accepted,
    long duplicates,
    long interactionsDeadLettered,
    long historyAppends,
    long itemsAccepted,
    long itemsDeleted,
    long itemsDeadLettered,
    long rekeyed,
    Map<ReasonCode, Long> deadLettered) {

  /** Copies the map. */
  public IngestCounts {
    deadLettered = Map.copyOf(deadLettered);
  }

  /** Returns how many interactions were handled, whatever came of them. */
  public long interactions() {
    return accepted + duplicates + interactionsDeadLettered;
  }

  /** Returns how many catalog records were handled, whatever came of them. */
  public long catalogRecords() {
    return itemsAccepted + itemsDeleted + itemsDeadLettered;
  }
}
