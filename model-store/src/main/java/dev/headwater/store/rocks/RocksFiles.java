package dev.headwater.store.rocks;

import dev.headwater.store.table.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.LRUCache;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksObject;
import org.rocksdb.WriteBufferManager;
import org.rocksdb.WriteOptions;

/**
 * An open RocksDB with the store's column families; closes every native object in the reverse order
 * of its making. Memory is one cache, which the memtables are charged to as well.
 */
final class RocksFiles implements AutoCloseable {
  static {
    RocksDB.loadLibrary();
  }

  private final Path directory;
  private final List<RocksObject> owned = new ArrayList<>();
  private final List<ColumnFamilyHandle> handles = new ArrayList<>();
  private boolean closed;
  private final BloomFilter bloom = own(new BloomFilter(10, false));
  private final Cache cache;
  final WriteOptions unsynced = own(new WriteOptions());
  final WriteOptions synced = own(new WriteOptions().setSync(true));
  final ReadOptions point = own(new ReadOptions());
  final ReadOptions bulk = own(new ReadOptions().setFillCache(false).setReadaheadSize(1 << 20));
  final RocksDB db;
  final ColumnFamilyHandle meta;
  final ColumnFamilyHandle rows;
  final ColumnFamilyHandle lineage;
  final ColumnFamilyHandle inputs;
  final ColumnFamilyHandle deltas;

  /** Numbers of the column families, as write batches name them. */
  final int metaId;

  final int rowsId;
  final int lineageId;
  final int inputsId;
  final int deltasId;

  RocksFiles(Path directory, RocksConfig config) {
    this.directory = directory;
    cache = own(new LRUCache(config.blockCacheBytes()));
    WriteBufferManager memory =
        own(new WriteBufferManager(config.memtablesBytesMax(), cache, false));
    DBOptions options =
        own(
            new DBOptions()
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setWriteBufferManager(memory)
                .setMaxTotalWalSize(4 * config.memtableBytes())
                .setMaxBackgroundJobs(2)
                .setMaxOpenFiles(512)
                .setKeepLogFileNum(4)
                .setStatsDumpPeriodSec(0));
    try {
      Files.createDirectories(directory);
      db = RocksDB.open(options, directory.toString(), families(config), handles);
    } catch (IOException | RocksDBException e) {
      closeOwned();
      throw new StoreException(
          StoreException.Code.STORAGE_FAILED,
          "cannot open " + directory + ": " + e.getMessage(),
          e);
    }
    meta = handles.get(0);
    rows = handles.get(1);
    lineage = handles.get(2);
    inputs = handles.get(3);
    deltas = handles.get(4);
    metaId = meta.getID();
    rowsId = rows.getID();
    lineageId = lineage.getID();
    inputsId = inputs.getID();
    deltasId = deltas.getID();
  }

  private <T extends RocksObject> T own(T object) {
    owned.add(object);
    return object;
  }

  private List<ColumnFamilyDescriptor> families(RocksConfig config) {
    long small = config.memtableBytes() / 4;
    return List.of(
        family(RocksDB.DEFAULT_COLUMN_FAMILY, small / 4, CompressionType.LZ4_COMPRESSION),
        // Vectors do not compress; trying costs the write path.
        family(utf8("rows"), config.memtableBytes(), CompressionType.NO_COMPRESSION),
        family(utf8("lineage"), small, CompressionType.LZ4_COMPRESSION),
        family(utf8("inputs"), small, CompressionType.NO_COMPRESSION),
        family(utf8("deltas"), small, CompressionType.LZ4_COMPRESSION));
  }

  private ColumnFamilyDescriptor family(byte[] name, long memtable, CompressionType compression) {
    BlockBasedTableConfig table =
        new BlockBasedTableConfig()
            .setBlockCache(cache)
            .setCacheIndexAndFilterBlocks(true)
            .setPinL0FilterAndIndexBlocksInCache(true)
            .setFilterPolicy(bloom)
            .setFormatVersion(5);
    ColumnFamilyOptions options =
        own(
            new ColumnFamilyOptions()
                .setWriteBufferSize(memtable)
                .setMaxWriteBufferNumber(3)
                .setLevelCompactionDynamicLevelBytes(true)
                .setCompressionType(compression)
                .setTableFormatConfig(table));
    return new ColumnFamilyDescriptor(name, options);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Returns the bytes of all files. */
  long diskBytes() {
    try (Stream<Path> files = Files.list(directory)) {
      return files.mapToLong(RocksFiles::size).sum();
    } catch (IOException e) {
      throw failed("list " + directory, e);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0; // compaction removed it in between
    }
  }

  /** Returns bytes of the block cache, with the memtables charged to it. */
  synchronized long memoryBytes() {
    // A meter may ask while or after we close: the native cache must not be asked then.
    return closed ? 0 : cache.getUsage();
  }

  /** Returns the bytes of the live files of one column family. */
  long liveBytes(String family) {
    try {
      for (ColumnFamilyHandle handle : handles) {
        if (family.equals(new String(handle.getName(), StandardCharsets.UTF_8))) {
          return db.getLongProperty(handle, "rocksdb.live-sst-files-size");
        }
      }
      throw new IllegalArgumentException("no column family " + family);
    } catch (RocksDBException e) {
      throw failed("read a property", e);
    }
  }

  Path directory() {
    return directory;
  }

  /** Links the files, after what is in memory was written, into a directory not there yet. */
  void checkpoint(Path into) {
    try (Checkpoint checkpoint = Checkpoint.create(db)) {
      checkpoint.createCheckpoint(into.toString());
    } catch (RocksDBException e) {
      throw failed("take a checkpoint", e);
    }
  }

  /** Writes what is in memory into files, so that no older log of writes is needed. */
  void flush() throws RocksDBException {
    try (FlushOptions flush = new FlushOptions()) {
      db.flush(flush, handles);
    }
  }

  void compact() {
    try {
      flush();
      for (ColumnFamilyHandle family : List.of(rows, lineage, inputs)) {
        db.compactRange(family);
      }
    } catch (RocksDBException e) {
      throw failed("compact", e);
    }
  }

  static StoreException failed(String what, Exception e) {
    return new StoreException(
        StoreException.Code.STORAGE_FAILED, "cannot " + what + ": " + e.getMessage(), e);
  }

  @Override
  public synchronized void close() {
    closed = true;
    handles.forEach(ColumnFamilyHandle::close);
    db.close();
    closeOwned();
  }

  private void closeOwned() {
    for (int i = owned.size() - 1; i >= 0; i--) {
      owned.get(i).close();
    }
  }
}
