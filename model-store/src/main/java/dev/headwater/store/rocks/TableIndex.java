package dev.headwater.store.rocks;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.table.RowMeta;
import dev.headwater.store.table.RowStamp;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.TableState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * One table in memory: the index of its items, its running checksum, what was touched since the
 * last seal, and its manifests. One writer, many readers.
 */
final class TableIndex {
  final TableId id;
  final int number;
  private final RowIndex index;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final NavigableMap<Long, SealedVersion> sealed = new TreeMap<>();
  private int[] touched = new int[256];
  private int touchedCount;
  private long openVersion;
  private long sealedVersion;
  private long checksum;
  private long live;

  TableIndex(TableId id, int number, long openVersion, int rowsMax) {
    this.id = id;
    this.number = number;
    this.openVersion = openVersion;
    index = new RowIndex(rowsMax);
  }

  Lock writing() {
    return lock.writeLock();
  }

  /** Notes a row; the caller holds {@link #writing()}. {@code meta} null: the item has no row. */
  void note(byte[] item, long itemHash, long version, @Nullable RowMeta meta, long incarnation) {
    int slot = index.findOrAdd(item, itemHash);
    checksum -= index.contentHash(slot);
    live -= index.live(slot) ? 1 : 0;
    if (index.version(slot) <= sealedVersion && version > sealedVersion) {
      touch(slot);
    }
    if (meta == null) {
      index.clear(slot, version, incarnation);
      return;
    }
    checksum += meta.contentHash();
    live++;
    RowStamp stamp = meta.stamp();
    index.put(slot, version, meta.contentHash(), meta.origin().getNumber(), meta.incarnation());
    index.stamp(slot, stamp.generation(), stamp.epoch(), stamp.step());
  }

  private void touch(int slot) {
    if (touchedCount == touched.length) {
      touched = Arrays.copyOf(touched, touchedCount * 2);
    }
    touched[touchedCount++] = slot;
  }

  /** Forgets an item; its slot stays, without a row. */
  void erase(byte[] item, long itemHash) {
    lock.writeLock().lock();
    try {
      int slot = index.find(item, itemHash);
      if (slot >= 0) {
        checksum -= index.contentHash(slot);
        live -= index.live(slot) ? 1 : 0;
        index.clear(slot, sealedVersion, index.incarnation(slot));
        untouch(slot);
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void untouch(int slot) {
    int kept = 0;
    for (int i = 0; i < touchedCount; i++) {
      if (touched[i] != slot) {
        touched[kept++] = touched[i];
      }
    }
    touchedCount = kept;
  }

  /** Returns the version that an item's live row was written in, or -1. */
  long liveVersion(byte[] item, long itemHash) {
    lock.readLock().lock();
    try {
      int slot = index.find(item, itemHash);
      return slot >= 0 && index.live(slot) ? index.version(slot) : -1;
    } finally {
      lock.readLock().unlock();
    }
  }

  @Nullable RowMeta meta(byte[] item, long itemHash) {
    lock.readLock().lock();
    try {
      int slot = index.find(item, itemHash);
      if (slot < 0 || !index.live(slot)) {
        return null;
      }
      return new RowMeta(
          EmbeddingRow.Origin.forNumber(index.origin(slot)),
          index.incarnation(slot),
          new RowStamp(index.generation(slot), index.epoch(slot), index.step(slot)),
          index.version(slot),
          index.contentHash(slot));
    } finally {
      lock.readLock().unlock();
    }
  }

  TableState state() {
    lock.readLock().lock();
    try {
      return new TableState(openVersion, checksum, live, touchedCount);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Returns the names of the items touched since the last seal. */
  List<byte[]> touched() {
    lock.readLock().lock();
    try {
      List<byte[]> items = new ArrayList<>(touchedCount);
      for (int i = 0; i < touchedCount; i++) {
        items.add(index.item(touched[i]));
      }
      return items;
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Closes the open version under its manifest and opens the next. */
  void sealed(SealedVersion version, long next) {
    lock.writeLock().lock();
    try {
      sealed.put(version.version(), version);
      sealedVersion = version.version();
      openVersion = next;
      touched = new int[256];
      touchedCount = 0;
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Takes a manifest found on disk. */
  void restore(SealedVersion version) {
    sealed.put(version.version(), version);
    sealedVersion = Math.max(sealedVersion, version.version());
  }

  void replace(SealedVersion version) {
    lock.writeLock().lock();
    try {
      sealed.replace(version.version(), version);
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Forgets manifests below the floor and returns their numbers. */
  List<Long> dropBelow(long floor) {
    lock.writeLock().lock();
    try {
      NavigableMap<Long, SealedVersion> old = sealed.headMap(floor, false);
      List<Long> numbers = List.copyOf(old.keySet());
      old.clear();
      return numbers;
    } finally {
      lock.writeLock().unlock();
    }
  }

  List<SealedVersion> versions() {
    lock.readLock().lock();
    try {
      return List.copyOf(sealed.values());
    } finally {
      lock.readLock().unlock();
    }
  }

  void open(long version) {
    lock.writeLock().lock();
    try {
      openVersion = version;
    } finally {
      lock.writeLock().unlock();
    }
  }

  long openVersion() {
    return openVersion;
  }

  long memoryBytes() {
    return index.memoryBytes() + touched.length * 4L;
  }
}
