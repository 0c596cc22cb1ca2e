package dev.headwater.store.cycle;

import dev.headwater.events.ColdEnd;
import dev.headwater.events.IncarnationHeader;
import dev.headwater.events.LightRows;
import dev.headwater.events.MergedRow;
import dev.headwater.events.RowRecord;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.RowMeta;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.WriteSet;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Gathers records until they are written, merging those of one key by {@link MergedRow} and reading
 * nothing but the cold row under another one: what stands already is known from memory, its vector
 * stays on disk. Resumption is exact (offsets are written with the rows), so offsets of rows that
 * stand already need not be known. Not thread-safe.
 */
final class MergeBuffer {
  private final EmbeddingStore store;
  private final int waitingMax;
  private final Map<Key, Pending> pending = new LinkedHashMap<>();
  private final Set<TableId> tables = new HashSet<>();
  private final Map<Key, EmbeddingRow> waiting = new HashMap<>();
  private final Map<String, Long> offsets = new HashMap<>();
  private WriteSet beside = new WriteSet();
  private long dropped;

  private record Key(TableId table, String item) {}

  /**
   * What stood, and what stands with the records gathered.
   *
   * @param coldRead whether text and writer of the cold row that stood are known
   */
  private record Pending(MergedRow before, MergedRow after, boolean coldRead) {}

  MergeBuffer(EmbeddingStore store, int waitingMax) {
    this.store = store;
    this.waitingMax = waitingMax;
    store.scanInputs(
        WriteSet.InputKind.TUNED,
        (table, item, bytes) -> waiting.put(new Key(table, item), LightRows.of(Rows.parse(bytes))));
  }

  /**
   * Takes in a record.
   *
   * @return whether it is a tuned row below one of its topic that came before: another writer's
   */
  boolean merge(TableId table, RowRecord record) {
    Key key = new Key(table, record.item());
    boolean cold = record.kind() == RowRecord.Kind.COLD;
    Pending known = known(key);
    if (cold && !known.coldRead) {
      known = withColdRead(key, known);
    }
    pending.put(key, new Pending(known.before, known.after.with(record), known.coldRead));
    return isOvertaken(record, known.after);
  }

  /** Returns the incarnation of an item's cold row, -1 where there is none. */
  long coldIncarnation(TableId table, String item) {
    EmbeddingRow cold = after(new Key(table, item)).cold();
    return cold == null ? IncarnationHeader.NONE : cold.getIncarnation();
  }

  /** Tells whether the tuned row of an item is a rollback's of a later incarnation. */
  boolean isRolledBackAfter(TableId table, String item, long incarnation) {
    EmbeddingRow tuned = after(new Key(table, item)).highest();
    return tuned != null
        && ReverseDelta.isOfRollback(tuned)
        && tuned.getIncarnation() > incarnation;
  }

  private MergedRow after(Key key) {
    Pending known = pending.get(key);
    return known == null ? standing(key) : known.after;
  }

  /** Tells the same of a record that is not taken in. */
  boolean overtakes(TableId table, RowRecord record) {
    return isOvertaken(record, after(new Key(table, record.item())));
  }

  private static boolean isOvertaken(RowRecord record, MergedRow known) {
    EmbeddingRow row = record.row();
    return row != null && record.kind() == RowRecord.Kind.TUNED && known.overtakes(row);
  }

  private Pending known(Key key) {
    Pending known = pending.get(key);
    if (known == null) {
      MergedRow standing = standing(key);
      known = new Pending(standing, standing, false);
      tables.add(key.table);
    }
    return known;
  }

  /** Forgets what a rollback brought back of an item: its bundle was retired. */
  void endRollback(TableId table, String item) {
    Key key = new Key(table, item);
    Pending known = known(key);
    pending.put(key, new Pending(known.before, known.after.withoutRollback(), known.coldRead));
  }

  /**
   * Text and writer of a cold row that stands are on disk, with its vector. They are read only when
   * another cold record comes: which of the two counts depends on them.
   */
  private Pending withColdRead(Key key, Pending known) {
    EmbeddingRow light = known.before.cold();
    byte[] bytes = light == null ? null : store.input(key.table, key.item, WriteSet.InputKind.COLD);
    if (bytes == null) {
      return new Pending(known.before, known.after, true);
    }
    EmbeddingRow read = LightRows.of(Rows.parse(bytes));
    return new Pending(known.before.mapCold(row -> read), known.after.mapCold(row -> read), true);
  }

  /** Returns what goes into the next batch beside rows and offsets. */
  WriteSet beside() {
    return beside;
  }

  /** Forgets what was gathered or waits for an item; what is on disk is the caller's. */
  void forget(TableId table, String item) {
    Key key = new Key(table, item);
    pending.remove(key);
    waiting.remove(key);
  }

  /** Returns the tables of what was gathered. */
  Set<TableId> tables() {
    return tables;
  }

  /** Returns the next offset to read of each partition of a topic, once this is written. */
  Map<Integer, Long> read(String topic) {
    Map<Integer, Long> read = new HashMap<>();
    String prefix = topic + "/";
    for (Map<String, Long> known : List.of(store.offsets(), offsets)) {
      known.forEach(
          (partition, next) -> {
            if (partition.startsWith(prefix) && next > 0) {
              read.merge(Integer.parseInt(partition.substring(prefix.length())), next, Math::max);
            }
          });
    }
    return read;
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

  /** Shows the tuned rows with a vector that wait for their cold row, without that vector. */
  void eachWaiting(TableId table, BiConsumer<String, EmbeddingRow> visitor) {
    waiting.forEach(
        (key, row) -> {
          if (key.table.equals(table) && row.hasVector()) {
            visitor.accept(key.item, row);
          }
        });
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
    // Under a tuned winner lies a cold row of the same incarnation; two objects, so that they
    // differ.
    EmbeddingRow cold = Rows.light(meta);
    return standing(cold, meta.tuned() ? Rows.light(meta) : waiting.get(key));
  }

  private static MergedRow standing(@Nullable EmbeddingRow cold, @Nullable EmbeddingRow tuned) {
    boolean rolledBack = tuned != null && tuned.getOrigin() == EmbeddingRow.Origin.ROLLBACK;
    return rolledBack
        ? new MergedRow(-1, cold, ColdEnd.NONE, -1, null, tuned)
        : new MergedRow(-1, cold, ColdEnd.NONE, -1, tuned, null);
  }

  /** Writes what was gathered, offsets included, as one batch; returns the rows that changed. */
  int flush() {
    WriteSet set = beside;
    Map<Key, EmbeddingRow> fetched = fetch();
    pending.forEach((key, each) -> settle(set, key, each, fetched));
    offsets.forEach(set::offset);
    if (!set.isEmpty()) {
      store.write(set);
    }
    pending.clear();
    tables.clear();
    offsets.clear();
    beside = new WriteSet();
    return set.rows().size();
  }

  /** Reads, in one call a table and kind, the vectors of rows that win again. */
  @SuppressWarnings("ReferenceEquality") // a row that changed is another object; equal ones may be
  private Map<Key, EmbeddingRow> fetch() {
    Map<TableId, Map<WriteSet.InputKind, List<String>>> wanted = new HashMap<>();
    pending.forEach(
        (key, each) -> {
          EmbeddingRow wins = each.after.winner();
          if (wins != null && wins != each.before.winner() && LightRows.isLight(wins)) {
            boolean cold = wins == each.after.cold();
            wanted
                .computeIfAbsent(key.table, table -> new EnumMap<>(WriteSet.InputKind.class))
                .computeIfAbsent(
                    cold ? WriteSet.InputKind.COLD : WriteSet.InputKind.TUNED,
                    kind -> new ArrayList<>())
                .add(key.item);
          }
        });
    Map<Key, EmbeddingRow> fetched = new HashMap<>();
    wanted.forEach(
        (table, kinds) -> kinds.forEach((kind, items) -> fetchInto(fetched, table, kind, items)));
    return fetched;
  }

  private void fetchInto(
      Map<Key, EmbeddingRow> fetched, TableId table, WriteSet.InputKind kind, List<String> items) {
    List<byte @Nullable []> found = store.inputs(table, items, kind);
    for (int i = 0; i < items.size(); i++) {
      byte[] bytes = found.get(i);
      if (bytes == null) {
        throw new StoreException(
            StoreException.Code.CORRUPT,
            "the %s row of %s/%s is missing".formatted(kind, table, items.get(i)));
      }
      fetched.put(new Key(table, items.get(i)), Rows.parse(bytes));
    }
  }

  @SuppressWarnings("ReferenceEquality") // as above
  private void settle(WriteSet set, Key key, Pending each, Map<Key, EmbeddingRow> fetched) {
    EmbeddingRow stood = each.before.winner();
    EmbeddingRow wins = each.after.winner();
    EmbeddingRow cold = each.after.cold();
    if (cold != each.before.cold()) {
      set.input(
          key.table, key.item, WriteSet.InputKind.COLD, cold == null ? null : Rows.input(cold));
    }
    if (wins == null) {
      if (stood != null) {
        set.delete(key.table, key.item, stood.getIncarnation());
      }
    } else if (wins != stood) {
      EmbeddingRow full = LightRows.isLight(wins) ? fetched.getOrDefault(key, wins) : wins;
      set.put(key.table, key.item, Rows.stored(full), Rows.lineage(full));
    }
    settleWaiting(set, key, wins, each.after.highest());
  }

  /** A tuned row that does not win is kept aside, unless a tombstone of its item displaced it. */
  @SuppressWarnings("ReferenceEquality") // as above
  private void settleWaiting(
      WriteSet set, Key key, @Nullable EmbeddingRow wins, @Nullable EmbeddingRow tuned) {
    EmbeddingRow was = waiting.get(key);
    EmbeddingRow waits = tuned == wins ? null : tuned;
    if (waits == was || (waits != null && LightRows.isLight(waits))) {
      return;
    }
    if (waits == null) {
      waiting.remove(key);
      set.input(key.table, key.item, WriteSet.InputKind.TUNED, null);
    } else if (was == null && waiting.size() >= waitingMax) {
      dropped++;
    } else {
      waiting.put(key, LightRows.of(waits));
      set.input(key.table, key.item, WriteSet.InputKind.TUNED, Rows.input(waits));
    }
  }
}
