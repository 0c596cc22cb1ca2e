package dev.headwater.ingest;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * One block cache and one write buffer for all stores of the process. By default each store of each
 * partition has its own 50 MB cache and 48 MB of write buffers, which nothing bounds.
 */
public final class SharedRocksDb implements RocksDBConfigSetter {
  /** Configuration key of the native memory in bytes. */
  static final String MEMORY_BYTES = "headwater.ingest.store.memory.bytes";

  private static final long WRITE_BUFFER_BYTES = 8L << 20;
  private static @Nullable Shared shared;

  /** Lives as long as the process: stores of a restarted topology use it again. */
  private record Shared(Cache cache, WriteBufferManager writeBuffers) {}

  /** For Kafka Streams. */
  public SharedRocksDb() {}

  @Override
  public void setConfig(String store, Options options, Map<String, Object> configs) {
    Shared memory = shared(Long.parseLong(String.valueOf(configs.get(MEMORY_BYTES))));
    BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(memory.cache);
    table.setCacheIndexAndFilterBlocks(true);
    options.setTableFormatConfig(table);
    options.setWriteBufferManager(memory.writeBuffers);
    options.setWriteBufferSize(WRITE_BUFFER_BYTES);
  }

  private static synchronized Shared shared(long bytes) {
    Shared present = shared;
    if (present == null) {
      RocksDB.loadLibrary();
      Cache cache = new LRUCache(bytes);
      present = new Shared(cache, new WriteBufferManager(bytes / 4, cache));
      shared = present;
    }
    return present;
  }

  @Override
  public void close(String store, Options options) {
    // Cache and write buffers are shared by the stores that are still open.
  }
}
