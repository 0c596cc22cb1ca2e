package dev.headwater.store.rocks;

import dev.headwater.events.Keys.DomainKey;
import dev.headwater.store.table.RowCodec;
import dev.headwater.store.table.RowHash;
import dev.headwater.store.table.StoredRow;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.WriteSet;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies write sets: finds every row's slot in memory, encodes the rows straight into one write
 * batch, writes it, and then notes the rows in their slots. Reads nothing from disk. One thread at
 * a time; its buffers are used again.
 */
final class RowWriter {
  private static final Logger LOG = LoggerFactory.getLogger(RowWriter.class);
  private static final int NONE = -1;

  private final RocksFiles files;
  private final RowCodec codec;
  private final Tables tables;
  private final BatchBuffer batch = new BatchBuffer();
  private final AtomicLong refused = new AtomicLong();
  private int room;
  private byte[][] names = new byte[1024][];
  private long[] itemHashes = new long[1024];
  private long[] contentHashes = new long[1024];
  private int[] slots = new int[1024];

  RowWriter(RocksFiles files, RowCodec codec, Tables tables) {
    this.files = files;
    this.codec = codec;
    this.tables = tables;
  }

  void write(WriteSet set) {
    List<WriteSet.RowWrite> rows = set.rows();
    batch.clear();
    reserve(rows.size());
    room = tables.room(rows.size());
    long refusedBefore = refused.get();
    for (int from = 0; from < rows.size(); ) {
      int to = endOfRun(rows, from);
      TableIndex table = tableFor(rows.get(from).table());
      findSlots(table, rows, from, to);
      encode(table, rows, from, to);
      from = to;
    }
    set.inputs().forEach(this::putInput);
    for (Map.Entry<String, Long> offset : set.offsets().entrySet()) {
      batch.put(
          files.metaId, Manifests.offsetKey(offset.getKey()), Manifests.number(offset.getValue()));
    }
    set.requests().forEach(this::putRequest);
    try {
      batch.write(files.db, files.unsynced);
    } catch (RocksDBException e) {
      throw RocksFiles.failed("write rows", e);
    }
    for (int from = 0; from < rows.size(); ) {
      int to = endOfRun(rows, from);
      note(tables.require(rows.get(from).table()), rows, from, to);
      from = to;
    }
    tables.offsets().putAll(set.offsets());
    if (refused.get() > refusedBefore) {
      LOG.warn("{} rows of new items are refused: no room in memory's index", refused);
    }
  }

  /** Returns how many rows of new items were left out because memory's index has no room. */
  long refused() {
    return refused.get();
  }

  /** Returns the slot to write an item into, NONE where it is new and there is no room. */
  private int slotToPut(TableIndex table, byte[] name, long itemHash) {
    int known = table.slotOf(name, itemHash);
    if (known >= 0) {
      return known;
    }
    if (room == 0) {
      refused.incrementAndGet();
      return NONE;
    }
    room--;
    return table.slotToPut(name, itemHash);
  }

  private void reserve(int rows) {
    if (rows > slots.length) {
      int length = Math.max(rows, 2 * slots.length);
      names = new byte[length][];
      itemHashes = new long[length];
      contentHashes = new long[length];
      slots = new int[length];
    }
  }

  /** Rows of one table in a row are handled under one lock. */
  private static int endOfRun(List<WriteSet.RowWrite> rows, int from) {
    TableId table = rows.get(from).table();
    int to = from + 1;
    while (to < rows.size() && Objects.equals(rows.get(to).table(), table)) {
      to++;
    }
    return to;
  }

  private TableIndex tableFor(TableId id) {
    TableIndex known = tables.find(id);
    if (known != null) {
      return known;
    }
    Manifests.TableEntry entry =
        new Manifests.TableEntry(id.domain(), id.model(), tables.size() + 1, tables.mint());
    batch.put(files.metaId, Manifests.tableKey(entry.number()), Manifests.json(entry));
    batch.put(files.metaId, Manifests.COUNTER_KEY, Manifests.number(tables.nextVersion()));
    return tables.add(entry);
  }

  private void findSlots(TableIndex table, List<WriteSet.RowWrite> rows, int from, int to) {
    for (int i = from; i < to; i++) {
      byte[] name = rows.get(i).item().getBytes(StandardCharsets.UTF_8);
      names[i] = name;
      itemHashes[i] = RowHash.ofItem(name);
    }
    table.writing().lock();
    try {
      Set<Integer> put = null;
      for (int i = from; i < to; i++) {
        if (rows.get(i).row() != null) {
          slots[i] = slotToPut(table, names[i], itemHashes[i]);
          if (put != null) {
            put.add(slots[i]);
          }
          continue;
        }
        // The end of an incarnation is written only where there is one, in the table or in this
        // batch.
        if (put == null) {
          put = new HashSet<>();
          for (int earlier = 0; earlier < i; earlier++) {
            if (rows.get(earlier).row() != null && rows.get(earlier).table().equals(table.id)) {
              put.add(slots[earlier]);
            }
          }
        }
        int slot = table.slotOf(names[i], itemHashes[i]);
        slots[i] = slot >= 0 && (table.isLive(slot) || put.contains(slot)) ? slot : NONE;
      }
    } finally {
      table.writing().unlock();
    }
  }

  private void encode(TableIndex table, List<WriteSet.RowWrite> rows, int from, int to) {
    long version = table.openVersion();
    for (int i = from; i < to; i++) {
      if (slots[i] == NONE) {
        continue;
      }
      WriteSet.RowWrite write = rows.get(i);
      byte[] key = RowKeys.row(table.number, names[i], version);
      StoredRow row = write.row();
      if (row == null) {
        batch.put(files.rowsId, key, RowCodec.tombstone(write.incarnation()));
        continue;
      }
      int at = batch.put(files.rowsId, key, codec.size(row));
      contentHashes[i] = codec.encode(itemHashes[i], row, batch.bytes(), at);
      byte[] lineage = write.lineage();
      if (lineage != null) {
        batch.put(files.lineageId, key, lineage);
      }
    }
  }

  private void putInput(WriteSet.InputWrite write) {
    TableIndex table = tableFor(write.table());
    byte[] item = write.item().getBytes(StandardCharsets.UTF_8);
    byte[] key = RowKeys.input(table.number, item, write.kind().code());
    byte[] bytes = write.bytes();
    if (bytes == null) {
      batch.delete(files.inputsId, key);
    } else {
      batch.put(files.inputsId, key, bytes);
    }
  }

  private void putRequest(DomainKey item, @Nullable Long requestedMs) {
    if (requestedMs == null) {
      batch.delete(files.metaId, Manifests.requestKey(item));
    } else {
      batch.put(files.metaId, Manifests.requestKey(item), Manifests.number(requestedMs));
    }
  }

  private void note(TableIndex table, List<WriteSet.RowWrite> rows, int from, int to) {
    long version = table.openVersion();
    table.writing().lock();
    try {
      for (int i = from; i < to; i++) {
        if (slots[i] == NONE) {
          continue;
        }
        StoredRow row = rows.get(i).row();
        if (row == null) {
          table.end(slots[i], version, rows.get(i).incarnation());
        } else {
          table.put(slots[i], version, row, contentHashes[i]);
        }
      }
    } finally {
      table.writing().unlock();
    }
    Arrays.fill(names, from, to, null);
  }
}
