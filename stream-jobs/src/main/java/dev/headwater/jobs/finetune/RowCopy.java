package dev.headwater.jobs.finetune;

import dev.headwater.events.LightRows;
import dev.headwater.events.MergedRow;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Vectors;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.idp.online.EmbeddingTable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a domain as readers see them, to be looked up by who owns none of them. For one
 * thread.
 */
final class RowCopy implements AutoCloseable {
  private static final int FIRST_CAPACITY = 64;

  private final EmbeddingTable table;
  private final Map<String, MergedRow> merged = new HashMap<>();
  private final Map<String, Copied> rows = new HashMap<>();
  private Copied[] bySlot = new Copied[FIRST_CAPACITY];
  private long generation;

  /** A row and where its vector stands. */
  record Copied(String item, int slot, long incarnation) {}

  /** Knows no rows yet, which have so many values each. */
  RowCopy(int dim) {
    table = new EmbeddingTable(dim, FIRST_CAPACITY);
  }

  /** Returns their vectors. */
  EmbeddingTable table() {
    return table;
  }

  /** Returns the highest generation seen. */
  long generation() {
    return generation;
  }

  @Nullable Copied get(String item) {
    return rows.get(item);
  }

  Copied at(int slot) {
    return bySlot[slot];
  }

  /** Takes in a record. */
  void onRow(RowRecord record) {
    if (record.retired()) {
      return; // this bundle is about to be left
    }
    EmbeddingRow row = record.row();
    if (row != null) {
      generation = Math.max(generation, row.getVersion().getGeneration());
    }
    if (record.isRanker()) {
      return;
    }
    MergedRow before = merged.getOrDefault(record.item(), MergedRow.EMPTY);
    MergedRow after = before.with(record);
    show(record.item(), after);
    keep(record.item(), before, after);
  }

  private void show(String item, MergedRow row) {
    EmbeddingRow cold = row.cold();
    Copied known = rows.get(item);
    if (known != null && (cold == null || cold.getIncarnation() != known.incarnation())) {
      table.remove(known.slot());
      rows.remove(item);
      known = null;
    }
    float[] vector = cold == null ? null : vector(row.winner());
    if (cold == null || vector == null) {
      return;
    }
    if (known != null) {
      table.set(known.slot(), vector);
    } else {
      add(item, cold, vector);
    }
  }

  private void add(String item, EmbeddingRow cold, float[] vector) {
    int slot = table.add(vector);
    if (slot >= bySlot.length) {
      bySlot = Arrays.copyOf(bySlot, Math.max(slot + 1, bySlot.length * 2));
    }
    bySlot[slot] = new Copied(item, slot, cold.getIncarnation());
    rows.put(item, bySlot[slot]);
  }

  /** Null where the table has it, and for one that cannot be used. */
  private float @Nullable [] vector(@Nullable EmbeddingRow row) {
    if (row == null || LightRows.isLight(row)) {
      return null;
    }
    float[] vector = Vectors.unpack(row.getVector());
    return vector.length == table.dim() && Vectors.isFinite(vector) ? vector : null;
  }

  /**
   * Of a tuned row the table has the vector, once its cold row is there. That one's vector is kept:
   * it counts again where a rollback takes all learning back.
   */
  private void keep(String item, MergedRow before, MergedRow after) {
    if (after.cold() == null && after.highest() == null && after.ended().incarnation() < 0) {
      merged.remove(item);
      return;
    }
    Copied known = rows.get(item);
    MergedRow light =
        after.mapTuned(
            row ->
                known != null && row.getIncarnation() == known.incarnation()
                    ? LightRows.of(row)
                    : row);
    merged.put(
        item, Objects.equals(after.cold(), before.cold()) ? light : light.mapCold(RowCopy::bare));
  }

  private static EmbeddingRow bare(EmbeddingRow row) {
    return row.hasVector()
        ? LightRows.of(row).toBuilder().setVector(row.getVector()).build()
        : LightRows.of(row);
  }

  @Override
  public void close() {
    table.close();
  }
}
