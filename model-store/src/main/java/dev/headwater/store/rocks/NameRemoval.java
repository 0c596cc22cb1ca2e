package dev.headwater.store.rocks;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headwater.events.NamedItems;
import dev.headwater.events.wire.EmbeddingRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Takes the names of deleted items out of what rows of all kept versions, and rows that wait, say
 * beside their vectors. All of a table is looked at while others write; what has to change is read
 * again and written, a chunk at a time, while nobody does.
 */
final class NameRemoval {
  private static final int CHUNK = 256;

  private final RocksFiles files;
  private final BiConsumer<Integer, byte[]> touched;

  /**
   * Creates one.
   *
   * @param touched is told of every item of a table of which something was written anew
   */
  NameRemoval(RocksFiles files, BiConsumer<Integer, byte[]> touched) {
    this.files = files;
    this.touched = touched;
  }

  /** Takes names out of the rows of a table. */
  void run(int table, Set<String> names, Consumer<Runnable> exclusively) {
    remove(table, files.lineage, files.lineageId, RowKeys::itemOf, names, exclusively);
    remove(table, files.inputs, files.inputsId, RowKeys::inputItem, names, exclusively);
  }

  /** Takes the item out of a key. */
  private interface ItemOf {
    byte[] item(byte[] key);
  }

  private void remove(
      int table,
      ColumnFamilyHandle family,
      int familyId,
      ItemOf items,
      Set<String> names,
      Consumer<Runnable> exclusively) {
    List<byte[]> keys = new ArrayList<>();
    try (RocksIterator iterator = files.db.newIterator(family, files.bulk)) {
      iterator.seek(RowKeys.table(table));
      for (; iterator.isValid() && RowKeys.tableOf(iterator.key()) == table; iterator.next()) {
        if (without(iterator.value(), names) != null) {
          keys.add(iterator.key());
        }
        if (keys.size() == CHUNK) {
          exclusively.accept(() -> write(family, familyId, List.copyOf(keys), names));
          keys.forEach(key -> touched.accept(table, items.item(key)));
          keys.clear();
        }
      }
      iterator.status();
    } catch (RocksDBException e) {
      throw RocksFiles.failed("look for names", e);
    }
    if (!keys.isEmpty()) {
      exclusively.accept(() -> write(family, familyId, keys, names));
      keys.forEach(key -> touched.accept(table, items.item(key)));
    }
  }

  private void write(
      ColumnFamilyHandle family, int familyId, List<byte[]> keys, Set<String> names) {
    BatchBuffer batch = new BatchBuffer();
    try {
      for (byte[] key : keys) {
        byte[] present = files.db.get(family, key);
        byte[] less = present == null ? null : without(present, names);
        if (less != null) {
          batch.put(familyId, key, less);
        }
      }
      batch.write(files.db, files.synced);
    } catch (RocksDBException e) {
      throw RocksFiles.failed("take names out", e);
    }
  }

  /** Returns null where nothing is named, or the bytes are no row: marks and numbers. */
  private static byte @Nullable [] without(byte[] bytes, Set<String> names) {
    try {
      EmbeddingRow row = EmbeddingRow.parseFrom(bytes);
      if (row.getCounts().isEmpty() && row.getNearTextsCount() == 0) {
        return null;
      }
      EmbeddingRow less = NamedItems.without(row, names::contains);
      return less.equals(row) ? null : less.toByteArray();
    } catch (InvalidProtocolBufferException e) {
      return null;
    }
  }
}
