package dev.headwater.store.table;

import dev.headwater.events.wire.EmbeddingRow;

/**
 * What memory knows of an item's present row, without reading it.
 *
 * @param origin who made the row
 * @param incarnation incarnation of the item
 * @param stamp the row's version within its topic
 * @param version table version the row was written in
 * @param contentHash 64-bit hash of item, header and stored vector
 */
public record RowMeta(
    EmbeddingRow.Origin origin, long incarnation, RowStamp stamp, long version, long contentHash) {

  /** Tells whether the row came from fine-tuning or a rollback rather than from the cold topic. */
  public boolean tuned() {
    return origin == EmbeddingRow.Origin.FINE_TUNED || origin == EmbeddingRow.Origin.ROLLBACK;
  }
}
