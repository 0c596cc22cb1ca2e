package dev.headwater.store.cycle;

import dev.headwater.events.MergedRow;
import dev.headwater.events.RowRecord;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.RowVersion;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.WriteSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows of rankers' weights, one a table: the highest version stands, is sealed with each
 * version of the table, and a rollback brings that of its version back. What the weights say is for
 * those to judge who rank by them; here they have a size and a version. Not thread-safe.
 */
final class RankerRows {
  private static final Logger LOG = LoggerFactory.getLogger(RankerRows.class);

  /** Some hundred numbers with their names. */
  private static final int BYTES_MAX = 64 << 10;

  private final StoreMetrics metrics;
  private final Map<TableId, EmbeddingRow> standing = new HashMap<>();

  RankerRows(EmbeddingStore store, StoreMetrics metrics) {
    this.metrics = metrics;
    store.scanInputs(
        WriteSet.InputKind.RANKER, (table, item, bytes) -> standing.put(table, Rows.parse(bytes)));
  }

  /** Takes a row that is not late; it counts once {@code set} is written. */
  void take(WriteSet set, TableId table, RowRecord record) {
    EmbeddingRow row = record.row();
    if (row == null || !isHigher(row.getVersion(), standing.get(table))) {
      return;
    }
    String problem = problem(record.kind(), row);
    if (problem != null) {
      metrics.weightsRefused.increment();
      LOG.warn("weights {} of {} are refused: {}", row.getVersion(), table, problem);
      return;
    }
    standing.put(table, row);
    set.input(table, Identifiers.RANKER_ITEM, WriteSet.InputKind.RANKER, row.toByteArray());
  }

  /** Its bundle was retired. */
  void end(WriteSet set, TableId table) {
    if (standing.remove(table) != null) {
      set.input(table, Identifiers.RANKER_ITEM, WriteSet.InputKind.RANKER, null);
    }
  }

  private static boolean isHigher(RowVersion version, @Nullable EmbeddingRow than) {
    return than == null || MergedRow.VERSION_ORDER.compare(version, than.getVersion()) > 0;
  }

  private static @Nullable String problem(RowRecord.Kind kind, EmbeddingRow row) {
    int bytes = row.getRanker().size();
    if (bytes > BYTES_MAX) {
      return bytes + " bytes, more than " + BYTES_MAX;
    }
    return bytes == 0 && kind != RowRecord.Kind.ROLLBACK ? "no weights" : null;
  }

  /** Tells whether other weights stand than a version was sealed with. */
  boolean isNews(TableId table, @Nullable SealedVersion sealed) {
    EmbeddingRow now = standing.get(table);
    EmbeddingRow then = sealed == null ? null : of(sealed);
    return now != null && !now.equals(then);
  }

  /** Returns the row that a version was sealed with, or null. */
  static @Nullable EmbeddingRow of(SealedVersion version) {
    byte[] bytes = version.rankerRow();
    return bytes == null ? null : Rows.parse(bytes);
  }

  /**
   * Returns the row by which the weights of a version stand again, or null where they stand.
   *
   * @param stamp above every version of the generations before
   */
  @Nullable EmbeddingRow back(SealedVersion to, RowVersion stamp, long nowMs) {
    EmbeddingRow now = standing.get(to.table());
    EmbeddingRow then = of(to);
    if (now == null || now.equals(then)) {
      return null;
    }
    return stamped(to.table(), then, stamp, nowMs);
  }

  /** Tells whether higher weights stand than a row brings. */
  boolean isBelow(TableId table, EmbeddingRow row) {
    EmbeddingRow now = standing.get(table);
    return now != null && isHigher(now.getVersion(), row);
  }

  /**
   * Returns the row by which the weights that stand are said once more, where late or lower ones
   * came behind them: under the present generation, as they are where they are of that. Null where
   * readers have all they need.
   *
   * @param stamp above every version of the generations before
   */
  @Nullable EmbeddingRow again(TableId table, Owed due, RowVersion stamp, long nowMs) {
    EmbeddingRow now = standing.get(table);
    if (now == null || now.getVersion().getGeneration() < stamp.getGeneration()) {
      return stamped(table, now, stamp, nowMs);
    }
    return due.isLower() && !ReverseDelta.isOfRollback(now) ? now : null;
  }

  private static EmbeddingRow stamped(
      TableId table, @Nullable EmbeddingRow weights, RowVersion stamp, long nowMs) {
    EmbeddingRow.Builder row = weights == null ? EmbeddingRow.newBuilder() : weights.toBuilder();
    return row.setDomain(table.domain())
        .setModel(table.model())
        .setItem(Identifiers.RANKER_ITEM)
        .setOrigin(EmbeddingRow.Origin.ROLLBACK)
        .setVersion(stamp)
        .setPublishedMs(nowMs)
        .build();
  }
}
