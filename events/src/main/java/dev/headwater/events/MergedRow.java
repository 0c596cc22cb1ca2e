package dev.headwater.events;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.RowVersion;
import java.util.Comparator;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one key {@code domain/model/item} from the three embedding topics, and the only
 * place that decides which row wins. Immutable; the result does not depend on the order in which
 * records of different topics arrive, nor on repeats.
 *
 * <ol>
 *   <li>{@code embeddings.cold-start} alone decides whether the item exists. Of its rows the one of
 *       the latest incarnation counts, in it of the latest text (revision), and of rows of one text
 *       the last (offset), whoever wrote it, as compaction has it: a writer that was paused and
 *       comes back late brings no earlier text back. A tombstone ends the incarnation that it names
 *       ({@link IncarnationHeader}) and all before it; one that names none ends the rows before it.
 *   <li>A tuned row ({@code embeddings.fine-tuned} or {@code embeddings.rollback}) counts only in
 *       the incarnation it was learned in: one of an older incarnation never comes back, one of a
 *       newer incarnation waits for its cold row. It also says that the incarnation known is over:
 *       until the new cold row comes, the old one stands without its tuned rows, of which only the
 *       highest of all lives is remembered.
 *   <li>Among tuned rows the highest version wins, never the latest arrival. A tombstone in {@code
 *       embeddings.fine-tuned} clears the rows before it in that topic, and nothing else.
 *   <li>A tuned row of the cold row's incarnation wins over the cold row; a rollback row without
 *       vector gives the cold row its place back.
 * </ol>
 *
 * <p>The row of {@link dev.headwater.events.json.Identifiers#RANKER_ITEM} follows rule 3 alone: it
 * has no cold row that would decide whether it exists, and {@link #highest} is what counts of it.
 *
 * @param coldOffset offset of the cold row, -1 when it is not known or there is none
 * @param cold the cold row, null when never seen or deleted
 * @param ended what the cold topic's tombstones say
 * @param tunedOffset offset of the tombstone that last cleared the fine-tuned row, -1 when none
 * @param tuned the highest row of {@code embeddings.fine-tuned} since, null when none
 * @param rolledBack the highest row of {@code embeddings.rollback}, null when none
 */
public record MergedRow(
    long coldOffset,
    @Nullable EmbeddingRow cold,
    ColdEnd ended,
    long tunedOffset,
    @Nullable EmbeddingRow tuned,
    @Nullable EmbeddingRow rolledBack) {

  /** Nothing known. */
  public static final MergedRow EMPTY = new MergedRow(-1, null, ColdEnd.NONE, -1, null, null);

  /** Orders versions: generation, epoch, step. */
  public static final Comparator<RowVersion> VERSION_ORDER =
      Comparator.comparingLong(RowVersion::getGeneration)
          .thenComparingLong(RowVersion::getEpoch)
          .thenComparingLong(RowVersion::getStep);

  /** Orders cold rows: incarnation, text. */
  public static final Comparator<EmbeddingRow> COLD_ORDER =
      Comparator.comparingLong(EmbeddingRow::getIncarnation)
          .thenComparingLong(EmbeddingRow::getRevision);

  /**
   * Tells whether an incarnation has ended, by a tombstone or because a later one stands.
   *
   * @param incarnation below 0 for whichever was the last
   */
  public boolean isOver(long incarnation) {
    if (cold != null) {
      return incarnation >= 0 && incarnation < cold.getIncarnation();
    }
    return incarnation < 0 ? !ended.equals(ColdEnd.NONE) : ended.covers(-1, incarnation);
  }

  /** Takes in a record: the one place that knows which rule a topic's records follow. */
  public MergedRow with(RowRecord record) {
    EmbeddingRow row = record.row();
    return switch (record.kind()) {
      case COLD ->
          row == null
              ? withColdEnd(record.beside() ? -1 : record.offset(), record.endedIncarnation())
              : withCold(record.offset(), row);
      case TUNED -> withTuned(record.offset(), row);
      // A tombstone of this topic says nothing: the store takes no rollback back.
      case ROLLBACK -> row == null ? this : withRollback(row);
    };
  }

  /** Takes in a row of {@code embeddings.cold-start}. */
  MergedRow withCold(long offset, EmbeddingRow row) {
    if (ended.covers(offset, row.getIncarnation()) || !isHigherCold(offset, row)) {
      return this;
    }
    return new MergedRow(offset, row, ended, tunedOffset, tuned, rolledBack).pruned();
  }

  private boolean isHigherCold(long offset, EmbeddingRow row) {
    int order = cold == null ? 1 : COLD_ORDER.compare(row, cold);
    return order > 0 || (order == 0 && offset > coldOffset);
  }

  /**
   * Takes in a tombstone of {@code embeddings.cold-start}.
   *
   * @param incarnation the incarnation it ends, {@link IncarnationHeader#NONE} when it names none
   */
  MergedRow withColdEnd(long offset, long incarnation) {
    ColdEnd end = ended.with(offset, incarnation);
    if (end.equals(ended)) {
      return this;
    }
    boolean over = cold == null || end.covers(coldOffset, cold.getIncarnation());
    return new MergedRow(
            over ? -1 : coldOffset, over ? null : cold, end, tunedOffset, tuned, rolledBack)
        .pruned();
  }

  /**
   * Takes in a record of {@code embeddings.fine-tuned}.
   *
   * @param offset its offset
   * @param row the row, null for a tombstone, which clears rows at lower offsets
   */
  MergedRow withTuned(long offset, @Nullable EmbeddingRow row) {
    if (offset <= tunedOffset) {
      return this;
    }
    if (row == null) {
      return new MergedRow(coldOffset, cold, ended, offset, null, rolledBack);
    }
    return isHigher(row, tuned)
        ? new MergedRow(coldOffset, cold, ended, tunedOffset, row, rolledBack).pruned()
        : this;
  }

  /** Takes in a row of {@code embeddings.rollback}. */
  MergedRow withRollback(EmbeddingRow row) {
    return isHigher(row, rolledBack)
        ? new MergedRow(coldOffset, cold, ended, tunedOffset, tuned, row).pruned()
        : this;
  }

  /** Tells whether a row is of a later incarnation or, in the same one, of a higher version. */
  private static boolean isHigher(EmbeddingRow row, @Nullable EmbeddingRow than) {
    if (than == null || row.getIncarnation() != than.getIncarnation()) {
      return than == null || row.getIncarnation() > than.getIncarnation();
    }
    return VERSION_ORDER.compare(row.getVersion(), than.getVersion()) > 0;
  }

  /**
   * Tells whether a row of {@code embeddings.fine-tuned} is below the one that is known of there:
   * compaction would keep it, the last, and take the one that counts.
   */
  public boolean overtakes(EmbeddingRow row) {
    return tuned != null && isHigher(tuned, row);
  }

  /** Returns a copy that no rollback has touched: its bundle was retired. */
  public MergedRow withoutRollback() {
    return new MergedRow(coldOffset, cold, ended, tunedOffset, tuned, null);
  }

  /** Drops tuned rows of an incarnation that has ended: they can never count again. */
  private MergedRow pruned() {
    return isOver(tuned) || isOver(rolledBack)
        ? new MergedRow(
            coldOffset,
            cold,
            ended,
            tunedOffset,
            isOver(tuned) ? null : tuned,
            isOver(rolledBack) ? null : rolledBack)
        : this;
  }

  private boolean isOver(@Nullable EmbeddingRow row) {
    return row != null
        && (row.getIncarnation() <= ended.incarnation()
            || (cold != null && row.getIncarnation() < cold.getIncarnation()));
  }

  /** Returns a copy whose cold row is replaced, for readers that need less than all of a row. */
  @SuppressWarnings("ReferenceEquality") // a row left as it is needs no copy
  public MergedRow mapCold(UnaryOperator<EmbeddingRow> change) {
    EmbeddingRow changed = cold == null ? null : change.apply(cold);
    return changed == cold
        ? this
        : new MergedRow(coldOffset, changed, ended, tunedOffset, tuned, rolledBack);
  }

  /**
   * Returns the higher of the two tuned rows, of whatever incarnation, or null when there is none.
   */
  public @Nullable EmbeddingRow highest() {
    return rolledBack != null && isHigher(rolledBack, tuned) ? rolledBack : tuned;
  }

  /**
   * Returns the tuned row that its owner goes on from: the highest, but the rollback's where that
   * one went out while its writer was still reading the rollback, which takes back what it says.
   * The owner sends it again, above all others.
   */
  public @Nullable EmbeddingRow standing() {
    EmbeddingRow highest = highest();
    boolean early =
        highest != null
            && rolledBack != null
            && highest.getIncarnation() == rolledBack.getIncarnation()
            && rollbackRead(highest) < rolledBack.getVersion().getGeneration();
    return early ? rolledBack : highest;
  }

  /** Returns the generation of the newest rollback that is in a tuned row, 0 for none. */
  public static long rollbackRead(EmbeddingRow row) {
    return row.getOrigin() != EmbeddingRow.Origin.ROLLBACK && row.hasRollbackRead()
        ? row.getRollbackRead()
        : row.getVersion().getGeneration();
  }

  /** Returns a copy whose tuned rows are replaced, for readers that need less than all of a row. */
  public MergedRow mapTuned(UnaryOperator<EmbeddingRow> change) {
    return new MergedRow(
        coldOffset,
        cold,
        ended,
        tunedOffset,
        tuned == null ? null : change.apply(tuned),
        rolledBack == null ? null : change.apply(rolledBack));
  }

  /** Returns the row that counts, or null when the item does not exist. */
  public @Nullable EmbeddingRow winner() {
    if (cold == null) {
      return null;
    }
    if (isAhead(tuned) || isAhead(rolledBack)) {
      return cold;
    }
    EmbeddingRow best = inIncarnation(tuned);
    EmbeddingRow other = inIncarnation(rolledBack);
    if (other != null && isHigher(other, best)) {
      best = other;
    }
    return best != null && best.hasVector() ? best : cold;
  }

  /** Tells whether a row is of an incarnation that begins after the cold row's. */
  private boolean isAhead(@Nullable EmbeddingRow row) {
    return cold != null && row != null && row.getIncarnation() > cold.getIncarnation();
  }

  /** Returns the row if it is of the cold row's incarnation. */
  private @Nullable EmbeddingRow inIncarnation(@Nullable EmbeddingRow row) {
    boolean same = row != null && cold != null && row.getIncarnation() == cold.getIncarnation();
    return same ? row : null;
  }
}
