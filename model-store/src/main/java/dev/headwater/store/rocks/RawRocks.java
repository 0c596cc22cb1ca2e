package dev.headwater.store.rocks;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * RocksDB without the store, for comparison: the same options and column families, keys and values
 * of the same size, write batches with the WAL on and without sync. No index, no checksum, no
 * versions.
 */
public final class RawRocks implements AutoCloseable {
  private final RocksFiles files;

  /** Opens a directory. */
  public RawRocks(Path directory, RocksConfig config) {
    files = new RocksFiles(directory, config);
  }

  /** Puts one batch: each value under the key of its item. */
  public void put(int from, int to, IntFunction<String> items, IntFunction<byte[]> values) {
    put(from, to, items, values, new byte[0]);
  }

  /** Puts one batch, and a second value beside each where there is one. */
  public void put(
      int from, int to, IntFunction<String> items, IntFunction<byte[]> values, byte[] beside) {
    try (WriteBatch batch = new WriteBatch()) {
      for (int i = from; i < to; i++) {
        byte[] key = key(items.apply(i));
        batch.put(files.rows, key, values.apply(i));
        if (beside.length > 0) {
          batch.put(files.lineage, key, beside);
        }
      }
      files.db.write(files.unsynced, batch);
    } catch (RocksDBException e) {
      throw RocksFiles.failed("write", e);
    }
  }

  private static byte[] key(String item) {
    return RowKeys.row(1, item.getBytes(StandardCharsets.UTF_8), 1);
  }

  /** Reads one value; returns its length. */
  public int get(String item) {
    try {
      byte[] value = files.db.get(files.rows, files.point, key(item));
      return value == null ? -1 : value.length;
    } catch (RocksDBException e) {
      throw RocksFiles.failed("read", e);
    }
  }

  /** Reads many values; returns how many were found. */
  public int multiGet(List<String> items) {
    List<byte[]> keys = new ArrayList<>(items.size());
    items.forEach(item -> keys.add(key(item)));
    try {
      List<byte[]> values =
          files.db.multiGetAsList(files.point, Collections.nCopies(keys.size(), files.rows), keys);
      return (int) values.stream().filter(value -> value != null).count();
    } catch (RocksDBException e) {
      throw RocksFiles.failed("read", e);
    }
  }

  /** Merges all files. */
  public void compact() {
    files.compact();
  }

  @Override
  public void close() {
    files.close();
  }
}
