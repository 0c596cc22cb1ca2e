package dev.headwater.events;

import dev.headwater.events.json.Identifiers;
import dev.headwater.events.wire.EmbeddingRow;
import org.jspecify.annotations.Nullable;

/**
 * A record of one of the three embedding topics, read by {@link RowLog}, the only class that parses
 * one. {@link MergedRow#with} says what it changes.
 *
 * @param kind which topic it stands in
 * @param key domain, model and item; of the reserved items the ranker's alone
 * @param partition its partition
 * @param offset its offset, comparable within one item of one topic
 * @param timestampMs record time, Unix milliseconds
 * @param deletedMs publish time of the deletion request that a tombstone goes back to, 0 for none
 * @param endedIncarnation the incarnation that a tombstone of the cold topic ends, {@link
 *     IncarnationHeader#NONE} where it does not say or is none
 * @param retired whether a tombstone says that the bundle ends, and not the item
 * @param beside whether it is a request beside the item's own records ({@link ItemRequest}): the
 *     key names the item, but no other record's offset can be compared with its own
 * @param row the row, null for a tombstone; its vector, where there is one, can be unpacked
 */
public record RowRecord(
    Kind kind,
    Keys.RowKey key,
    int partition,
    long offset,
    long timestampMs,
    long deletedMs,
    long endedIncarnation,
    boolean retired,
    boolean beside,
    @Nullable EmbeddingRow row) {

  /** The embedding topics. */
  public enum Kind {
    /** {@code embeddings.cold-start}. */
    COLD,
    /** {@code embeddings.fine-tuned}. */
    TUNED,
    /** {@code embeddings.rollback}. */
    ROLLBACK
  }

  /** A record of partition 0 without times, for one that did not come out of a topic. */
  public static RowRecord of(Kind kind, Keys.RowKey key, long offset, @Nullable EmbeddingRow row) {
    return new RowRecord(kind, key, 0, offset, 0, 0, IncarnationHeader.NONE, false, false, row);
  }

  /** A tombstone of the cold topic that ends an incarnation, not out of a topic. */
  public static RowRecord ended(Keys.RowKey key, long offset, long incarnation) {
    return new RowRecord(Kind.COLD, key, 0, offset, 0, 0, incarnation, false, false, null);
  }

  /** Returns the same record with another form of its row, for readers that keep less of it. */
  public RowRecord withRow(@Nullable EmbeddingRow other) {
    return new RowRecord(
        kind,
        key,
        partition,
        offset,
        timestampMs,
        deletedMs,
        endedIncarnation,
        retired,
        beside,
        other);
  }

  /**
   * Tells whether the record holds the weights of the domain's ranker instead of an item's row. It
   * is never of the cold topic; one of the rollback topic without weights says that the prior
   * stands again.
   */
  public boolean isRanker() {
    return key.item().equals(Identifiers.RANKER_ITEM);
  }

  /** Returns the item's name. */
  public String item() {
    return key.item();
  }
}
