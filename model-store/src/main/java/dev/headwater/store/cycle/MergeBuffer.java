package dev.headwater.store.cycle;

import dev.headwater.events.MergedRow;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.RowMeta;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.WriteSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Gathers records until they are written, merging those of one key by {@link MergedRow} and reading
 * nothing: what stands already is known from memory, its vector stays on disk. Resumption is exact
 * (offsets are written with the rows), so offsets of rows that stand already need not be known. Not
 * thread-safe.
 */
final class MergeBuffer {
  private final EmbeddingStore store;
  private final int waitingMax;
  private final Map<Key, Pending> pending = new LinkedHashMap<>();
  private final Map<Key, EmbeddingRow> waiting = new HashMap<>();
  private final Map<String, Long> offsets = new HashMap<>();
  private long dropped;

  private record Key(TableId table, String item) {}

  /** What stood, and what stands with the records gathered. */
  private record Pending(MergedRow before, MergedRow after) {}

  MergeBuffer(EmbeddingStore store, int waitingMax) {
    this.store = store;
    this.waitingMax = waitingMax;
    store.scanInputs(
        WriteSet.InputKind.TUNED,
        (table, item, bytes) -> waiting.put(new Key(table, item), Rows.light(Rows.parse(bytes))));
  }

  void merge(TableId table, String item, UnaryOperator<MergedRow> step) {
    Key key = new Key(table, item);
    Pending known = pending.get(key);
    MergedRow before = known == null ? standing(key) : known.before;
    MergedRow after = step.apply(known == null ? before : known.after);
    pending.put(key, new Pending(before, after));
  }

  void offset(String topicPartition, long next) {
    offsets.put(topicPartition, next);
  }

  int size() {
    return pending.size();
  }

  /** Returns the number of tuned rows that wait for their cold row. */
  int waiting() {
    return waiting.size();
  }

  /** Returns the number of waiting rows dropped at the limit. */
  long dropped() {
    return dropped;
  }

  private MergedRow standing(Key key) {
    RowMeta meta = store.meta(key.table, key.item);
    if (meta == null) {
      return standing(null, waiting.get(key));
    }
    // Under a tuned winner lies a cold row of the same life; two objects, so that they differ.
    EmbeddingRow cold = Rows.light(meta);
    return standing(cold, meta.tuned() ? Rows.light(meta) : waiting.get(key));
  }

  private static MergedRow standing(@Nullable EmbeddingRow cold, @Nullable EmbeddingRow tuned) {
    boolean rolledBack = tuned != null && tuned.getOrigin() == EmbeddingRow.Origin.ROLLBACK;
    return rolledBack
        ? new MergedRow(-1, cold, -1, null, tuned)
        : new MergedRow(-1, cold, -1, tuned, null);
  }

  /** Writes what was gathered, offsets included, as one batch; returns the rows that changed. */
  int flush() {
    WriteSet set = new WriteSet();
    pending.forEach((key, each) -> settle(set, key, each.before, each.after));
    offsets.forEach(set::offset);
    if (!set.isEmpty()) {
      store.write(set);
    }
    pending.clear();
    offsets.clear();
    return set.rows().size();
  }

  @SuppressWarnings("ReferenceEquality") // a row that changed is another object; equal ones may be
  private void settle(WriteSet set, Key key, MergedRow before, MergedRow after) {
    EmbeddingRow stood = before.winner();
    EmbeddingRow wins = after.winner();
    EmbeddingRow cold = after.cold();
    if (cold != before.cold()) {
      set.input(
          key.table, key.item, WriteSet.InputKind.COLD, cold == null ? null : Rows.input(cold));
    }
    if (wins == null) {
      if (stood != null) {
        set.delete(key.table, key.item, stood.getIncarnation());
      }
    } else if (wins != stood) {
      EmbeddingRow full = full(key, wins, wins == cold);
      set.put(key.table, key.item, Rows.stored(full), Rows.lineage(full));
    }
    settleWaiting(set, key, wins, after.highest());
  }

  private EmbeddingRow full(Key key, EmbeddingRow row, boolean cold) {
    if (!Rows.isLight(row)) {
      return row;
    }
    WriteSet.InputKind kind = cold ? WriteSet.InputKind.COLD : WriteSet.InputKind.TUNED;
    byte[] bytes = store.input(key.table, key.item, kind);
    if (bytes == null) {
      throw new StoreException(
          StoreException.Code.CORRUPT, "the %s row of %s is missing".formatted(kind, key));
    }
    return Rows.parse(bytes);
  }

  /** A tuned row that does not win is kept aside, unless a tombstone of its item displaced it. */
  @SuppressWarnings("ReferenceEquality") // as above
  private void settleWaiting(
      WriteSet set, Key key, @Nullable EmbeddingRow wins, @Nullable EmbeddingRow tuned) {
    EmbeddingRow was = waiting.get(key);
    EmbeddingRow waits = tuned == wins ? null : tuned;
    if (waits == was || (waits != null && Rows.isLight(waits))) {
      return;
    }
    if (waits == null) {
      waiting.remove(key);
      set.input(key.table, key.item, WriteSet.InputKind.TUNED, null);
    } else if (was == null && waiting.size() >= waitingMax) {
      dropped++;
    } else {
      waiting.put(key, Rows.light(waits));
      set.input(key.table, key.item, WriteSet.InputKind.TUNED, Rows.input(waits));
    }
  }
}
