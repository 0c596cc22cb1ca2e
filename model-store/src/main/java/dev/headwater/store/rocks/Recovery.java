package dev.headwater.store.rocks;

import dev.headwater.events.wire.VectorFormat;
import dev.headwater.store.table.RowCodec;
import dev.headwater.store.table.RowHash;
import dev.headwater.store.table.RowMeta;
import dev.headwater.store.table.StoreException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a directory back into memory: manifests and offsets, then the index, from its file where
 * that is of this very state, otherwise from the newest row of each item.
 */
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  private final RocksFiles files;
  private final RocksConfig config;
  private final Tables tables;

  Recovery(RocksFiles files, RocksConfig config, Tables tables) {
    this.files = files;
    this.config = config;
    this.tables = tables;
  }

  void run() {
    checkFormat();
    readMeta();
    long sequence = files.db.getLatestSequenceNumber();
    if (!IndexFile.take(files.directory(), sequence, tables)) {
      LOG.info("reading the rows of {} tables to rebuild the index", tables.size());
      readRows();
    }
  }

  /** Returns how vectors are stored in a directory, null in one that is new. */
  static @Nullable VectorFormat formatOf(RocksFiles files) {
    try {
      byte[] bytes = files.db.get(files.meta, Manifests.FORMAT_KEY);
      return bytes == null ? null : Manifests.format(bytes).vectors();
    } catch (RocksDBException e) {
      throw RocksFiles.failed("read the format", e);
    }
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
            "the directory has format %d of a newer release, this one reads up to %d"
                .formatted(found.format(), Manifests.FORMAT));
      }
      if (found.format() < Manifests.OLDEST_FORMAT) {
        throw new StoreException(
            StoreException.Code.TOO_OLD,
            "the directory has format %d, this release reads from %d on: start with an empty one"
                .formatted(found.format(), Manifests.OLDEST_FORMAT));
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

  private void readMeta() {
    // Keys sort n, o/, r/, t/, v/: a table is known before its versions are read.
    try (RocksIterator iterator = files.db.newIterator(files.meta)) {
      for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
        String key = new String(iterator.key(), StandardCharsets.UTF_8);
        byte[] value = iterator.value();
        if (key.startsWith(Manifests.OFFSET_PREFIX)) {
          String partition = key.substring(Manifests.OFFSET_PREFIX.length());
          tables.offsets().put(partition, Manifests.number(value));
        } else if (key.startsWith(Manifests.TABLE_PREFIX)) {
          tables.add(Manifests.table(value));
        } else if (key.startsWith(Manifests.VERSION_PREFIX)) {
          int number = Integer.parseInt(key.substring(2, key.indexOf('/', 2)));
          TableIndex table = tables.find(number);
          if (table == null) {
            throw new StoreException(
                StoreException.Code.CORRUPT, "a version of unknown table " + number);
          }
          table.restore(Manifests.version(value));
        } else if (key.equals("n")) {
          tables.mintAbove(Manifests.number(value) - 1);
        }
      }
      check(iterator);
    }
  }

  private void readRows() {
    byte[] last = new byte[0];
    try (RocksIterator iterator = files.db.newIterator(files.rows, files.bulk)) {
      for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
        byte[] key = iterator.key();
        TableIndex table = tables.find(RowKeys.tableOf(key));
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
    boolean alive = !RowCodec.isTombstone(bytes);
    long contentHash = alive ? RowCodec.contentHash(itemHash, bytes) : 0;
    RowMeta meta = RowCodec.meta(bytes, RowKeys.versionOf(key), contentHash);
    table.found(item, itemHash, alive, meta);
  }

  private static void check(RocksIterator iterator) {
    try {
      iterator.status();
    } catch (RocksDBException e) {
      throw RocksFiles.failed("read the directory back", e);
    }
  }
}
