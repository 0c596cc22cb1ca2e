package dev.headwater.jobs.rows;

import dev.headwater.events.wire.EmbeddingRow;
import org.jspecify.annotations.Nullable;

/**
 * A record of an embedding topic.
 *
 * @param topic which of the three
 * @param item the item
 * @param row the row, null for a tombstone
 * @param offset its offset, comparable within one item of one topic
 * @param timestampMs record time
 * @param erasedMs publish time of the deletion request a tombstone goes back to, 0 for none
 */
public record RowEvent(
    Topic topic,
    String item,
    @Nullable EmbeddingRow row,
    long offset,
    long timestampMs,
    long erasedMs) {

  /** The embedding topics. */
  public enum Topic {
    /** {@code embeddings.cold-start}. */
    COLD,
    /** {@code embeddings.fine-tuned}. */
    TUNED,
    /** {@code embeddings.rollback}. */
    ROLLBACK
  }
}
