package dev.headwater.ingest;

import dev.headwater.events.json.ReasonCode;
import java.util.Map;

/**
 * What ingest has done since it was started. In a run without failures {@code accepted + duplicates
 * + interactionsDeadLettered + erased} equals the interactions published and {@code historyAppends}
 * equals {@code accepted}; work that a failed transaction repeats is counted again (the topics
 * themselves hold it once).
 *
 * @param accepted interactions that entered a history
 * @param duplicates repeats dropped
 * @param interactionsDeadLettered refused interactions
 * @param historyAppends records written to {@code user-histories} because of an event
 * @param itemsAccepted items written to {@code catalog.accepted}
 * @param itemsDeleted tombstones written to {@code catalog.accepted}
 * @param itemsDeadLettered refused catalog records
 * @param erased interactions dropped because their user was erased after them
 * @param itemsErased catalog records dropped because their item was erased after them
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
    long itemsDeleted,
    long itemsDeadLettered,
    long erased,
    long itemsErased,
    long deletions,
    long rekeyed,
    Map<ReasonCode, Long> deadLettered) {

  /** Copies the map. */
  public IngestCounts {
    deadLettered = Map.copyOf(deadLettered);
  }

  /** Returns how many interactions were handled, whatever came of them. */
  public long interactions() {
    return accepted + duplicates + interactionsDeadLettered + erased;
  }

  /** Returns how many catalog records were handled, whatever came of them. */
  public long catalogRecords() {
    return itemsAccepted + itemsDeleted + itemsDeadLettered + itemsErased;
  }
}
