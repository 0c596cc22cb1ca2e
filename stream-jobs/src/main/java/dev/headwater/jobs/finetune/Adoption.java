package dev.headwater.jobs.finetune;

import dev.headwater.events.MergedRow;
import dev.headwater.events.Vectors;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.idp.online.RowState;
import java.util.HashMap;
import java.util.Map;

/** Takes rows as they stand in the topics into the table that learns. For one thread. */
final class Adoption {
  private final Tables tables;
  private final Counting counting;
  private final RowTable.Changes changes;

  /** Saved rows whose text has changed since; while loading. */
  private final Map<String, RowCodec.Saved> moved = new HashMap<>();

  Adoption(Tables tables, Counting counting, RowTable.Changes changes) {
    this.tables = tables;
    this.counting = counting;
    this.changes = changes;
  }

  /** A saved row was made on another start than the present one. */
  void movedFrom(String item, RowCodec.Saved saved) {
    moved.put(item, saved);
  }

  /** Loading has ended. */
  void end() {
    moved.clear();
  }

  /** Takes a row; false when it cannot be used. */
  boolean adopt(Row row, EmbeddingRow from, boolean keepsOptimizer) {
    float[] sent = from.hasVector() ? Vectors.unpack(from.getVector()) : row.start.clone();
    if (sent.length != tables.dim() || !Vectors.isFinite(sent)) {
      return false;
    }
    float[] zero = new float[tables.dim()];
    RowState before = tables.tuner().state(row.slot);
    float[] vector = moved(row, from, sent);
    tables
        .tuner()
        .restore(
            row.slot,
            keepsOptimizer
                ? new RowState(vector, before.firstMoment(), before.secondMoment(), before.steps())
                : new RowState(
                    vector,
                    moment(from.hasOptimizerFirstMoment(), from, true, zero),
                    moment(from.hasOptimizerSecondMoment(), from, false, zero),
                    from.getInteractionsLearned()));
    row.interactions = from.getInteractionsLearned();
    row.newestEventId = from.getNewestEventId();
    row.newestEventTimeMs = from.getNewestEventTimeMs();
    row.rollbackRead = MergedRow.rollbackRead(from);
    row.sent(from.getVersion(), sent, row.lastSentMs);
    tables.published().set(row.slot, sent);
    counting.adopt(row, from, keepsOptimizer);
    changes.onAdopted(row);
    if (vector != sent) {
      changes.onMoved(row);
    }
    if (!counting.isSent(row, from)) {
      changes.onCounted(row); // its list names items that are over
    }
    return true;
  }

  /** What was published on the start that the state knows goes along to the present start. */
  private float[] moved(Row row, EmbeddingRow from, float[] vector) {
    RowCodec.Saved saved = moved.get(row.item);
    if (saved == null || !from.hasVector() || from.getRevision() != saved.revision()) {
      return vector;
    }
    float[] result = vector.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] += row.start[i] - saved.start()[i];
    }
    return result;
  }

  private static float[] moment(boolean has, EmbeddingRow row, boolean first, float[] zero) {
    if (!has) {
      return zero.clone();
    }
    return Vectors.unpack(first ? row.getOptimizerFirstMoment() : row.getOptimizerSecondMoment());
  }
}
