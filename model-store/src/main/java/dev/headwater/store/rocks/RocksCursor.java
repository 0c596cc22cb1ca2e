package dev.headwater.store.rocks;

import dev.headwater.store.table.RowCodec;
import dev.headwater.store.table.RowCursor;
import dev.headwater.store.table.RowHash;
import java.nio.charset.StandardCharsets;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/** Walks over one table: of each item the newest row not newer than the version. */
final class RocksCursor implements RowCursor {
  private final ReadOptions options;
  private final Slice end;
  private final RocksIterator iterator;
  private final long version;
  private byte[] key = new byte[0];
  private byte[] bytes = new byte[0];

  RocksCursor(RocksFiles files, int table, long version, String after) {
    this.version = version;
    end = new Slice(RowKeys.table(table + 1));
    options =
        new ReadOptions().setIterateUpperBound(end).setFillCache(false).setReadaheadSize(1 << 20);
    iterator = files.db.newIterator(files.rows, options);
    iterator.seek(
        after.isEmpty()
            ? RowKeys.table(table)
            : RowKeys.afterItem(table, after.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public boolean next() {
    for (; iterator.isValid(); iterator.next()) {
      byte[] candidate = iterator.key();
      if (RowKeys.versionOf(candidate) > version || RowKeys.sameItem(candidate, key)) {
        continue;
      }
      key = candidate;
      bytes = iterator.value();
      if (!RowCodec.isTombstone(bytes)) {
        iterator.next();
        return true;
      }
    }
    try {
      iterator.status();
    } catch (RocksDBException e) {
      throw RocksFiles.failed("walk over rows", e);
    }
    return false;
  }

  @Override
  public String item() {
    return new String(RowKeys.itemOf(key), StandardCharsets.UTF_8);
  }

  @Override
  public byte[] bytes() {
    return bytes;
  }

  @Override
  public long contentHash() {
    return RowCodec.contentHash(RowHash.ofItem(RowKeys.itemOf(key)), bytes);
  }

  @Override
  public void close() {
    iterator.close();
    options.close();
    end.close();
  }
}
