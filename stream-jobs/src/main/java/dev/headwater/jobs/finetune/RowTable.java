package dev.headwater.jobs.finetune;

import dev.headwater.events.Keys;
import dev.headwater.events.LightRows;
import dev.headwater.events.MergedRow;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Vectors;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.RowVersion;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * All rows of the domain: those this shard owns and learns, and the others as readers see them.
 * Rows begin and end with their cold row. For one thread.
 */
final class RowTable {
  private final Tables tables;
  private final Predicate<String> owns;
  private final Counting counting;
  private final Changes changes;
  private final Map<String, Row> rows = new HashMap<>();
  private final Map<String, MergedRow> merged = new HashMap<>();
  private final DeletedItems deleted = new DeletedItems();
  private final LeftRows left = new LeftRows(deleted);
  private final Adoption adoption;
  private Row[] bySlot = new Row[1024];
  private long generation;
  private long epoch;
  private boolean built;
  private boolean loaded;

  /** Hears what becomes of owned rows. */
  interface Changes {
    /** A row began. */
    void onAdded(Row row);

    /** A row ended: its state goes, and a tombstone goes out. */
    void onRemoved(Row row, boolean wasPublished);

    /** An item without a row ended: what is kept of it goes. */
    void onForgotten(String item);

    /** A row differs from what was last sent for another reason than learning. */
    void onMoved(Row row);

    /** The topic holds another record than the one last sent. */
    void onForeign(Row row);

    /** An owned item was deleted on request: it owes a receipt. */
    void onDeleted(String item, long deletedMs);

    /** What an own row has counted was not sent. */
    void onCounted(Row row);

    /** A row was taken from the topics: its state changed, nothing is to be sent. */
    void onAdopted(Row row);
  }

  RowTable(Tables tables, Predicate<String> owns, Counting counting, Changes changes) {
    this.tables = tables;
    this.owns = owns;
    this.counting = counting;
    this.changes = changes;
    this.adoption = new Adoption(tables, counting, changes);
    counting.ask(
        (item, incarnation) -> merged.getOrDefault(item, MergedRow.EMPTY).isOver(incarnation));
  }

  @Nullable Row get(String item) {
    return rows.get(item);
  }

  /** Returns what clicks say of the items. */
  Counting counting() {
    return counting;
  }

  Row at(int slot) {
    return bySlot[slot];
  }

  int size() {
    return rows.size();
  }

  Collection<Row> all() {
    return Collections.unmodifiableCollection(rows.values());
  }

  /** Returns what was deleted on request. */
  DeletedItems deletedItems() {
    return deleted;
  }

  /** Returns the highest generation seen: rows are sent under it. */
  long generation() {
    return generation;
  }

  /** Another row of the domain was seen under a generation. */
  void saw(long other) {
    generation = Math.max(generation, other);
  }

  /** Sets the epoch of this attempt's own rows. */
  void writtenUnder(long ownEpoch) {
    epoch = ownEpoch;
  }

  /** Fails where another attempt has claimed an epoch above this one's. */
  void requireNotSuperseded(RowRecord record) {
    if (owns.test(record.item())) {
      SupersededException.requireNot(record, generation, epoch);
    }
  }

  @SuppressWarnings("ReferenceEquality") // another object says that the cold row changed
  void onRow(RowRecord record) {
    String item = record.item();
    EmbeddingRow row = record.row();
    if (row != null) {
      generation = Math.max(generation, row.getVersion().getGeneration());
    }
    boolean cold = record.kind() == RowRecord.Kind.COLD;
    if (record.deletedMs() > 0 && cold) {
      deleted.read(item, record.deletedMs());
    }
    if (row != null && deleted.ends(item, row)) {
      return;
    }
    MergedRow before = merged.getOrDefault(item, MergedRow.EMPTY);
    MergedRow after = withoutDeleted(record.key(), before.with(record));
    if (!built) {
      keep(item, after);
      return;
    }
    if (record.kind() == RowRecord.Kind.TUNED && isOwnEcho(record)) {
      return;
    }
    keep(item, cold ? after.mapCold(LightRows::of) : after);
    switch (record.kind()) {
      case COLD -> {
        if (left.forget(item, after.ended())) {
          counting.forgetCarried(item);
          changes.onForgotten(item);
        }
        if (after.cold() != before.cold()) {
          onCold(item, after.cold());
          keep(item, after.mapCold(LightRows::of)); // now without what its row holds
        } else if (after.cold() == null) {
          counting.endNamed(item);
        }
        if (record.deletedMs() > 0 && loaded && owns.test(item)) {
          // One may stand behind a newer one, which is answered still.
          changes.onDeleted(item, deleted.newest(item));
        }
      }
      case TUNED -> onTuned(item, row, after);
      case ROLLBACK -> {
        if (row != null && row.equals(after.rolledBack())) {
          onRollback(row, after);
        }
      }
    }
  }

  /** A request ends what began before it, also where it names no incarnation. */
  private MergedRow withoutDeleted(Keys.RowKey key, MergedRow row) {
    EmbeddingRow cold = row.cold();
    return cold != null && deleted.ends(key.item(), cold)
        ? row.with(RowRecord.ended(key, -1, cold.getIncarnation()))
        : row;
  }

  /** Most of what comes back are the records that this attempt sent: nothing to learn from them. */
  private boolean isOwnEcho(RowRecord record) {
    Row row = rows.get(record.item());
    return row != null && row.owned && loaded && isOurs(row, record.row());
  }

  /**
   * Makes the rows from what was read so far, in the order of their items: slots, and with them the
   * negatives, do not depend on how partitions interleaved.
   */
  void build() {
    built = true;
    for (String item : new TreeSet<>(merged.keySet())) {
      MergedRow known = merged.get(item);
      EmbeddingRow cold = known == null ? null : known.cold();
      if (known != null && cold != null) {
        onCold(item, cold);
        merged.put(item, known.mapCold(LightRows::of));
      }
    }
  }

  private void keep(String item, MergedRow row) {
    if (row.cold() == null && row.highest() == null && row.ended().incarnation() < 0) {
      merged.remove(item);
      return;
    }
    Row known = rows.get(item);
    boolean held = loaded && known != null && known.owned;
    merged.put(item, held ? row.mapTuned(LightRows::of) : row);
  }

  private void onCold(String item, @Nullable EmbeddingRow cold) {
    Row row = rows.get(item);
    if (cold == null) {
      if (row != null) {
        remove(row);
      }
      return;
    }
    float[] start = Vectors.unpack(cold.getVector());
    if (start.length != tables.dim() || !Vectors.isFinite(start)) {
      return;
    }
    if (row != null && row.incarnation == cold.getIncarnation()) {
      counting.begin(row, cold);
      move(row, cold.getRevision(), start);
      return;
    }
    if (row != null) {
      remove(row);
    }
    add(item, cold, start);
  }

  private void add(String item, EmbeddingRow cold, float[] start) {
    float[] source = cold.hasSourceVector() ? Vectors.unpack(cold.getSourceVector()) : start;
    int slot = tables.add(start, source.length == start.length ? source : start);
    Row row = new Row(item, slot, owns.test(item), cold, start);
    rows.put(item, row);
    if (slot >= bySlot.length) {
      bySlot = Arrays.copyOf(bySlot, Math.max(slot + 1, bySlot.length * 2));
    }
    bySlot[slot] = row;
    if (left.endsIn(row)) {
      changes.onForgotten(item);
    }
    counting.begin(row, cold);
    showWinner(row);
    if (row.owned && loaded) {
      changes.onAdded(row);
      settle(row, merged.getOrDefault(item, MergedRow.EMPTY));
    }
  }

  private void remove(Row row) {
    row.ended = true;
    rows.remove(row.item);
    tables.remove(row.slot);
    counting.end(row);
    if (row.owned && loaded) {
      changes.onRemoved(row, row.version != null);
    }
  }

  /** A changed text moves the start of a row and keeps what was learned on top. */
  void move(Row row, long revision, float[] start) {
    row.revision = revision;
    if (Arrays.equals(row.start, start)) {
      return;
    }
    float[] vector = tables.working(row.slot);
    for (int i = 0; i < vector.length; i++) {
      vector[i] += start[i] - row.start[i];
    }
    row.start = start;
    tables.tuner().table().set(row.slot, vector);
    if (row.version == null) {
      publish(row, start);
    }
    if (row.owned && loaded && row.version != null) {
      changes.onMoved(row);
    }
  }

  private void onTuned(String item, @Nullable EmbeddingRow tuned, MergedRow after) {
    Row row = rows.get(item);
    if (row == null || !loaded) {
      return;
    }
    if (!row.owned) {
      showWinner(row);
    } else if (row.version == null && !isOf(row, tuned)) {
      settle(row, after);
    } else if (!isOurs(row, tuned)) {
      changes.onForeign(row);
    }
  }

  private static boolean isOf(Row row, @Nullable EmbeddingRow tuned) {
    return tuned != null && tuned.getIncarnation() == row.incarnation;
  }

  /** Our own records come back one after the other: an older one of this attempt is no surprise. */
  private boolean isOurs(Row row, @Nullable EmbeddingRow tuned) {
    return row.version != null
        && tuned != null
        && tuned.getIncarnation() == row.incarnation
        && (tuned.getVersion().getEpoch() == epoch || tuned.getVersion().equals(row.version));
  }

  /**
   * A rollback comes row by row, and raises the generation with its first: what went out since then
   * of a row whose turn came later stands above its own, and knows what was to be taken back.
   */
  private void onRollback(EmbeddingRow rolledBack, MergedRow known) {
    Row row = rows.get(rolledBack.getItem());
    if (row == null || !loaded || row.incarnation != rolledBack.getIncarnation()) {
      return;
    }
    if (!row.owned) {
      showWinner(row);
      return;
    }
    boolean overtaken = !rolledBack.equals(known.highest()) || isBelow(rolledBack, row.ownVersion);
    if (adoption.adopt(row, rolledBack, false)) { // it may be another's, who had read further
      long replays = Settlement.replays(row, rolledBack);
      row.awaitReplays(replays, rolledBack.getNewestEventTimeMs());
      if (overtaken) {
        changes.onForeign(row);
      }
    }
  }

  private static boolean isBelow(EmbeddingRow row, @Nullable RowVersion sent) {
    return sent != null && MergedRow.VERSION_ORDER.compare(row.getVersion(), sent) < 0;
  }

  /** Brings an owned row and what stands in the topics together. */
  private void settle(Row row, MergedRow known) {
    Settlement settlement = Settlement.of(row, known);
    EmbeddingRow top = known.standing();
    switch (settlement.kind()) {
      case SAME -> {
        if (row.counts == null && top != null && top.getVersion().equals(row.version)) {
          counting.adopt(row, top, true); // state of a release that did not count
        } else if (row.counts != null && (top == null || isBehind(row, top))) {
          changes.onCounted(row);
        }
      }
      case FOREIGN -> changes.onForeign(row);
      case GO_ON, GO_BACK -> {
        boolean goesOn = settlement.kind() == Settlement.Kind.GO_ON;
        if (top != null && adoption.adopt(row, top, goesOn)) {
          row.awaitReplays(settlement.replays(), top.getNewestEventTimeMs());
        } else {
          changes.onForeign(row);
        }
      }
    }
    if (!Objects.equals(top, known.highest())) {
      changes.onForeign(row); // it goes out over the one that went out too early
    }
  }

  private boolean isBehind(Row row, EmbeddingRow top) {
    return top.getVersion().equals(row.version)
        && top.getIncarnation() == row.incarnation
        && !counting.isSent(row, top);
  }

  /** Sets a row to what readers see: for a foreign row always, for an owned one while loading. */
  private void showWinner(Row row) {
    MergedRow known = merged.get(row.item);
    EmbeddingRow winner = known == null ? null : known.winner();
    if (!row.owned) {
      counting.shown(row, winner);
    }
    if (winner == null || winner.getVector().getData().isEmpty()) {
      return;
    }
    float[] vector = Vectors.unpack(winner.getVector());
    if (vector.length != tables.dim() || !Vectors.isFinite(vector)) {
      return;
    }
    publish(row, vector);
    if (!row.owned) {
      tables.tuner().table().set(row.slot, vector);
    }
  }

  private void publish(Row row, float[] vector) {
    row.published = vector;
    tables.published().set(row.slot, vector);
  }

  /** Adds the working table to a checksum: items in order, each with its vector and counts. */
  void checksum(CRC32C crc) {
    for (String item : new TreeSet<>(rows.keySet())) {
      Row row = rows.get(item);
      if (row != null) {
        crc.update(item.getBytes(StandardCharsets.UTF_8));
        crc.update(Vectors.fp32(tables.working(row.slot)).getData().asReadOnlyByteBuffer());
        crc.update(counting.encode(row));
      }
    }
  }

  /**
   * Takes a row from a checkpoint. Returns false when the item has ended or begun again since: then
   * its state is to be cleared.
   */
  boolean restore(String item, RowCodec.Saved saved) {
    Row row = rows.get(item);
    if (row == null || row.incarnation != saved.incarnation()) {
      return false;
    }
    float[] start = row.start;
    long revision = row.revision;
    tables.tuner().restore(row.slot, saved.state());
    row.start = saved.start();
    row.revision = saved.revision();
    row.interactions = saved.interactions();
    row.newestEventId = saved.newestEventId();
    row.newestEventTimeMs = saved.newestEventTimeMs();
    row.newestPublishedMs = saved.newestPublishedMs();
    row.version = saved.version();
    row.replays = saved.replays();
    row.replaysUntilMs = saved.replaysUntilMs();
    row.clicksRead = saved.clicksRead();
    row.rollbackRead = saved.rollbackRead();
    counting.restore(row, saved);
    move(row, revision, start);
    if (revision != saved.revision()) {
      adoption.movedFrom(item, saved);
    }
    return true;
  }

  /** Takes how far clicks on an item were read. False where it has ended or begun again since. */
  boolean restore(String item, ClicksRead read) {
    Row row = rows.get(item);
    if (row != null && row.incarnation >= read.incarnation()) {
      row.clicksRead = row.incarnation == read.incarnation() ? read.count() : 0;
      return row.incarnation == read.incarnation();
    }
    return left.keep(item, read, merged.getOrDefault(item, MergedRow.EMPTY).ended());
  }

  /** Returns how far the clicks on own items were read: what a change of bundle leaves of rows. */
  Map<String, ClicksRead> clicksRead() {
    Map<String, ClicksRead> all = left.all();
    for (Row row : rows.values()) {
      if (row.owned && row.clicksRead > 0) {
        all.put(row.item, new ClicksRead(row.incarnation, row.beganMs, row.clicksRead));
      }
    }
    return all;
  }

  /**
   * Ends loading: from now on changes are reported. Owned rows whose record in the topic is not the
   * one that this state sent last are settled, so that topic and trainer meet again.
   */
  void endLoading() {
    List<Row> all = rows.values().stream().sorted(Comparator.comparing(row -> row.item)).toList();
    all.forEach(this::showWinner);
    loaded = true;
    // What was deleted while the job was down, or before and is confirmed once more.
    deleted.forEachHere(
        (item, deletedMs) -> {
          if (owns.test(item)) {
            changes.onDeleted(item, deletedMs);
          }
        });
    for (Row row : all) {
      MergedRow known = merged.get(row.item);
      if (!row.owned || known == null) {
        continue;
      }
      settle(row, known);
      keep(row.item, known);
    }
    adoption.end();
  }
}
