package dev.headwater.store.rocks;

import dev.headwater.store.table.RowCodec;
import dev.headwater.store.table.RowHash;
import dev.headwater.store.table.RowMeta;
import dev.headwater.store.table.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Reads a directory back into memory: manifests and offsets, then the newest row of each item. */
final class Recovery {
  private final RocksFiles files;
  private final RocksConfig config;
  private long nextVersion = 1;

  Recovery(RocksFiles files, RocksConfig config) {
    this.files = files;
    this.config = config;
  }

  /** Fills the maps and returns the next version to mint. */
  long run(
      Function<Manifests.TableEntry, TableIndex> tables,
      Map<Integer, TableIndex> byNumber,
      Map<String, Long> offsets) {
    checkFormat();
    readMeta(tables, byNumber, offsets);
    readRows(byNumber);
    return nextVersion;
  }

  private void checkFormat() {
    try {
      byte[] bytes = files.db.get(files.meta, Manifests.FORMAT_KEY);
      Manifests.Format mine = new Manifests.Format(Manifests.FORMAT, config.format());
      if (bytes == null) {
        files.db.put(files.meta, files.synced, Manifests.FORMAT_KEY, Manifests.json(mine));
        return;
      }
      Manifests.Format found = Manifests.format(bytes);
      if (found.format() > Manifests.FORMAT) {
        throw new StoreException(
            StoreException.Code.TOO_NEW,
            "the directory has format %d, this release reads up to %d"
                .formatted(found.format(), Manifests.FORMAT));
      }
      if (found.vectors() != config.format()) {
        throw new StoreException(
            StoreException.Code.BAD_REQUEST,
            "the directory stores vectors as %s, the configuration says %s: restore into a new one"
                .formatted(found.vectors(), config.format()));
      }
    } catch (RocksDBException e) {
      throw RocksFiles.failed("read the format", e);
    }
  }

  private void readMeta(
      Function<Manifests.TableEntry, TableIndex> tables,
      Map<Integer, TableIndex> byNumber,
      Map<String, Long> offsets) {
    // Keys sort o/, t/, v/: a table is known before its versions are read.
    try (RocksIterator iterator = files.db.newIterator(files.meta)) {
      for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
        String key = new String(iterator.key(), StandardCharsets.UTF_8);
        byte[] value = iterator.value();
        if (key.startsWith(Manifests.OFFSET_PREFIX)) {
          offsets.put(key.substring(Manifests.OFFSET_PREFIX.length()), Manifests.number(value));
        } else if (key.startsWith(Manifests.TABLE_PREFIX)) {
          TableIndex table = tables.apply(Manifests.table(value));
          byNumber.put(table.number, table);
          nextVersion = Math.max(nextVersion, table.openVersion() + 1);
        } else if (key.startsWith(Manifests.VERSION_PREFIX)) {
          int number = Integer.parseInt(key.substring(2, key.indexOf('/', 2)));
          TableIndex table = byNumber.get(number);
          if (table == null) {
            throw new StoreException(
                StoreException.Code.CORRUPT, "a version of unknown table " + number);
          }
          table.restore(Manifests.version(value));
        } else if (key.equals("n")) {
          nextVersion = Math.max(nextVersion, Manifests.number(value));
        }
      }
      check(iterator);
    }
  }

  private void readRows(Map<Integer, TableIndex> byNumber) {
    byte[] last = new byte[0];
    try (RocksIterator iterator = files.db.newIterator(files.rows, files.bulk)) {
      for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
        byte[] key = iterator.key();
        TableIndex table = byNumber.get(RowKeys.tableOf(key));
        if (RowKeys.sameItem(key, last) || table == null) {
          continue;
        }
        last = key;
        note(table, key, iterator.value());
      }
      check(iterator);
    }
  }

  private static void note(TableIndex table, byte[] key, byte[] bytes) {
    byte[] item = RowKeys.itemOf(key);
    long itemHash = RowHash.ofItem(item);
    long version = RowKeys.versionOf(key);
    boolean dead = RowCodec.isTombstone(bytes);
    long contentHash = dead ? 0 : RowCodec.contentHash(itemHash, bytes);
    RowMeta meta = RowCodec.meta(bytes, version, contentHash);
    @Nullable RowMeta live = dead ? null : meta;
    table.note(item, itemHash, version, live, meta.incarnation());
  }

  private static void check(RocksIterator iterator) {
    try {
      iterator.status();
    } catch (RocksDBException e) {
      throw RocksFiles.failed("read the directory back", e);
    }
  }
}
