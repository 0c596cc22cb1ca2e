package dev.headwater.store.rocks;

import dev.headwater.events.Keys.DomainKey;
import dev.headwater.events.wire.VectorFormat;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.PastRow;
import dev.headwater.store.table.RowCodec;
import dev.headwater.store.table.RowCursor;
import dev.headwater.store.table.RowHash;
import dev.headwater.store.table.RowMeta;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.StoredRow;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.TableState;
import dev.headwater.store.table.WriteSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The contract on RocksDB; keys and cycle are drawn in this package's description. */
public final class RocksEmbeddingStore implements EmbeddingStore {
  private static final Logger LOG = LoggerFactory.getLogger(RocksEmbeddingStore.class);

  private final RocksFiles files;
  private final Tables tables;
  private final RowWriter writer;
  private final RowReader reader;
  private final VersionWriter versions;
  private final History history;
  private final Thinning thinning;
  private final Object purging = new Object();
  private boolean closed;

  /**
   * Opens a directory, creating it when missing, and reads the index back: from its file after a
   * clean close or out of a snapshot, from the rows after a crash.
   *
   * @throws StoreException when it cannot be opened or a newer release wrote it
   */
  public RocksEmbeddingStore(Path directory, RocksConfig config) {
    this(new RocksFiles(directory, config), config);
  }

  private RocksEmbeddingStore(RocksFiles opened, RocksConfig config) {
    files = opened;
    tables = new Tables(config.rowsMax());
    writer = new RowWriter(files, new RowCodec(config.format()), tables);
    reader = new RowReader(files);
    versions = new VersionWriter(files, tables);
    history = new History(files);
    thinning = new Thinning(files);
    try {
      new Recovery(files, config, tables).run();
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }

  /**
   * Opens a directory as it was written: with the vector format that it has, whatever the
   * configuration says.
   *
   * @throws StoreException when it cannot be opened or a newer release wrote it
   */
  public static RocksEmbeddingStore asWritten(Path directory, RocksConfig config) {
    RocksFiles files = new RocksFiles(directory, config);
    VectorFormat format;
    try {
      format = Recovery.formatOf(files);
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
    return new RocksEmbeddingStore(files, format == null ? config : config.withFormat(format));
  }

  @Override
  public void write(WriteSet set) {
    writer.write(set);
  }

  private static byte[] utf8(String item) {
    return item.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public List<TableId> tables() {
    return tables.ids();
  }

  @Override
  public TableState state(TableId id) {
    TableIndex table = tables.find(id);
    return table == null ? TableState.EMPTY : table.state();
  }

  @Override
  public @Nullable RowMeta meta(TableId id, String item) {
    TableIndex table = tables.find(id);
    byte[] name = utf8(item);
    return table == null ? null : table.meta(name, RowHash.ofItem(name));
  }

  @Override
  public @Nullable StoredRow get(TableId id, String item) {
    TableIndex table = tables.find(id);
    return table == null ? null : reader.get(table, item);
  }

  private static <T> List<@Nullable T> nothing(List<String> items) {
    return Collections.nCopies(items.size(), null);
  }

  @Override
  public List<@Nullable StoredRow> multiGet(TableId id, List<String> items) {
    TableIndex table = tables.find(id);
    return table == null ? nothing(items) : reader.multiGet(table, items);
  }

  @Override
  public List<@Nullable StoredRow> multiGetAt(TableId id, List<String> items, long version) {
    TableIndex table = tables.find(id);
    return table == null ? nothing(items) : reader.past(table, items, version);
  }

  @Override
  public List<@Nullable PastRow> pastRows(TableId id, List<String> items, long version) {
    TableIndex table = tables.find(id);
    return table == null ? nothing(items) : reader.pastWithLineage(table, items, version);
  }

  @Override
  public void scanDelta(TableId id, long version, DeltaVisitor visitor) {
    reader.scanDelta(tables.require(id), version, visitor);
  }

  @Override
  public RowCursor scan(TableId id, long version, String after) {
    return new RocksCursor(files, tables.require(id).number, version, after);
  }

  @Override
  public SealedVersion seal(TableId id, long generation, long sealedMs) {
    return versions.seal(tables.require(id), generation, sealedMs);
  }

  @Override
  public boolean adopt(SealedVersion version) {
    TableIndex table = tables.find(version.table());
    return table != null && versions.adopt(table, version);
  }

  @Override
  public void sync() {
    try {
      files.db.syncWal();
    } catch (RocksDBException e) {
      throw RocksFiles.failed("sync the log", e);
    }
  }

  @Override
  public void update(SealedVersion version) {
    versions.update(tables.require(version.table()), version);
  }

  @Override
  public List<SealedVersion> versions(TableId id) {
    TableIndex table = tables.find(id);
    return table == null ? List.of() : table.versions();
  }

  @Override
  public List<String> touchedSince(TableId id, long version) {
    TableIndex table = tables.require(id);
    List<byte[]> items = new ArrayList<>(table.touched());
    history.deltasSince(table.number, version, items::add);
    items.sort(RowKeys::compareItems);
    List<String> once = new ArrayList<>(items.size());
    for (int i = 0; i < items.size(); i++) {
      if (i == 0 || !Arrays.equals(items.get(i), items.get(i - 1))) {
        once.add(new String(items.get(i), StandardCharsets.UTF_8));
      }
    }
    return once;
  }

  @Override
  public Map<String, Long> offsets() {
    return Map.copyOf(tables.offsets());
  }

  @Override
  public List<byte @Nullable []> inputs(TableId id, List<String> items, WriteSet.InputKind kind) {
    TableIndex table = tables.find(id);
    return table == null ? nothing(items) : reader.inputs(table, items, kind);
  }

  @Override
  public void scanInputs(WriteSet.InputKind kind, InputVisitor visitor) {
    try (RocksIterator iterator = files.db.newIterator(files.inputs, files.bulk)) {
      for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
        byte[] key = iterator.key();
        TableIndex table = tables.find(RowKeys.tableOf(key));
        if (table != null && RowKeys.inputKind(key) == kind.code()) {
          String item = new String(RowKeys.inputItem(key), StandardCharsets.UTF_8);
          visitor.visit(table.id, item, iterator.value());
        }
      }
      iterator.status();
    } catch (RocksDBException e) {
      throw RocksFiles.failed("read inputs", e);
    }
  }

  @Override
  public void scanRequests(ObjLongConsumer<DomainKey> visitor) {
    try (RocksIterator iterator = files.db.newIterator(files.meta)) {
      iterator.seek(Manifests.utf8(Manifests.REQUEST_PREFIX));
      for (; iterator.isValid(); iterator.next()) {
        String key = new String(iterator.key(), StandardCharsets.UTF_8);
        if (!key.startsWith(Manifests.REQUEST_PREFIX)) {
          break;
        }
        visitor.accept(Manifests.requested(key), Manifests.number(iterator.value()));
      }
      iterator.status();
    } catch (RocksDBException e) {
      throw RocksFiles.failed("read requests to delete", e);
    }
  }

  @Override
  public void mintAbove(long version) {
    versions.mintAbove(version);
  }

  @Override
  public boolean collect(TableId id, long floor, int rowsMax) {
    return history.collect(tables.require(id), floor, rowsMax);
  }

  @Override
  public boolean thin(TableId id, NavigableSet<Long> kept, int rowsMax) {
    return thinning.step(tables.require(id), kept, rowsMax);
  }

  @Override
  public int delete(String domain, String item, long firstKeptIncarnation) {
    int held = 0;
    for (TableIndex table : tables.all()) {
      if (table.id.domain().equals(domain)) {
        held += history.delete(table, utf8(item), firstKeptIncarnation) ? 1 : 0;
      }
    }
    return held;
  }

  @Override
  public void forgetNames(String domain, Set<String> items, Consumer<Runnable> exclusively) {
    synchronized (purging) {
      requireOpen();
      NameRemoval removal = new NameRemoval(files, history::toPurge);
      for (TableIndex table : tables.all()) {
        if (table.id.domain().equals(domain)) {
          removal.run(table.number, items, exclusively);
        }
      }
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new StoreException(StoreException.Code.NOT_READY, "the store is closed");
    }
  }

  @Override
  public void purge() {
    synchronized (purging) {
      requireOpen();
      history.purge();
    }
  }

  /**
   * Links the files, and what is still in memory, into a directory that does not exist yet, and
   * writes the index beside them. Nothing may be written meanwhile.
   */
  public void checkpoint(Path into) {
    files.checkpoint(into);
    try {
      IndexFile.write(into, files.db.getLatestSequenceNumber(), tables);
    } catch (IOException e) {
      throw RocksFiles.failed("write the index", e);
    }
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
  public long refusedRows() {
    return writer.refused();
  }

  @Override
  public long diskBytes() {
    return files.diskBytes();
  }

  @Override
  public long memoryBytes() {
    return files.memoryBytes() + tables.memoryBytes();
  }

  /** Keeps the index for the next start, and closes. */
  @Override
  public void close() {
    synchronized (purging) {
      if (closed) {
        return;
      }
      closed = true;
    }
    try {
      IndexFile.write(files.directory(), files.db.getLatestSequenceNumber(), tables);
    } catch (IOException e) {
      LOG.warn("the index was not kept, the next start reads the rows: {}", e.toString());
    } finally {
      files.close();
    }
  }
}
