package dev.headwater.store.rocks;

import dev.headwater.store.table.RowCodec;
import dev.headwater.store.table.RowHash;
import dev.headwater.store.table.SealedVersion;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/** Older versions: reading them, forgetting them bit by bit, and erasing an item from all. */
final class History {
  private final RocksFiles files;

  History(RocksFiles files) {
    this.files = files;
  }

  /** Shows, for each item in turn, the bytes of the newest row not newer than the version. */
  void readAt(
      ColumnFamilyHandle family,
      int table,
      List<String> items,
      long version,
      Consumer<byte @Nullable []> visitor) {
    try (RocksIterator iterator = files.db.newIterator(family, files.point)) {
      for (String name : items) {
        byte[] item = name.getBytes(StandardCharsets.UTF_8);
        iterator.seek(RowKeys.row(table, item, version));
        boolean found = iterator.isValid() && RowKeys.isOf(iterator.key(), table, item);
        visitor.accept(found ? iterator.value() : null);
      }
      iterator.status();
    } catch (RocksDBException e) {
      throw RocksFiles.failed("read older rows", e);
    }
  }

  /** Returns the lineage of the row that stood in a version. */
  byte @Nullable [] lineageAt(int table, byte[] item, long version) {
    try (RocksIterator iterator = files.db.newIterator(files.rows, files.point)) {
      iterator.seek(RowKeys.row(table, item, version));
      boolean found = iterator.isValid() && RowKeys.isOf(iterator.key(), table, item);
      return found ? files.db.get(files.lineage, iterator.key()) : null;
    } catch (RocksDBException e) {
      throw RocksFiles.failed("read lineage", e);
    }
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

  /** One bounded step; the chunk of names is forgotten in the batch that forgets their rows. */
  boolean collect(TableIndex table, long floor, int rowsMax) {
    int budget = rowsMax;
    try (RocksIterator deltas = files.db.newIterator(files.deltas, files.point);
        RocksIterator rows = files.db.newIterator(files.rows, files.point);
        WriteBatch batch = new WriteBatch()) {
      for (long version : table.dropBelow(floor)) {
        batch.delete(files.meta, Manifests.versionKey(table.number, version));
      }
      deltas.seek(RowKeys.table(table.number));
      for (; isDeltaOf(deltas, table.number, floor) && budget > 0; deltas.next()) {
        List<byte[]> items = Deltas.unpack(deltas.value());
        for (byte[] item : items) {
          forget(batch, rows, table.number, item, floor);
        }
        budget -= items.size();
        batch.delete(files.deltas, deltas.key());
      }
      files.db.write(files.unsynced, batch);
      return isDeltaOf(deltas, table.number, floor);
    } catch (RocksDBException e) {
      throw RocksFiles.failed("collect old rows", e);
    }
  }

  private static boolean isDeltaOf(RocksIterator deltas, int table, long floor) {
    return deltas.isValid()
        && RowKeys.tableOf(deltas.key()) == table
        && RowKeys.deltaVersion(deltas.key()) <= floor;
  }

  /** Keeps the newest row not newer than the floor, unless that is a tombstone. */
  private void forget(WriteBatch batch, RocksIterator rows, int table, byte[] item, long floor)
      throws RocksDBException {
    rows.seek(RowKeys.row(table, item, floor));
    boolean keep = true;
    for (; rows.isValid() && RowKeys.isOf(rows.key(), table, item); rows.next()) {
      if (keep && !RowCodec.isTombstone(rows.value())) {
        keep = false;
        continue;
      }
      keep = false;
      batch.delete(files.rows, rows.key());
      batch.delete(files.lineage, rows.key());
    }
  }

  /** Erases an item: rows, lineage, inputs, its name in deltas; manifests are corrected. */
  boolean erase(TableIndex table, byte[] item) {
    long itemHash = RowHash.ofItem(item);
    NavigableMap<Long, byte[]> held = versionsOf(table.number, item);
    byte[] from = RowKeys.beforeItem(table.number, item);
    byte[] to = RowKeys.afterItem(table.number, item);
    try (WriteBatch batch = new WriteBatch()) {
      batch.deleteRange(files.rows, from, to);
      batch.deleteRange(files.lineage, from, to);
      batch.delete(files.inputs, RowKeys.input(table.number, item, 0));
      batch.delete(files.inputs, RowKeys.input(table.number, item, 1));
      for (long version : held.keySet()) {
        dropName(batch, table.number, version, item);
      }
      List<SealedVersion> corrected =
          table.versions().stream().map(each -> without(each, held, itemHash)).toList();
      for (SealedVersion sealed : corrected) {
        batch.put(
            files.meta,
            Manifests.versionKey(table.number, sealed.version()),
            Manifests.json(sealed));
      }
      files.db.write(files.synced, batch);
      corrected.forEach(table::replace);
    } catch (RocksDBException e) {
      throw RocksFiles.failed("erase an item", e);
    }
    if (!held.isEmpty()) {
      table.erase(item, itemHash);
      rewriteFiles(from, to);
    }
    return !held.isEmpty();
  }

  private NavigableMap<Long, byte[]> versionsOf(int table, byte[] item) {
    NavigableMap<Long, byte[]> held = new TreeMap<>();
    try (RocksIterator rows = files.db.newIterator(files.rows, files.point)) {
      rows.seek(RowKeys.row(table, item, 0xFFFFFFFFL));
      for (; rows.isValid() && RowKeys.isOf(rows.key(), table, item); rows.next()) {
        held.put(RowKeys.versionOf(rows.key()), rows.value());
      }
      return held;
    }
  }

  private static SealedVersion without(
      SealedVersion manifest, NavigableMap<Long, byte[]> held, long itemHash) {
    var at = held.floorEntry(manifest.version());
    return at == null || RowCodec.isTombstone(at.getValue())
        ? manifest
        : manifest.without(RowCodec.contentHash(itemHash, at.getValue()));
  }

  private void dropName(WriteBatch batch, int table, long version, byte[] item)
      throws RocksDBException {
    try (RocksIterator deltas = files.db.newIterator(files.deltas, files.point)) {
      deltas.seek(RowKeys.delta(table, version, 0));
      for (; deltas.isValid() && RowKeys.tableOf(deltas.key()) == table; deltas.next()) {
        if (RowKeys.deltaVersion(deltas.key()) != version) {
          return;
        }
        List<byte[]> items = Deltas.unpack(deltas.value());
        if (items.removeIf(name -> Arrays.equals(name, item))) {
          batch.put(files.deltas, deltas.key(), Deltas.chunk(items));
        }
      }
    }
  }

  /** Drops the bytes from the files, not only from sight. */
  private void rewriteFiles(byte[] from, byte[] to) {
    try (CompactRangeOptions options =
        new CompactRangeOptions()
            .setBottommostLevelCompaction(
                CompactRangeOptions.BottommostLevelCompaction.kForceOptimized)) {
      for (ColumnFamilyHandle family : List.of(files.rows, files.lineage, files.inputs)) {
        files.db.compactRange(family, from, to, options);
      }
    } catch (RocksDBException e) {
      throw RocksFiles.failed("rewrite files after erasing", e);
    }
  }
}
