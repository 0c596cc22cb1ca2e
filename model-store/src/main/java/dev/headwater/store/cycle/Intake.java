package dev.headwater.store.cycle;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headwater.events.Keys;
import dev.headwater.events.Vectors;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.WriteSet;
import dev.headwater.store.watch.AnnouncementBook;
import dev.headwater.store.watch.GenerationFences;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes records of the embedding topics, drops late ones, and hands the rest to the merge. Where a
 * row came late, what stands is published once more; that this is owed is written in the same batch
 * as the offsets, and struck out only after it was published, so that no crash loses it.
 */
final class Intake {
  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);
  private static final byte[] OWED = {1};

  private final EmbeddingStore store;
  private final AnnouncementBook book;
  private final StoreMetrics metrics;
  private final Clock clock;
  private final MergeBuffer buffer;
  private final DeletionMarks deletionMarks;
  private final GenerationNotes generations;
  private final Set<Keys.RowKey> owed = new LinkedHashSet<>();
  private @Nullable TableId lastTable;

  Intake(
      EmbeddingStore store,
      AnnouncementBook book,
      MergeBuffer buffer,
      StoreMetrics metrics,
      Clock clock,
      String fineTunedTopic) {
    this.store = store;
    this.book = book;
    this.buffer = buffer;
    this.metrics = metrics;
    this.clock = clock;
    deletionMarks = new DeletionMarks(store, clock.millis());
    generations = new GenerationNotes(store, book, fineTunedTopic);
    store.scanInputs(
        WriteSet.InputKind.CORRECTION,
        (table, item, bytes) -> owed.add(new Keys.RowKey(table.domain(), table.model(), item)));
  }

  /** Takes one record; one that cannot be read is counted and passed over, its offset is kept. */
  void take(StoreEngine.RowRecord record) {
    buffer.offset(record.topic() + "/" + record.partition(), record.offset() + 1);
    byte[] keyBytes = record.key();
    if (keyBytes == null) {
      unreadable(record, "it has no key");
      return;
    }
    try {
      Keys.RowKey key = Keys.parseRow(new String(keyBytes, StandardCharsets.UTF_8));
      if (Identifiers.isReserved(key.item())) {
        return;
      }
      byte[] value = record.value();
      EmbeddingRow row = value == null ? null : EmbeddingRow.parseFrom(value);
      if (row != null && row.hasVector() && !isReadable(row)) {
        unreadable(record, "its vector cannot be read");
        return;
      }
      merge(record, tableOf(key), key, row);
    } catch (InvalidProtocolBufferException
        | RejectedRecordException
        | IllegalArgumentException e) {
      unreadable(record, String.valueOf(e.getMessage()));
    }
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

  private static boolean isReadable(EmbeddingRow row) {
    Vectors.unpack(row.getVector());
    return !row.getVector().getData().isEmpty();
  }

  private void unreadable(StoreEngine.RowRecord record, String why) {
    metrics.undecodable.increment();
    LOG.warn("passed over {}/{}@{}: {}", record.topic(), record.partition(), record.offset(), why);
  }

  private void merge(
      StoreEngine.RowRecord record, TableId table, Keys.RowKey key, @Nullable EmbeddingRow row) {
    long offset = record.offset();
    boolean cold = record.source() == StoreEngine.Source.COLD;
    if (row != null && deletionMarks.blocks(buffer.beside(), table, key.item(), row, cold)) {
      metrics.rowsErased.increment();
      return;
    }
    switch (record.source()) {
      case COLD -> buffer.merge(table, key.item(), known -> known.withCold(offset, row));
      case ROLLBACK -> {
        if (row != null) {
          buffer.merge(table, key.item(), known -> known.withRollback(row));
        }
      }
      case FINE_TUNED -> {
        GenerationFences fences = book.fences(table.domain(), table.model());
        if (row != null
            && fences.isLate(row.getVersion().getGeneration(), record.partition(), offset)) {
          metrics.rowsLate.increment();
          if (owed.add(key)) {
            buffer.beside().input(table, key.item(), WriteSet.InputKind.CORRECTION, OWED);
          }
        } else {
          buffer.merge(table, key.item(), known -> known.withTuned(offset, row));
        }
      }
    }
  }

  /**
   * Returns rows by which tuned rows that wait for their cold row will not count when it comes:
   * they were learned on what a rollback takes back.
   */
  List<EmbeddingRow> voidWaiting(TableId table, long generation) {
    ReverseDelta delta = new ReverseDelta(store, table, generation, clock);
    List<EmbeddingRow> rows = new ArrayList<>();
    buffer.eachWaiting(
        table, (item, row) -> rows.add(delta.withoutVector(item, row.getIncarnation())));
    return rows;
  }

  /** Takes a row of our own reverse delta at once; when it comes back it changes nothing. */
  void takeBack(TableId table, EmbeddingRow row) {
    buffer.merge(table, row.getItem(), known -> known.withRollback(row));
  }

  /** Notes that an item is being deleted; the marks count once {@code set} is written. */
  void erased(WriteSet set, TableId table, String item, long life, long requestedMs) {
    buffer.forget(table, item);
    owed.remove(new Keys.RowKey(table.domain(), table.model(), item));
    deletionMarks.mark(set, table, item, life, requestedMs);
  }

  /** Fails when rows were taken that a rollback of another node has refused since. */
  void requireNotDiverged() {
    generations.requireNotDiverged(buffer);
  }

  int size() {
    return buffer.size();
  }

  /** Writes what was taken, and says again what stands where rows came late. */
  void flush(AnnouncementLog log) {
    generations.note(buffer);
    metrics.rowsPut.increment(buffer.flush());
    if (!owed.isEmpty()) {
      correct(log);
    }
  }

  private void correct(AnnouncementLog log) {
    List<EmbeddingRow> rows = new ArrayList<>();
    WriteSet done = new WriteSet();
    for (Keys.RowKey key : owed) {
      TableId table = new TableId(key.domain(), key.model());
      long generation = book.fences(key.domain(), key.model()).generation();
      EmbeddingRow row = new ReverseDelta(store, table, generation, clock).standing(key.item());
      if (row != null) {
        rows.add(row);
      }
      done.input(table, key.item(), WriteSet.InputKind.CORRECTION, null);
    }
    try {
      log.correct(rows);
    } catch (StoreException e) {
      // A node that does not announce does not correct either; where the log is away for a while,
      // the next batch tries again. Both keep the marks.
      LOG.warn("{} late rows are still to be corrected: {}", owed.size(), e.getMessage());
      if (e.code() != StoreException.Code.NOT_PRIMARY
          && e.code() != StoreException.Code.LOG_UNAVAILABLE
          && e.code() != StoreException.Code.STORAGE_FAILED) {
        throw e;
      }
      return;
    }
    owed.clear();
    store.write(done);
    metrics.corrections.increment(rows.size());
  }
}
