package dev.headwater.serving.users;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The users of a node that are not in memory, on disk: a RocksDB without a log, since the topic
 * holds all of it and a node that starts reads it again. Its memory is bounded whatever the number
 * of users: a cache for blocks, indexes and filters, and two write buffers. Thread-safe. What is
 * removed stays in files until they are rewritten, for which a deletion's receipt waits.
 *
 * <p>Item codes are good for one process, and so is what is kept here: the folder is emptied at the
 * start and deleted in the end.
 */
public final class RocksUsers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RocksUsers.class);
  private static final long CACHE_BYTES = 32 << 20;
  private static final long WRITE_BUFFER_BYTES = 8 << 20;

  /** Files of no more than this are rewritten as a whole for several users. */
  private static final long REWRITTEN_AS_ONE_BYTES = 1L << 30;

  private static final int BLOCK_BYTES = 4 << 10;
  private static final int BLOOM_BITS = 10;

  private final ArchiveDirectory directory;
  private final LRUCache cache = new LRUCache(CACHE_BYTES);
  private final BloomFilter bloom = new BloomFilter(BLOOM_BITS, false);
  private final Options options = new Options();
  private final CompactRangeOptions rewriting =
      new CompactRangeOptions()
          .setExclusiveManualCompaction(false)
          .setBottommostLevelCompaction(
              CompactRangeOptions.BottommostLevelCompaction.kForceOptimized)
          .setCanceled(false);
  private final Object purging = new Object();
  private final WriteOptions withoutLog = new WriteOptions().setDisableWAL(true);
  private final RocksDB db;
  private final long max;
  private final AtomicLong size = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private boolean closed;

  static {
    RocksDB.loadLibrary();
  }

  /**
   * Opens an empty one.
   *
   * @param common folder below which each node has one of its own
   * @param max users of all domains; who comes beyond is forgotten, and counted
   * @throws UncheckedIOException when the folder cannot be used
   */
  public RocksUsers(Path common, long max) {
    this.max = max;
    BlockBasedTableConfig table =
        new BlockBasedTableConfig()
            .setBlockCache(cache)
            .setBlockSize(BLOCK_BYTES)
            .setFilterPolicy(bloom)
            .setCacheIndexAndFilterBlocks(true)
            .setPinL0FilterAndIndexBlocksInCache(true);
    options
        .setCreateIfMissing(true)
        .setTableFormatConfig(table)
        .setWriteBufferSize(WRITE_BUFFER_BYTES)
        .setMaxWriteBufferNumber(2)
        .setCompressionType(CompressionType.LZ4_COMPRESSION)
        .setMaxOpenFiles(256)
        .setStatsDumpPeriodSec(0);
    try {
      directory = ArchiveDirectory.claim(common);
      db = RocksDB.open(options, directory.path().toString());
    } catch (IOException e) {
      throw new UncheckedIOException("users cannot be kept below " + common, e);
    } catch (RocksDBException e) {
      throw failed("users cannot be kept below " + common, e);
    }
  }

  /** Returns the part that belongs to a domain. */
  public UserArchive of(String domain) {
    return new OfDomain(domain);
  }

  /** Returns how many users of all domains are here. */
  public long size() {
    return size.get();
  }

  /** Returns how many users had no room. */
  public long refused() {
    return refused.get();
  }

  private static UncheckedIOException failed(String what, RocksDBException e) {
    return new UncheckedIOException(new IOException(what, e));
  }

  private byte @Nullable [] value(byte[] key) {
    try {
      return db.get(key);
    } catch (RocksDBException e) {
      throw failed("a user cannot be read", e);
    }
  }

  private void delete(byte[] key) {
    try {
      db.delete(withoutLog, key);
    } catch (RocksDBException e) {
      throw failed("a user cannot be removed", e);
    }
  }

  /** A delete only marks: what it hides goes when all files that may hold the key are rewritten. */
  private void purge(NavigableSet<byte[]> keys) {
    synchronized (purging) {
      if (closed) {
        throw new UncheckedIOException(new IOException("users on disk are closed"));
      }
      try {
        if (keys.size() > 1
            && db.getLongProperty("rocksdb.live-sst-files-size") <= REWRITTEN_AS_ONE_BYTES) {
          rewrite(keys.first(), keys.last());
        } else {
          for (byte[] key : keys) {
            rewrite(key, key);
          }
        }
      } catch (RocksDBException e) {
        throw failed("files of users cannot be rewritten", e);
      }
    }
  }

  private void rewrite(byte[] from, byte[] to) throws RocksDBException {
    db.compactRange(db.getDefaultColumnFamily(), from, to, rewriting);
  }

  /** The users of one domain: their keys begin with its name, which holds no slash. */
  private final class OfDomain implements UserArchive {
    private final String prefix;
    private final AtomicLong ofDomain = new AtomicLong();
    private volatile boolean used;

    OfDomain(String domain) {
      prefix = domain + "/";
    }

    private byte[] key(String user) {
      return (prefix + user).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean put(String user, UserState state) {
      if (size.get() >= max) {
        refused.incrementAndGet();
        return false;
      }
      byte[] packed = state.packed();
      ByteBuffer value = ByteBuffer.allocate(Long.BYTES + packed.length);
      value.putLong(state.eventTimeMs()).put(packed);
      used = true;
      try {
        db.put(withoutLog, key(user), value.array());
      } catch (RocksDBException e) {
        // A full disk takes the memory of users that were not heard of lately, not the node.
        if (refused.getAndIncrement() == 0) {
          LOG.error("users cannot be written to {} and are forgotten", directory.path(), e);
        }
        return false;
      }
      ofDomain.incrementAndGet();
      size.incrementAndGet();
      return true;
    }

    @Override
    public @Nullable UserState take(String user) {
      byte[] key = key(user);
      byte[] value = value(key);
      if (value == null) {
        return null;
      }
      delete(key);
      gone();
      long timeMs = ByteBuffer.wrap(value).getLong();
      return new UserState(Arrays.copyOfRange(value, Long.BYTES, value.length), timeMs);
    }

    @Override
    public void remove(String user) {
      if (ofDomain.get() == 0) {
        return;
      }
      byte[] key = key(user);
      if (value(key) != null) {
        delete(key);
        gone();
      }
    }

    @Override
    public void purge(Collection<String> users) {
      if (used && !users.isEmpty()) {
        NavigableSet<byte[]> keys = new TreeSet<>(Arrays::compareUnsigned);
        users.forEach(user -> keys.add(key(user)));
        RocksUsers.this.purge(keys);
      }
    }

    private void gone() {
      ofDomain.decrementAndGet();
      size.decrementAndGet();
    }

    @Override
    public long size() {
      return ofDomain.get();
    }
  }

  /** Closes it and deletes its folder; nobody may use it any more. */
  @Override
  public void close() {
    rewriting.setCanceled(true); // who rewrites files now hears of it and lets go
    synchronized (purging) {
      closed = true;
      db.close();
    }
    rewriting.close();
    options.close();
    withoutLog.close();
    bloom.close();
    cache.close();
    directory.close();
  }
}
