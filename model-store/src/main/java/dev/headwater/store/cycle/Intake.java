package dev.headwater.store.cycle;

import dev.headwater.events.IncarnationHeader;
import dev.headwater.events.Keys;
import dev.headwater.events.RowLog;
import dev.headwater.events.RowRecord;
import dev.headwater.events.announce.AnnouncementBook;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.WriteSet;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes records of the embedding topics, drops late ones, and hands the rest to the merge. Where a
 * row came late, or one below what its owner sent before, what stands is published once more; what
 * comes under a bundle that was retired is ended, and so is what a rollback brought back of an item
 * that is over. That this is owed is written in the same batch as the offsets, and struck out only
 * after it was published, so that no crash loses it.
 */
final class Intake {
  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

  /** Most rows of retired bundles that a store which may not write yet keeps in mind. */
  private static final int RETIRED_MAX = 100_000;

  private final EmbeddingStore store;
  private final AnnouncementBook book;
  private final StoreMetrics metrics;
  private final Clock clock;
  private final MergeBuffer buffer;
  private final RowLog rows;
  private final DeletionMarks deletionMarks;
  private final GenerationNotes generations;
  private final RankerRows rankers;

  /** Items of which a row came that does not count, last of its topic. */
  private final Map<Keys.RowKey, Owed> owed = new LinkedHashMap<>();

  private boolean behind = true;
  private @Nullable StoreException ended;
  private @Nullable TableId lastTable;

  Intake(
      EmbeddingStore store,
      AnnouncementBook book,
      MergeBuffer buffer,
      StoreMetrics metrics,
      Clock clock,
      RowLog rows) {
    this.store = store;
    this.book = book;
    this.buffer = buffer;
    this.metrics = metrics;
    this.clock = clock;
    deletionMarks = new DeletionMarks(store, clock.millis());
    this.rows = rows;
    rankers = new RankerRows(store, metrics);
    generations = new GenerationNotes(store, book, rows.topic(RowRecord.Kind.TUNED));
    store.scanInputs(
        WriteSet.InputKind.CORRECTION,
        (table, item, bytes) ->
            owed.put(new Keys.RowKey(table.domain(), table.model(), item), Owed.of(bytes)));
  }

  /**
   * Appends what decides which rows are taken. Where nobody hears whether it stands, nothing more
   * is taken: that is known by one that starts again, and rows behind it that were taken without it
   * would make this store diverge from itself.
   */
  void appendOrEnd(AnnouncementLog log, Runnable append) {
    boolean couldSay = log.refusal() == null;
    try {
      append.run();
    } catch (StoreException e) {
      if (couldSay && log.refusal() != null) {
        ended = e;
      }
      throw e;
    }
  }

  /** Takes one record; its offset is kept. */
  void take(RowRecord record) {
    passOver(rows.topic(record.kind()), record.partition(), record.offset());
    TableId table = tableOf(record.key());
    if (book.isRetired(table.domain(), table.model()) && isLeftOut(record, table)) {
      return;
    }
    if (record.isRanker()) {
      weigh(record, table);
    } else {
      merge(record, table);
    }
  }

  /**
   * What comes under a bundle after it was retired is not taken in, and is ended where it came; and
   * among tuned rows as well, for one that came late was passed over and is known to nobody.
   */
  private boolean isLeftOut(RowRecord record, TableId table) {
    EmbeddingRow row = record.row();
    if (record.beside()) {
      return true; // a request: it stands behind nothing that is owed, and ends no bundle's row
    }
    if (row == null) {
      settled(table, record.key(), due -> due.after(record));
      endOfRetired(record, table);
      return false;
    }
    if (owed.size() < RETIRED_MAX) {
      Owed passedOver = Owed.retired(RowRecord.Kind.TUNED, row);
      owe(table, record.key(), Owed.retired(record.kind(), row).and(passedOver));
    }
    return true;
  }

  /**
   * Nothing begins again under a retired bundle: any end is the end. That of an earlier incarnation
   * may have come behind the bundle's own, which compaction has taken.
   */
  private void endOfRetired(RowRecord end, TableId table) {
    if (end.isRanker()) {
      rankers.end(buffer.beside(), table);
    } else if (end.kind() == RowRecord.Kind.ROLLBACK) {
      buffer.endRollback(table, end.item());
    } else if (end.kind() == RowRecord.Kind.COLD) {
      buffer.merge(table, RowRecord.of(end.kind(), end.key(), end.offset(), null));
    }
  }

  private void weigh(RowRecord record, TableId table) {
    EmbeddingRow row = record.kind() == RowRecord.Kind.TUNED ? record.row() : null;
    if (row == null) {
      rankers.take(buffer.beside(), table, record);
      return;
    }
    boolean late = isLate(record, row, table);
    if (late) {
      metrics.rowsLate.increment();
      owe(table, record.key(), Owed.late(row));
    }
    if (rankers.isBelow(table, row)) {
      owe(table, record.key(), Owed.lower(row)); // late or not, it stands last in its topic
    } else if (!late) {
      rankers.take(buffer.beside(), table, record);
      settled(table, record.key(), Owed::withoutLower);
    }
  }

  /** Returns the marks of what ended. */
  DeletionMarks deletionMarks() {
    return deletionMarks;
  }

  /** Returns the weights of the tables. */
  RankerRows rankers() {
    return rankers;
  }

  /** Keeps the offset of a record that is no row. */
  void passOver(String topic, int partition, long offset) {
    if (ended != null) {
      throw new StoreException(
          ended.code(),
          "it is not known whether what was announced stands: restart the store",
          ended);
    }
    buffer.offset(topic + "/" + partition, offset + 1);
  }

  /** Records come in runs of one table: its id is made once. */
  private TableId tableOf(Keys.RowKey key) {
    TableId known = lastTable;
    if (known == null
        || !known.model().equals(key.model())
        || !known.domain().equals(key.domain())) {
      known = new TableId(key.domain(), key.model());
      lastTable = known;
    }
    return known;
  }

  private void merge(RowRecord record, TableId table) {
    EmbeddingRow row = record.row();
    boolean cold = record.kind() == RowRecord.Kind.COLD;
    if (record.kind() == RowRecord.Kind.ROLLBACK) {
      settled(
          table, record.key(), due -> row == null ? due.after(record) : due.behindRollback(row));
    }
    if (row != null && deletionMarks.blocks(buffer.beside(), table, record.item(), row, cold)) {
      metrics.rowsDeleted.increment();
      if (record.kind() == RowRecord.Kind.ROLLBACK) {
        owe(table, record.key(), Owed.endOfRollback(row.getIncarnation()));
      } else if (cold) { // a rollback's row may have come before it, and not said when it began
        endRollback(buffer.beside(), table, record.item(), row.getIncarnation());
      }
      if (buffer.overtakes(table, record)) {
        owe(table, record.key(), Owed.lower(row)); // passed over, but it stands last in its topic
      }
      return;
    }
    if (row != null && record.kind() == RowRecord.Kind.TUNED && isLate(record, row, table)) {
      metrics.rowsLate.increment();
      owe(table, record.key(), Owed.late(row));
      return;
    }
    if (cold && record.endedIncarnation() != IncarnationHeader.NONE) {
      deletionMarks.end(
          buffer.beside(),
          table,
          record.item(),
          record.endedIncarnation(),
          record.timestampMs() > 0 ? record.timestampMs() : clock.millis());
    }
    long before = cold ? buffer.coldIncarnation(table, record.item()) : IncarnationHeader.NONE;
    // What was under way must not bring the name of a deleted item back.
    boolean below =
        buffer.merge(
            table, row == null ? record : record.withRow(deletionMarks.withoutDeleted(table, row)));
    if (row != null && below) {
      owe(table, record.key(), Owed.lower(row));
    } else if (record.kind() == RowRecord.Kind.TUNED) {
      settled(table, record.key(), Owed::withoutLower);
    }
    if (cold) {
      boolean ended = buffer.coldIncarnation(table, record.item()) != before;
      long over = Math.max(record.endedIncarnation(), ended ? before : IncarnationHeader.NONE);
      endRollback(buffer.beside(), table, record.item(), over);
    }
  }

  /**
   * What a rollback brought back of an item up to an incarnation that is over is to end in its
   * topic, but where one has put a row of a later incarnation in its place.
   */
  void endRollback(WriteSet set, TableId table, String item, long over) {
    if (over != IncarnationHeader.NONE
        && wasRolledBack(table)
        && !book.isRetired(table.domain(), table.model())
        && !buffer.isRolledBackAfter(table, item, over)) {
      Keys.RowKey key = new Keys.RowKey(table.domain(), table.model(), item);
      owe(set, table, key, Owed.endOfRollback(over));
    }
  }

  /** Under a table that was never rolled back there is no row of a rollback to be ended. */
  private boolean wasRolledBack(TableId table) {
    return book.fences(table.domain(), table.model()).generation() > 0;
  }

  private void owe(TableId table, Keys.RowKey key, Owed more) {
    owe(buffer.beside(), table, key, more);
  }

  private void owe(WriteSet set, TableId table, Keys.RowKey key, Owed more) {
    Owed before = owed.get(key);
    Owed now = before == null ? more : before.and(more);
    if (!now.equals(before)) {
      owed.put(key, now);
      set.input(table, key.item(), WriteSet.InputKind.CORRECTION, now.bytes());
    }
  }

  /** Some of what is owed stands in the topic by now. */
  private void settled(TableId table, Keys.RowKey key, UnaryOperator<Owed> less) {
    Owed before = owed.isEmpty() ? null : owed.get(key);
    if (before == null) {
      return;
    }
    Owed now = less.apply(before);
    if (now.isNothing()) {
      owed.remove(key);
      buffer.beside().input(table, key.item(), WriteSet.InputKind.CORRECTION, null);
    } else if (!now.equals(before)) {
      owed.put(key, now);
      buffer.beside().input(table, key.item(), WriteSet.InputKind.CORRECTION, now.bytes());
    }
  }

  private boolean isLate(RowRecord record, EmbeddingRow row, TableId table) {
    return book.fences(table.domain(), table.model())
        .isLate(row.getVersion().getGeneration(), record.partition(), record.offset());
  }

  /**
   * Hands over rows by which tuned rows that wait for their cold row will not count when it comes:
   * they were learned on what a rollback takes back.
   */
  void voidWaiting(TableId table, ReverseDelta delta, Consumer<EmbeddingRow> sink) {
    List<EmbeddingRow> rows = new ArrayList<>();
    buffer.eachWaiting(
        table,
        (item, row) -> rows.add(delta.withoutVector(item, row.getIncarnation(), row.getBeganMs())));
    rows.forEach(sink);
  }

  /**
   * Takes a row that we put in the topic of rollbacks at once; when it comes back it changes
   * nothing.
   */
  void takeBack(TableId table, EmbeddingRow row) {
    Keys.RowKey key = new Keys.RowKey(table.domain(), table.model(), row.getItem());
    RowRecord record = RowRecord.of(RowRecord.Kind.ROLLBACK, key, 0, row);
    if (record.isRanker()) {
      rankers.take(buffer.beside(), table, record);
    } else {
      settled(table, key, Owed::withoutEndOfRollback);
      buffer.merge(table, record);
    }
  }

  /**
   * Forgets what of a deleted item is not in a version: what waits, and what is to be said once
   * more of it, but for an incarnation that began after the request, of which its late row may be
   * all that was read so far. Under a bundle that was retired its late rows are still to be ended.
   */
  void forget(WriteSet set, TableId table, String item, long requestedMs) {
    buffer.forget(table, item);
    set.input(
        table, item, WriteSet.InputKind.TUNED, null); // of a table without rows it is no row's
    Keys.RowKey key = new Keys.RowKey(table.domain(), table.model(), item);
    Owed due = owed.get(key);
    if (due == null || due.isAfter(requestedMs) || book.isRetired(table.domain(), table.model())) {
      return;
    }
    owed.remove(key);
    set.input(table, item, WriteSet.InputKind.CORRECTION, null);
    endRollback(set, table, item, due.over());
  }

  /** Tells whether what stood in the topics at its start was not all read yet. */
  boolean isBehind() {
    return behind;
  }

  /** Tells whether what a rollback brought back of an item is still to be ended in its topic. */
  boolean owesEnd(String domain, String item) {
    return owed.entrySet().stream()
        .anyMatch(
            each ->
                each.getValue().isEndOfRollback()
                    && each.getKey().domain().equals(domain)
                    && each.getKey().item().equals(item)
                    && !book.isRetired(domain, each.getKey().model()));
  }

  /** Fails when rows were taken that a rollback of another node has refused since. */
  void requireNotDiverged() {
    generations.requireNotDiverged(buffer);
  }

  int size() {
    return buffer.size();
  }

  /** Writes what was taken. */
  void write() {
    metrics.rowsPut.increment(buffer.flush());
  }

  /** Writes what was taken, and says again what stands where rows came late. */
  void flush(AnnouncementLog log) {
    generations.note(buffer);
    metrics.rowsPut.increment(buffer.flush());
    if (!owed.isEmpty() && !behind) {
      correct(log);
      metrics.rowsPut.increment(buffer.flush());
    }
  }

  /** What stands is said once more by one that has read what stood in the topics at its start. */
  void caughtUp() {
    behind = false;
  }

  /** Of a late row of an incarnation that is over nothing is to be said: it cannot count. */
  private List<EmbeddingRow> said(ReverseDelta delta, Keys.RowKey key, Owed due) {
    String item = key.item();
    if (item.equals(Identifiers.RANKER_ITEM)) {
      TableId table = new TableId(key.domain(), key.model());
      EmbeddingRow weights = rankers.again(table, due, delta.stamp(), clock.millis());
      return weights == null ? List.of() : List.of(weights);
    }
    if (due.isLate() && due.incarnation() > due.over()) {
      return delta.standing(item, due);
    }
    return due.isLower() ? delta.standingLearned(item) : List.of();
  }

  private void correct(AnnouncementLog log) {
    List<EmbeddingRow> rows = new ArrayList<>();
    List<RowRecord> ends = new ArrayList<>();
    WriteSet done = new WriteSet();
    owed.forEach(
        (key, due) -> {
          TableId table = new TableId(key.domain(), key.model());
          long generation = book.fences(key.domain(), key.model()).generation();
          ReverseDelta delta = new ReverseDelta(store, table, generation, clock.millis());
          boolean retired = book.isRetired(key.domain(), key.model());
          List<EmbeddingRow> said = retired ? List.of() : said(delta, key, due);
          rows.addAll(said);
          boolean replaced = said.stream().anyMatch(ReverseDelta::isOfRollback);
          ends.addAll((replaced ? due.withoutEndOfRollback() : due).ends(key, retired));
          done.input(table, key.item(), WriteSet.InputKind.CORRECTION, null);
        });
    try {
      log.correct(rows, ends);
    } catch (StoreException e) {
      // A node that does not announce does not correct either; where the log is away for a while,
      // the next batch tries again. Both keep the marks.
      if (e.code() != StoreException.Code.NOT_PRIMARY) {
        LOG.warn(
            "{} late or lower rows are still to be corrected: {}", owed.size(), e.getMessage());
      }
      if (e.code() != StoreException.Code.NOT_PRIMARY
          && e.code() != StoreException.Code.LOG_UNAVAILABLE
          && e.code() != StoreException.Code.STORAGE_FAILED) {
        throw e;
      }
      return;
    }
    owed.clear();
    store.write(done);
    rows.stream()
        .filter(ReverseDelta::isOfRollback)
        .forEach(row -> takeBack(new TableId(row.getDomain(), row.getModel()), row));
    metrics.corrections.increment(rows.size() + ends.size());
    if (!ends.isEmpty()) {
      LOG.info(
          "ended {} rows that came under retired bundles, or of items that are over", ends.size());
    }
  }
}
