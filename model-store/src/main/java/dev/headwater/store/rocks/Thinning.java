package dev.headwater.store.rocks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Forgets versions between two that are kept. A row of such a version is read by the next kept one
 * unless a later row came before that: then it goes, else its name goes over to that version's list
 * of touched items. A chunk of names is moved in the batch that forgets its rows, so that thinning
 * may stop between any two chunks. One thread at a time.
 */
final class Thinning {
  private final RocksFiles files;

  Thinning(RocksFiles files) {
    this.files = files;
  }

  /** One bounded step; tells whether more remains. */
  boolean step(TableIndex table, NavigableSet<Long> kept, int rowsMax) {
    Step step = new Step(table.number, kept);
    try (RocksIterator deltas = files.db.newIterator(files.deltas, files.point);
        RocksIterator rows = files.db.newIterator(files.rows, files.point)) {
      for (long version : table.dropBetween(kept)) {
        step.batch.delete(files.metaId, Manifests.versionKey(table.number, version));
      }
      int budget = rowsMax;
      deltas.seek(RowKeys.delta(table.number, kept.first() + 1, 0));
      while (step.isBetween(deltas) && budget > 0) {
        long version = RowKeys.deltaVersion(deltas.key());
        if (kept.contains(version)) {
          deltas.seek(RowKeys.delta(table.number, version + 1, 0)); // past all its chunks
        } else {
          budget -= step.move(deltas, rows);
          deltas.next();
        }
      }
      step.batch.write(files.db, files.unsynced);
      return budget <= 0;
    } catch (RocksDBException e) {
      throw RocksFiles.failed("thin out versions", e);
    }
  }

  /** What one step writes. */
  private final class Step {
    private final int table;
    private final NavigableSet<Long> kept;
    private final BatchBuffer batch = new BatchBuffer();
    private final Map<Long, Integer> chunks = new HashMap<>();

    Step(int table, NavigableSet<Long> kept) {
      this.table = table;
      this.kept = kept;
    }

    boolean isBetween(RocksIterator deltas) {
      return deltas.isValid()
          && RowKeys.tableOf(deltas.key()) == table
          && RowKeys.deltaVersion(deltas.key()) < kept.last();
    }

    /** Moves one chunk and returns how many rows were looked at. */
    int move(RocksIterator deltas, RocksIterator rows) throws RocksDBException {
      long version = RowKeys.deltaVersion(deltas.key());
      Long into = kept.higher(version);
      if (into == null) {
        throw new IllegalStateException("nothing is kept after version " + version);
      }
      List<byte[]> items = Deltas.unpack(deltas.value());
      List<byte[]> moved = new ArrayList<>();
      for (byte[] item : items) {
        if (isStillRead(rows, item, version, into)) {
          moved.add(item);
        }
      }
      batch.delete(files.deltasId, deltas.key());
      if (!moved.isEmpty()) {
        int chunk = chunks.merge(into, nextChunk(into), (last, first) -> last + 1);
        batch.put(files.deltasId, RowKeys.delta(table, into, chunk), Deltas.chunk(moved));
      }
      return items.size();
    }

    /**
     * Tells whether the next kept version reads what this one read of an item; if not, and the one
     * kept before does not either, it is forgotten. What was read may be older than the version: a
     * name comes along from each version that is thinned out.
     */
    private boolean isStillRead(RocksIterator rows, byte[] item, long version, long into) {
      Long before = kept.lower(version);
      long lower = before == null ? 0 : before;
      rows.seek(RowKeys.row(table, item, into));
      if (!isRowOf(rows, item) || RowKeys.versionOf(rows.key()) <= version) {
        return isRowOf(rows, item) && RowKeys.versionOf(rows.key()) > lower;
      }
      for (rows.seek(RowKeys.row(table, item, version)); isRowOf(rows, item); rows.next()) {
        if (RowKeys.versionOf(rows.key()) <= lower) {
          break;
        }
        batch.delete(files.rowsId, rows.key());
        batch.delete(files.lineageId, rows.key());
      }
      return false;
    }

    private boolean isRowOf(RocksIterator rows, byte[] item) {
      return rows.isValid() && RowKeys.isOf(rows.key(), table, item);
    }

    private int nextChunk(long version) throws RocksDBException {
      try (RocksIterator last = files.db.newIterator(files.deltas, files.point)) {
        last.seekForPrev(RowKeys.delta(table, version, Integer.MAX_VALUE));
        boolean known =
            last.isValid()
                && RowKeys.tableOf(last.key()) == table
                && RowKeys.deltaVersion(last.key()) == version;
        return known ? RowKeys.deltaChunk(last.key()) + 1 : 0;
      }
    }
  }
}
