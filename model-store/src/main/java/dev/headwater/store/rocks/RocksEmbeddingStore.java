package dev.headwater.store.rocks;

import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.RowCodec;
import dev.headwater.store.table.RowCursor;
import dev.headwater.store.table.RowHash;
import dev.headwater.store.table.RowMeta;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.StoredRow;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.TableState;
import dev.headwater.store.table.VersionStatus;
import dev.headwater.store.table.WriteSet;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/** The contract on RocksDB; keys and cycle are drawn in this package's description. */
public final class RocksEmbeddingStore implements EmbeddingStore {
  private final RocksFiles files;
  private final RocksConfig config;
  private final RowCodec codec;
  private final Map<TableId, TableIndex> tables = new ConcurrentHashMap<>();
  private final Map<Integer, TableIndex> byNumber = new HashMap<>();
  private final Map<String, Long> offsets = new ConcurrentHashMap<>();
  private final History history;
  private long nextVersion = 1;

  /**
   * Opens a directory, creating it when missing, and rebuilds the index from the rows.
   *
   * @throws StoreException when it cannot be opened or a newer release wrote it
   */
  public RocksEmbeddingStore(Path directory, RocksConfig config) {
    this.config = config;
    codec = new RowCodec(config.format());
    files = new RocksFiles(directory, config);
    history = new History(files);
    try {
      nextVersion = new Recovery(files, config).run(this::restoreTable, byNumber, offsets);
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }

  private TableIndex restoreTable(Manifests.TableEntry entry) {
    TableId id = new TableId(entry.domain(), entry.model());
    TableIndex table = new TableIndex(id, entry.number(), entry.openVersion(), config.rowsMax());
    tables.put(id, table);
    return table;
  }

  /** A row whose index entry follows once it is written. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Noted(
      TableIndex table, byte[] item, long itemHash, @Nullable RowMeta meta, long incarnation) {}

  @Override
  public void write(WriteSet set) {
    List<Noted> noted = new ArrayList<>(set.rows().size());
    try (WriteBatch batch = new WriteBatch(set.rows().size() * 320 + 1024)) {
      for (WriteSet.RowWrite write : set.rows()) {
        prepare(batch, write, noted);
      }
      for (WriteSet.InputWrite write : set.inputs()) {
        putInput(batch, write);
      }
      for (Map.Entry<String, Long> offset : set.offsets().entrySet()) {
        batch.put(
            files.meta, Manifests.offsetKey(offset.getKey()), Manifests.number(offset.getValue()));
      }
      files.db.write(files.unsynced, batch);
    } catch (RocksDBException e) {
      throw RocksFiles.failed("write rows", e);
    }
    note(noted);
    offsets.putAll(set.offsets());
  }

  private void prepare(WriteBatch batch, WriteSet.RowWrite write, List<Noted> noted)
      throws RocksDBException {
    TableIndex table = tableFor(batch, write.table());
    byte[] item = utf8(write.item());
    long itemHash = RowHash.ofItem(item);
    byte[] key = RowKeys.row(table.number, item, table.openVersion());
    StoredRow row = write.row();
    if (row == null) {
      boolean held =
          table.liveVersion(item, itemHash) >= 0
              || noted.stream().anyMatch(n -> n.table == table && n.itemHash == itemHash);
      if (held) {
        batch.put(files.rows, key, RowCodec.tombstone(write.incarnation()));
        noted.add(new Noted(table, item, itemHash, null, write.incarnation()));
      }
      return;
    }
    RowCodec.Encoded encoded = codec.encode(itemHash, row);
    batch.put(files.rows, key, encoded.bytes());
    byte[] lineage = write.lineage();
    if (lineage != null) {
      batch.put(files.lineage, key, lineage);
    }
    RowMeta meta =
        new RowMeta(
            row.origin(),
            row.incarnation(),
            row.stamp(),
            table.openVersion(),
            encoded.contentHash());
    noted.add(new Noted(table, item, itemHash, meta, row.incarnation()));
  }

  private void putInput(WriteBatch batch, WriteSet.InputWrite write) throws RocksDBException {
    int table = tableFor(batch, write.table()).number;
    byte[] key = RowKeys.input(table, utf8(write.item()), write.kind().code());
    byte[] bytes = write.bytes();
    if (bytes == null) {
      batch.delete(files.inputs, key);
    } else {
      batch.put(files.inputs, key, bytes);
    }
  }

  private TableIndex tableFor(WriteBatch batch, TableId id) throws RocksDBException {
    TableIndex known = tables.get(id);
    if (known != null) {
      return known;
    }
    Manifests.TableEntry entry =
        new Manifests.TableEntry(id.domain(), id.model(), tables.size() + 1, nextVersion++);
    batch.put(files.meta, Manifests.tableKey(entry.number()), Manifests.json(entry));
    batch.put(files.meta, Manifests.COUNTER_KEY, Manifests.number(nextVersion));
    TableIndex table = restoreTable(entry);
    byNumber.put(table.number, table);
    return table;
  }

  private static void note(List<Noted> noted) {
    int from = 0;
    while (from < noted.size()) {
      TableIndex table = noted.get(from).table;
      table.writing().lock();
      try {
        for (; from < noted.size() && noted.get(from).table == table; from++) {
          Noted n = noted.get(from);
          table.note(n.item, n.itemHash, table.openVersion(), n.meta, n.incarnation);
        }
      } finally {
        table.writing().unlock();
      }
    }
  }

  private static byte[] utf8(String item) {
    return item.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public List<TableId> tables() {
    return List.copyOf(tables.keySet());
  }

  @Override
  public TableState state(TableId id) {
    TableIndex table = tables.get(id);
    return table == null ? TableState.EMPTY : table.state();
  }

  @Override
  public @Nullable RowMeta meta(TableId id, String item) {
    TableIndex table = tables.get(id);
    byte[] name = utf8(item);
    return table == null ? null : table.meta(name, RowHash.ofItem(name));
  }

  @Override
  public @Nullable StoredRow get(TableId id, String item) {
    TableIndex table = tables.get(id);
    if (table == null) {
      return null;
    }
    byte[] name = utf8(item);
    long version = table.liveVersion(name, RowHash.ofItem(name));
    if (version < 0) {
      return null;
    }
    try {
      byte[] bytes =
          files.db.get(files.rows, files.point, RowKeys.row(table.number, name, version));
      // Rewritten and collected between the two reads: the history still finds the newest.
      return bytes == null ? getAt(id, item, Long.MAX_VALUE) : intact(item, bytes);
    } catch (RocksDBException e) {
      throw RocksFiles.failed("read a row", e);
    }
  }

  @Override
  public List<@Nullable StoredRow> multiGet(TableId id, List<String> items) {
    List<@Nullable StoredRow> rows = new ArrayList<>(items.size());
    TableIndex table = tables.get(id);
    List<byte[]> keys = new ArrayList<>(items.size());
    for (String item : items) {
      byte[] name = utf8(item);
      long version = table == null ? -1 : table.liveVersion(name, RowHash.ofItem(name));
      // Version 0 is never written: the key of an absent item finds nothing.
      keys.add(RowKeys.row(table == null ? 0 : table.number, name, Math.max(0, version)));
    }
    try {
      List<byte[]> found =
          files.db.multiGetAsList(files.point, Collections.nCopies(keys.size(), files.rows), keys);
      for (int i = 0; i < found.size(); i++) {
        byte[] bytes = found.get(i);
        rows.add(bytes == null ? null : intact(items.get(i), bytes));
      }
      return rows;
    } catch (RocksDBException e) {
      throw RocksFiles.failed("read rows", e);
    }
  }

  @Override
  public @Nullable StoredRow getAt(TableId id, String item, long version) {
    return multiGetAt(id, List.of(item), version).get(0);
  }

  @Override
  public List<@Nullable StoredRow> multiGetAt(TableId id, List<String> items, long version) {
    TableIndex table = tables.get(id);
    List<@Nullable StoredRow> rows = new ArrayList<>(items.size());
    if (table == null) {
      items.forEach(item -> rows.add(null));
      return rows;
    }
    history.readAt(
        files.rows,
        table.number,
        items,
        version,
        bytes -> {
          boolean none = bytes == null || RowCodec.isTombstone(bytes);
          rows.add(none ? null : intact(items.get(rows.size()), bytes));
        });
    return rows;
  }

  /** Decodes a row that is what was written. */
  private static StoredRow intact(String item, byte[] bytes) {
    long hash = RowCodec.contentHash(RowHash.ofItem(utf8(item)), bytes);
    if (!RowCodec.isIntact(hash, bytes)) {
      throw new StoreException(
          StoreException.Code.CORRUPT, "the row of item '" + item + "' is not what was written");
    }
    return RowCodec.decode(bytes);
  }

  @Override
  public byte @Nullable [] lineageAt(TableId id, String item, long version) {
    TableIndex table = tables.get(id);
    return table == null ? null : history.lineageAt(table.number, utf8(item), version);
  }

  @Override
  public RowCursor scan(TableId id, long version) {
    return new RocksCursor(files, table(id).number, version);
  }

  private TableIndex table(TableId id) {
    TableIndex table = tables.get(id);
    if (table == null) {
      throw new StoreException(StoreException.Code.UNKNOWN_TABLE, "no table " + id);
    }
    return table;
  }

  @Override
  public SealedVersion seal(TableId id, long generation, long sealedMs) {
    TableIndex table = table(id);
    TableState state = table.state();
    SealedVersion sealed =
        new SealedVersion(
            id.domain(),
            id.model(),
            state.openVersion(),
            VersionStatus.SEALED,
            state.checksum(),
            state.rows(),
            state.touched(),
            generation,
            offsets,
            sealedMs,
            0,
            List.of());
    long next = nextVersion;
    List<byte[]> chunks = Deltas.pack(table.touched());
    try (WriteBatch batch = new WriteBatch()) {
      for (int i = 0; i < chunks.size(); i++) {
        batch.put(files.deltas, RowKeys.delta(table.number, sealed.version(), i), chunks.get(i));
      }
      batch.put(
          files.meta, Manifests.versionKey(table.number, sealed.version()), Manifests.json(sealed));
      putOpen(batch, table, next);
      files.db.write(files.synced, batch);
    } catch (RocksDBException e) {
      throw RocksFiles.failed("seal version " + sealed.version(), e);
    }
    nextVersion = next + 1;
    table.sealed(sealed, next);
    return sealed;
  }

  private void putOpen(WriteBatch batch, TableIndex table, long open) throws RocksDBException {
    Manifests.TableEntry entry =
        new Manifests.TableEntry(table.id.domain(), table.id.model(), table.number, open);
    batch.put(files.meta, Manifests.tableKey(table.number), Manifests.json(entry));
    batch.put(files.meta, Manifests.COUNTER_KEY, Manifests.number(open + 1));
  }

  @Override
  public void update(SealedVersion version) {
    TableIndex table = table(version.table());
    try {
      files.db.put(
          files.meta,
          files.synced,
          Manifests.versionKey(table.number, version.version()),
          Manifests.json(version));
    } catch (RocksDBException e) {
      throw RocksFiles.failed("note version " + version.version(), e);
    }
    table.replace(version);
  }

  @Override
  public List<SealedVersion> versions(TableId id) {
    TableIndex table = tables.get(id);
    return table == null ? List.of() : table.versions();
  }

  @Override
  public Set<String> touchedSince(TableId id, long version) {
    TableIndex table = table(id);
    Set<String> items = new TreeSet<>();
    table.touched().forEach(item -> items.add(new String(item, StandardCharsets.UTF_8)));
    history.deltasSince(
        table.number, version, item -> items.add(new String(item, StandardCharsets.UTF_8)));
    return items;
  }

  @Override
  public Map<String, Long> offsets() {
    return Map.copyOf(offsets);
  }

  @Override
  public byte @Nullable [] input(TableId id, String item, WriteSet.InputKind kind) {
    TableIndex table = tables.get(id);
    if (table == null) {
      return null;
    }
    try {
      return files.db.get(files.inputs, RowKeys.input(table.number, utf8(item), kind.code()));
    } catch (RocksDBException e) {
      throw RocksFiles.failed("read an input", e);
    }
  }

  @Override
  public void scanInputs(WriteSet.InputKind kind, InputVisitor visitor) {
    try (RocksIterator iterator = files.db.newIterator(files.inputs, files.bulk)) {
      for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
        byte[] key = iterator.key();
        TableIndex table = byNumber.get(RowKeys.tableOf(key));
        if (table != null && RowKeys.inputKind(key) == kind.code()) {
          String item = new String(RowKeys.inputItem(key), StandardCharsets.UTF_8);
          visitor.visit(table.id, item, iterator.value());
        }
      }
    }
  }

  @Override
  public void mintAbove(long version) {
    nextVersion = Math.max(nextVersion, version + 1);
    try (WriteBatch batch = new WriteBatch()) {
      for (TableIndex table : tables.values()) {
        if (table.openVersion() <= version) {
          table.open(nextVersion++);
          putOpen(batch, table, table.openVersion());
        }
      }
      batch.put(files.meta, Manifests.COUNTER_KEY, Manifests.number(nextVersion));
      files.db.write(files.synced, batch);
    } catch (RocksDBException e) {
      throw RocksFiles.failed("note the version counter", e);
    }
  }

  @Override
  public boolean collect(TableId id, long floor, int rowsMax) {
    return history.collect(table(id), floor, rowsMax);
  }

  @Override
  public int erase(String domain, String item) {
    int held = 0;
    for (TableIndex table : tables.values()) {
      if (table.id.domain().equals(domain)) {
        held += history.erase(table, utf8(item)) ? 1 : 0;
      }
    }
    return held;
  }

  /** Links the files, and what is still in memory, into a directory that does not exist yet. */
  public void checkpoint(Path into) {
    files.checkpoint(into);
  }

  /** Merges all files of the rows into the deepest level; for measurements. */
  public void compact() {
    files.compact();
  }

  /** Returns the bytes on disk of a column family: {@code rows}, {@code lineage} and so on. */
  public long liveBytes(String family) {
    return files.liveBytes(family);
  }

  @Override
  public long diskBytes() {
    return files.diskBytes();
  }

  @Override
  public long memoryBytes() {
    return files.memoryBytes() + tables.values().stream().mapToLong(TableIndex::memoryBytes).sum();
  }

  @Override
  public void close() {
    files.close();
  }
}
