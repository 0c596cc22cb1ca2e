package dev.headwater.store.rocks;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.table.RowCodec;
import dev.headwater.store.table.RowHash;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.WriteSet;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Older versions: what they touched, forgetting them bit by bit, deleting an item from all. */
final class History {
  /** Ranges of one table that are rewritten one by one; more go together, with all between. */
  private static final int RANGES_MAX = 8;

  private final RocksFiles files;
  private final Map<Integer, NavigableMap<byte[], byte[]>> purged = new HashMap<>();

  History(RocksFiles files) {
    this.files = files;
  }

  /** Shows the items that sealed versions after the given one touched. */
  void deltasSince(int table, long version, Consumer<byte[]> visitor) {
    try (RocksIterator iterator = files.db.newIterator(files.deltas, files.point)) {
      iterator.seek(RowKeys.delta(table, version + 1, 0));
      for (; iterator.isValid(); iterator.next()) {
        if (RowKeys.tableOf(iterator.key()) != table) {
          break;
        }
        Deltas.unpack(iterator.value()).forEach(visitor);
      }
      iterator.status();
    } catch (RocksDBException e) {
      throw RocksFiles.failed("read what versions touched", e);
    }
  }

  /**
   * One bounded step over the items that versions below the floor touched: what the floor itself
   * displaced goes when the floor moves on, so that the oldest version of all costs nothing. The
   * chunk of names is forgotten in the batch that forgets their rows.
   */
  boolean collect(TableIndex table, long floor, int rowsMax) {
    int budget = rowsMax;
    try (RocksIterator deltas = files.db.newIterator(files.deltas, files.point);
        RocksIterator rows = files.db.newIterator(files.rows, files.point)) {
      BatchBuffer batch = new BatchBuffer();
      for (long version : table.dropBelow(floor)) {
        batch.delete(files.metaId, Manifests.versionKey(table.number, version));
      }
      deltas.seek(RowKeys.table(table.number));
      for (; isDeltaOf(deltas, table.number, floor) && budget > 0; deltas.next()) {
        List<byte[]> items = Deltas.unpack(deltas.value());
        for (byte[] item : items) {
          forget(batch, rows, table.number, item, floor);
        }
        budget -= items.size();
        batch.delete(files.deltasId, deltas.key());
      }
      batch.write(files.db, files.unsynced);
      return isDeltaOf(deltas, table.number, floor);
    } catch (RocksDBException e) {
      throw RocksFiles.failed("collect old rows", e);
    }
  }

  private static boolean isDeltaOf(RocksIterator deltas, int table, long floor) {
    return deltas.isValid()
        && RowKeys.tableOf(deltas.key()) == table
        && RowKeys.deltaVersion(deltas.key()) < floor;
  }

  /** Keeps the newest row not newer than the floor, unless that is a tombstone. */
  private void forget(BatchBuffer batch, RocksIterator rows, int table, byte[] item, long floor) {
    rows.seek(RowKeys.row(table, item, floor));
    boolean keep = true;
    for (; rows.isValid(); rows.next()) {
      byte[] key = rows.key();
      if (!RowKeys.isOf(key, table, item)) {
        return;
      }
      if (keep && !RowCodec.isTombstone(rows.value())) {
        keep = false;
        continue;
      }
      keep = false;
      batch.delete(files.rowsId, key);
      batch.delete(files.lineageId, key);
    }
  }

  /**
   * Deletes the incarnations of an item before one: rows, lineage, its name in deltas, and, when no
   * incarnation is kept, its inputs; manifests are corrected in the same durable batch.
   */
  boolean delete(TableIndex table, byte[] item, long firstKeptIncarnation) {
    long itemHash = RowHash.ofItem(item);
    NavigableMap<Long, byte[]> held = versionsOf(table.number, item);
    NavigableMap<Long, byte[]> doomed = new TreeMap<>(held);
    doomed.values().removeIf(bytes -> lifeOf(bytes) >= firstKeptIncarnation);
    boolean keepsIncarnation = doomed.size() < held.size();
    BatchBuffer batch = new BatchBuffer();
    for (long version : doomed.keySet()) {
      batch.delete(files.rowsId, RowKeys.row(table.number, item, version));
      batch.delete(files.lineageId, RowKeys.row(table.number, item, version));
      dropName(batch, table, version, item);
    }
    if (!keepsIncarnation) {
      boolean waits = waits(table, item, firstKeptIncarnation);
      for (WriteSet.InputKind kind : WriteSet.InputKind.OF_ROWS) {
        if (kind == WriteSet.InputKind.COLD || !waits) {
          batch.delete(files.inputsId, RowKeys.input(table.number, item, kind.code()));
        }
      }
    }
    List<SealedVersion> corrected =
        table.versions().stream().map(each -> without(each, held, doomed, itemHash)).toList();
    for (SealedVersion sealed : corrected) {
      byte[] key = Manifests.versionKey(table.number, sealed.version());
      batch.put(files.metaId, key, Manifests.json(sealed));
    }
    try {
      batch.write(files.db, files.synced);
    } catch (RocksDBException e) {
      throw RocksFiles.failed("delete an item", e);
    }
    corrected.forEach(table::replace);
    if (!doomed.isEmpty() && !keepsIncarnation) {
      table.delete(item, itemHash);
    }
    toPurge(table.number, item); // an earlier attempt may have come to an end just here
    return !doomed.isEmpty();
  }

  /** Tells whether a tuned row of a kept incarnation waits for its cold row. */
  private boolean waits(TableIndex table, byte[] item, long firstKeptIncarnation) {
    byte[] key = RowKeys.input(table.number, item, WriteSet.InputKind.TUNED.code());
    try {
      byte[] bytes = files.db.get(files.inputs, key);
      return bytes != null
          && EmbeddingRow.parseFrom(bytes).getIncarnation() >= firstKeptIncarnation;
    } catch (RocksDBException e) {
      throw RocksFiles.failed("read an item that is deleted", e);
    } catch (InvalidProtocolBufferException e) {
      throw new StoreException(
          StoreException.Code.CORRUPT, "the waiting row of a deleted item cannot be read", e);
    }
  }

  private static long lifeOf(byte[] bytes) {
    return RowCodec.meta(bytes, 0, 0).incarnation();
  }

  private NavigableMap<Long, byte[]> versionsOf(int table, byte[] item) {
    NavigableMap<Long, byte[]> held = new TreeMap<>();
    try (RocksIterator rows = files.db.newIterator(files.rows, files.point)) {
      rows.seek(RowKeys.row(table, item, 0xFFFFFFFFL));
      for (; rows.isValid() && RowKeys.isOf(rows.key(), table, item); rows.next()) {
        held.put(RowKeys.versionOf(rows.key()), rows.value());
      }
      rows.status();
      return held;
    } catch (RocksDBException e) {
      throw RocksFiles.failed("look for an item's rows", e);
    }
  }

  private static SealedVersion without(
      SealedVersion manifest,
      NavigableMap<Long, byte[]> held,
      NavigableMap<Long, byte[]> doomed,
      long itemHash) {
    var at = held.floorEntry(manifest.version());
    return at == null || !doomed.containsKey(at.getKey()) || RowCodec.isTombstone(at.getValue())
        ? manifest
        : manifest.without(RowCodec.contentHash(itemHash, at.getValue()));
  }

  /** Where the version was thinned away, its names went over to the next one kept. */
  private void dropName(BatchBuffer batch, TableIndex table, long version, byte[] item) {
    long last = table.ceiling(version);
    try (RocksIterator deltas = files.db.newIterator(files.deltas, files.point)) {
      deltas.seek(RowKeys.delta(table.number, version, 0));
      for (; isDeltaOf(deltas, table.number, last + 1); deltas.next()) {
        List<byte[]> items = Deltas.unpack(deltas.value());
        if (items.removeIf(name -> Arrays.equals(name, item))) {
          batch.put(files.deltasId, deltas.key(), Deltas.chunk(items));
        }
      }
    }
  }

  /** Lets the next purge write everything of an item anew. */
  void toPurge(int table, byte[] item) {
    synchronized (purged) {
      purged
          .computeIfAbsent(table, number -> new TreeMap<>(Arrays::compareUnsigned))
          .put(RowKeys.beforeItem(table, item), RowKeys.afterItem(table, item));
    }
  }

  /**
   * Drops the bytes of what was deleted from the files, not only from sight. What a file holds
   * beside is written anew with it, so many deletions cost little more than one.
   */
  void purge() {
    Map<Integer, NavigableMap<byte[], byte[]>> due;
    synchronized (purged) {
      due = new HashMap<>(purged);
      purged.clear();
    }
    try {
      for (NavigableMap<byte[], byte[]> ranges : due.values()) {
        if (ranges.size() > RANGES_MAX) {
          rewriteFiles(ranges.firstKey(), ranges.lastEntry().getValue());
        } else {
          for (Map.Entry<byte[], byte[]> range : ranges.entrySet()) {
            rewriteFiles(range.getKey(), range.getValue());
          }
        }
      }
      if (!due.isEmpty()) {
        files.flush(); // a log of writes lives as long as any family needs it
      }
    } catch (RocksDBException e) {
      synchronized (purged) {
        due.forEach((table, ranges) -> purged.merge(table, ranges, History::joined));
      }
      throw RocksFiles.failed("rewrite files after deleting", e);
    }
  }

  private static NavigableMap<byte[], byte[]> joined(
      NavigableMap<byte[], byte[]> into, NavigableMap<byte[], byte[]> more) {
    into.putAll(more);
    return into;
  }

  private void rewriteFiles(byte[] from, byte[] to) throws RocksDBException {
    try (CompactRangeOptions options =
        new CompactRangeOptions()
            .setExclusiveManualCompaction(false)
            .setBottommostLevelCompaction(
                CompactRangeOptions.BottommostLevelCompaction.kForceOptimized)) {
      for (ColumnFamilyHandle family : List.of(files.rows, files.lineage, files.inputs)) {
        files.db.compactRange(family, from, to, options);
      }
    }
  }
}
