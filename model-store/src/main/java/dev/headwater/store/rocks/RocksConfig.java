package dev.headwater.store.rocks;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.headwater.configuration.ConfigFile;
import dev.headwater.configuration.Copies;
import dev.headwater.events.wire.VectorFormat;
import java.util.Map;

/**
 * Memory and layout of RocksDB.
 *
 * @param format how vectors are stored; fixed when the directory is first opened
 * @param blockCacheBytes cache of data, index and filter blocks
 * @param memtableBytes one memtable of the rows column family
 * @param memtablesBytesMax all memtables together; a flush starts before they grow further
 * @param rowsMax items kept in memory's index over all tables (about 75 bytes each plus the item's
 *     name); rows of new items beyond it are left out and counted
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RocksConfig(
    VectorFormat format,
    @JsonProperty("block-cache") long blockCacheBytes,
    @JsonProperty("memtable") long memtableBytes,
    @JsonProperty("memtables-max") long memtablesBytesMax,
    int rowsMax) {

  /** Returns the reference's values. */
  public static RocksConfig defaults() {
    return ConfigFile.section("store", Map.of(), RocksConfig.class);
  }

  /** Returns a copy with another format. */
  public RocksConfig withFormat(VectorFormat other) {
    return Copies.with(this, "format", other);
  }
}
