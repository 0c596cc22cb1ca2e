package dev.headwater.store.rocks;

import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.PastRow;
import dev.headwater.store.table.RowCodec;
import dev.headwater.store.table.RowHash;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.StoredRow;
import dev.headwater.store.table.WriteSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Reads rows: present ones at the key that memory knows, past ones at the first key not newer than
 * their version. Many keys go to the database in one call. Every row is checked against the hash
 * written with it. Thread-safe.
 */
final class RowReader {
  private static final int CHUNK = 1000;

  private final RocksFiles files;

  RowReader(RocksFiles files) {
    this.files = files;
  }

  @Nullable StoredRow get(TableIndex table, String item) {
    byte[] name = utf8(item);
    long itemHash = RowHash.ofItem(name);
    long version = table.liveVersion(name, itemHash);
    if (version < 0) {
      return null;
    }
    try {
      byte[] bytes =
          files.db.get(files.rows, files.point, RowKeys.row(table.number, name, version));
      // Rewritten and collected between the two reads: the history still finds the newest.
      return bytes == null
          ? past(table, List.of(item), Long.MAX_VALUE).get(0)
          : intact(item, itemHash, bytes);
    } catch (RocksDBException e) {
      throw RocksFiles.failed("read a row", e);
    }
  }

  List<@Nullable StoredRow> multiGet(TableIndex table, List<String> items) {
    byte[][] names = new byte[items.size()][];
    long[] itemHashes = new long[items.size()];
    for (int i = 0; i < names.length; i++) {
      names[i] = utf8(items.get(i));
      itemHashes[i] = RowHash.ofItem(names[i]);
    }
    long[] versions = table.liveVersions(names, itemHashes);
    List<byte[]> keys = new ArrayList<>(names.length);
    for (int i = 0; i < names.length; i++) {
      // Version 0 is never written: the key of an absent item finds nothing.
      keys.add(RowKeys.row(table.number, names[i], Math.max(0, versions[i])));
    }
    List<byte @Nullable []> found = multiGet(files.rows, keys);
    List<@Nullable StoredRow> rows = new ArrayList<>(items.size());
    for (int i = 0; i < items.size(); i++) {
      byte[] bytes = found.get(i);
      rows.add(bytes == null ? null : intact(items.get(i), itemHashes[i], bytes));
    }
    return rows;
  }

  private List<byte @Nullable []> multiGet(ColumnFamilyHandle family, List<byte[]> keys) {
    try {
      return files.db.multiGetAsList(files.point, Collections.nCopies(keys.size(), family), keys);
    } catch (RocksDBException e) {
      throw RocksFiles.failed("read rows", e);
    }
  }

  /** Returns what stands at each key: step by step as long as keys grow and lie close together. */
  private List<byte @Nullable []> find(ColumnFamilyHandle family, List<byte[]> keys) {
    List<byte @Nullable []> found = new ArrayList<>(keys.size());
    try (Walk walk = new Walk(files.db.newIterator(family, files.point))) {
      for (byte[] key : keys) {
        if (walk.isAstray()) {
          break;
        }
        found.add(walk.to(key) && Arrays.equals(walk.key(), key) ? walk.value() : null);
      }
    } catch (RocksDBException e) {
      throw RocksFiles.failed("read rows", e);
    }
    if (found.size() < keys.size()) {
      found.addAll(multiGet(family, keys.subList(found.size(), keys.size())));
    }
    return found;
  }

  List<@Nullable StoredRow> past(TableIndex table, List<String> items, long version) {
    List<byte @Nullable []> values = new ArrayList<>(items.size());
    seek(table, items, version, values);
    List<@Nullable StoredRow> rows = new ArrayList<>(items.size());
    for (int i = 0; i < items.size(); i++) {
      rows.add(alive(items.get(i), values.get(i)));
    }
    return rows;
  }

  List<@Nullable PastRow> pastWithLineage(TableIndex table, List<String> items, long version) {
    List<byte @Nullable []> values = new ArrayList<>(items.size());
    List<byte[]> keys = seek(table, items, version, values);
    List<byte @Nullable []> lineages = find(files.lineage, keys);
    List<@Nullable PastRow> rows = new ArrayList<>(items.size());
    for (int i = 0; i < items.size(); i++) {
      StoredRow row = alive(items.get(i), values.get(i));
      rows.add(row == null ? null : new PastRow(row, lineages.get(i)));
    }
    return rows;
  }

  /** Returns, for each item, the key it had in a version (or one that finds nothing). */
  private List<byte[]> seek(
      TableIndex table, List<String> items, long version, List<byte @Nullable []> values) {
    List<byte[]> keys = new ArrayList<>(items.size());
    try (Walk walk = new Walk(files.db.newIterator(files.rows, files.point))) {
      for (String item : items) {
        byte[] name = utf8(item);
        byte[] wanted = RowKeys.row(table.number, name, version);
        boolean found = walk.to(wanted) && RowKeys.isOf(walk.key(), table.number, name);
        keys.add(found ? walk.key() : wanted);
        values.add(found ? walk.value() : null);
      }
    } catch (RocksDBException e) {
      throw RocksFiles.failed("read older rows", e);
    }
    return keys;
  }

  private static @Nullable StoredRow alive(String item, byte @Nullable [] bytes) {
    return bytes == null || RowCodec.isTombstone(bytes)
        ? null
        : intact(item, RowHash.ofItem(utf8(item)), bytes);
  }

  /** Decodes a row that is what was written. */
  private static StoredRow intact(String item, long itemHash, byte[] bytes) {
    if (!RowCodec.isIntact(RowCodec.contentHash(itemHash, bytes), bytes)) {
      throw new StoreException(
          StoreException.Code.CORRUPT, "the row of item '" + item + "' is not what was written");
    }
    return RowCodec.decode(bytes);
  }

  /** Shows what a sealed version wrote; in key order when that is much of the table. */
  void scanDelta(TableIndex table, long version, EmbeddingStore.DeltaVisitor visitor) {
    SealedVersion sealed = table.version(version);
    if (sealed != null && sealed.touched() > CHUNK && sealed.touched() > sealed.rows() / 4) {
      scanWritten(table, version, visitor);
      return;
    }
    for (int chunk = 0; ; chunk++) {
      byte[] names = deltaChunk(table.number, version, chunk);
      if (names == null) {
        return;
      }
      List<byte[]> items = Deltas.unpack(names);
      List<byte[]> keys =
          items.stream().map(item -> RowKeys.row(table.number, item, version)).toList();
      List<byte @Nullable []> values = multiGet(files.rows, keys);
      for (int i = 0; i < items.size(); i++) {
        String item = new String(items.get(i), StandardCharsets.UTF_8);
        byte[] bytes = values.get(i);
        if (bytes == null) { // its number was raised while it was open
          bytes = writtenBefore(table, items.get(i), version);
        }
        if (bytes == null) {
          throw new StoreException(
              StoreException.Code.CORRUPT,
              "the row of item '%s' written in version %d is missing".formatted(item, version));
        }
        visitor.visit(item, alive(item, bytes));
      }
    }
  }

  /** Returns what an item's row is in a version, if it was written since the one before. */
  private byte @Nullable [] writtenBefore(TableIndex table, byte[] item, long version) {
    try (RocksIterator iterator = files.db.newIterator(files.rows, files.point)) {
      iterator.seek(RowKeys.row(table.number, item, version));
      boolean found =
          iterator.isValid()
              && RowKeys.isOf(iterator.key(), table.number, item)
              && RowKeys.versionOf(iterator.key()) > table.sealedBefore(version);
      iterator.status();
      return found ? iterator.value() : null;
    } catch (RocksDBException e) {
      throw RocksFiles.failed("read what a version wrote", e);
    }
  }

  private byte @Nullable [] deltaChunk(int table, long version, int chunk) {
    try {
      return files.db.get(files.deltas, files.point, RowKeys.delta(table, version, chunk));
    } catch (RocksDBException e) {
      throw RocksFiles.failed("read what a version touched", e);
    }
  }

  private void scanWritten(TableIndex table, long version, EmbeddingStore.DeltaVisitor visitor) {
    try (RocksIterator iterator = files.db.newIterator(files.rows, files.bulk)) {
      long before = table.sealedBefore(version);
      byte[] last = new byte[0];
      iterator.seek(RowKeys.table(table.number));
      for (; iterator.isValid(); iterator.next()) {
        byte[] key = iterator.key();
        if (RowKeys.tableOf(key) != table.number) {
          break;
        }
        long written = RowKeys.versionOf(key);
        if (written > before && written <= version && !RowKeys.sameItem(key, last)) {
          last = key;
          String item = new String(RowKeys.itemOf(key), StandardCharsets.UTF_8);
          visitor.visit(item, alive(item, iterator.value()));
        }
      }
      iterator.status();
    } catch (RocksDBException e) {
      throw RocksFiles.failed("read what a version wrote", e);
    }
  }

  List<byte @Nullable []> inputs(TableIndex table, List<String> items, WriteSet.InputKind kind) {
    return find(
        files.inputs,
        items.stream().map(item -> RowKeys.input(table.number, utf8(item), kind.code())).toList());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
