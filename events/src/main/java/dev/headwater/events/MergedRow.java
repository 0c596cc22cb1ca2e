package dev.headwater.events;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.RowVersion;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one key {@code domain/model/item} from the three embedding topics, and the only
 * place that decides which row wins. Immutable; the result does not depend on the order in which
 * records of different topics arrive, nor on repeats.
 *
 * <ol>
 *   <li>{@code embeddings.cold-start} alone decides whether the item exists. Its highest offset
 *       wins (one writer, one partition a key).
 *   <li>A tuned row ({@code embeddings.fine-tuned} or {@code embeddings.rollback}) counts only in
 *       the incarnation it was learned in: one of an older life never comes back, one of a newer
 *       life waits for its cold row.
 *   <li>Among tuned rows the highest version wins, never the latest arrival.
 *   <li>A tuned row of the cold row's incarnation wins over the cold row; a rollback row without
 *       vector gives the cold row its place back.
 * </ol>
 *
 * @param coldOffset offset of the cold record that counts, -1 when none was seen
 * @param cold the cold row, null when never seen or deleted
 * @param tunedOffset offset of the tombstone that last cleared the fine-tuned row, -1 when none
 * @param tuned the tuned row that counts, null when none
 */
public record MergedRow(
    long coldOffset, @Nullable EmbeddingRow cold, long tunedOffset, @Nullable EmbeddingRow tuned) {

  /** Nothing known. */
  public static final MergedRow EMPTY = new MergedRow(-1, null, -1, null);

  /** Orders versions: generation, epoch, step. */
  public static final Comparator<RowVersion> VERSION_ORDER =
      Comparator.comparingLong(RowVersion::getGeneration)
          .thenComparingLong(RowVersion::getEpoch)
          .thenComparingLong(RowVersion::getStep);

  /**
   * Takes in a record of {@code embeddings.cold-start}.
   *
   * @param offset its offset
   * @param row the row, null for a tombstone
   */
  public MergedRow withCold(long offset, @Nullable EmbeddingRow row) {
    if (offset <= coldOffset) {
      return this;
    }
    return new MergedRow(offset, row, tunedOffset, tuned).pruned();
  }

  /**
   * Takes in a record of {@code embeddings.fine-tuned}.
   *
   * @param offset its offset
   * @param row the row, null for a tombstone, which clears rows at lower offsets
   */
  public MergedRow withTuned(long offset, @Nullable EmbeddingRow row) {
    if (row == null) {
      return offset <= tunedOffset ? this : new MergedRow(coldOffset, cold, offset, null);
    }
    return offset <= tunedOffset ? this : withVersion(row);
  }

  /** Takes in a row of {@code embeddings.rollback}. */
  public MergedRow withRollback(EmbeddingRow row) {
    return withVersion(row);
  }

  private MergedRow withVersion(EmbeddingRow row) {
    if (tuned != null && compareTuned(row, tuned) <= 0) {
      return this;
    }
    return new MergedRow(coldOffset, cold, tunedOffset, row).pruned();
  }

  private static int compareTuned(EmbeddingRow a, EmbeddingRow b) {
    int byLife = Long.compare(a.getIncarnation(), b.getIncarnation());
    return byLife != 0 ? byLife : VERSION_ORDER.compare(a.getVersion(), b.getVersion());
  }

  /** Drops a tuned row of a life that has ended: it can never count again. */
  private MergedRow pruned() {
    boolean over = cold != null && tuned != null && tuned.getIncarnation() < cold.getIncarnation();
    return over ? new MergedRow(coldOffset, cold, tunedOffset, null) : this;
  }

  /** Returns the row that counts, or null when the item does not exist. */
  public @Nullable EmbeddingRow winner() {
    if (cold == null) {
      return null;
    }
    boolean counts =
        tuned != null && tuned.getIncarnation() == cold.getIncarnation() && tuned.hasVector();
    return counts ? tuned : cold;
  }
}
