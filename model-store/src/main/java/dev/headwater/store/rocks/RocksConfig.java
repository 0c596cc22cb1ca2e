package dev.headwater.store.rocks;

import dev.headwater.events.wire.VectorFormat;

/**
 * Memory and layout of RocksDB.
 *
 * @param format how vectors are stored; fixed when the directory is first opened
 * @param blockCacheBytes cache of data, index and filter blocks
 * @param memtableBytes one memtable of the rows column family
 * @param memtablesBytesMax all memtables together; a flush starts before they grow further
 * @param rowsMax items kept in memory's index over all tables (about 75 bytes each plus the item's
 *     name); a write that needs more fails
 */
public record RocksConfig(
    VectorFormat format,
    long blockCacheBytes,
    long memtableBytes,
    long memtablesBytesMax,
    int rowsMax) {
  private static final long MIB = 1 << 20;

  /** Returns the defaults. */
  public static RocksConfig defaults() {
    return new RocksConfig(VectorFormat.FP32, 128 * MIB, 32 * MIB, 128 * MIB, 20_000_000);
  }

  /** Returns a copy with another format. */
  public RocksConfig withFormat(VectorFormat other) {
    return new RocksConfig(other, blockCacheBytes, memtableBytes, memtablesBytesMax, rowsMax);
  }
}
