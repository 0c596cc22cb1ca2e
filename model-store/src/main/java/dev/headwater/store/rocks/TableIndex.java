package dev.headwater.store.rocks;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.table.RowMeta;
import dev.headwater.store.table.RowStamp;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.StoredRow;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.TableState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.SortedMap;
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
  private RowIndex index = new RowIndex();
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final NavigableMap<Long, SealedVersion> sealed = new TreeMap<>();
  private int[] touched = new int[256];
  private int touchedCount;
  private long openVersion;
  private long sealedVersion;
  private long checksum;
  private long live;

  TableIndex(TableId id, int number, long openVersion) {
    this.id = id;
    this.number = number;
    this.openVersion = openVersion;
  }

  Lock writing() {
    return lock.writeLock();
  }

  /** Returns the slot to write an item's row into; the caller holds {@link #writing()}. */
  int slotToPut(byte[] item, long itemHash) {
    return index.findOrAdd(item, itemHash);
  }

  /** Returns the slot of an item, or -1; the caller holds {@link #writing()}. */
  int slotOf(byte[] item, long itemHash) {
    return index.find(item, itemHash);
  }

  boolean isLive(int slot) {
    return index.live(slot);
  }

  /** Notes a row that was written; the caller holds {@link #writing()}. */
  void put(int slot, long version, StoredRow row, long contentHash) {
    leave(slot, version);
    checksum += contentHash;
    live++;
    index.put(slot, version, contentHash, row.origin().getNumber(), row.incarnation());
    RowStamp stamp = row.stamp();
    index.stamp(slot, stamp.generation(), stamp.epoch(), stamp.step());
  }

  /** Notes that an item's incarnation ended; the caller holds {@link #writing()}. */
  void end(int slot, long version, long incarnation) {
    leave(slot, version);
    index.clear(slot, version, incarnation);
  }

  private void leave(int slot, long version) {
    checksum -= index.contentHash(slot);
    live -= index.live(slot) ? 1 : 0;
    if (index.version(slot) <= sealedVersion && version > sealedVersion) {
      touch(slot);
    }
  }

  /**
   * Takes a row, or the end of an incarnation, found on disk; an end that a version has sealed says
   * nothing that memory must know.
   */
  void found(byte[] item, long itemHash, boolean alive, RowMeta meta) {
    if (!alive && meta.version() <= sealedVersion) {
      return;
    }
    int slot = index.findOrAdd(item, itemHash);
    leave(slot, meta.version());
    if (alive) {
      checksum += meta.contentHash();
      live++;
      index.put(
          slot, meta.version(), meta.contentHash(), meta.origin().getNumber(), meta.incarnation());
      RowStamp stamp = meta.stamp();
      index.stamp(slot, stamp.generation(), stamp.epoch(), stamp.step());
    } else {
      index.clear(slot, meta.version(), meta.incarnation());
    }
  }

  private void touch(int slot) {
    if (touchedCount == touched.length) {
      touched = Arrays.copyOf(touched, touchedCount * 2);
    }
    touched[touchedCount++] = slot;
  }

  /** Forgets an item; its slot stays, as one never written, and is not kept in the index's file. */
  void delete(byte[] item, long itemHash) {
    lock.writeLock().lock();
    try {
      int slot = index.find(item, itemHash);
      if (slot >= 0) {
        checksum -= index.contentHash(slot);
        live -= index.live(slot) ? 1 : 0;
        index.clear(slot, 0, 0);
        untouch(slot);
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Returns how many items memory has a slot for. */
  int slots() {
    lock.readLock().lock();
    try {
      return index.size();
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Returns how many slots {@link #dropEnded} would free, or a few less. */
  long endedSlots() {
    lock.readLock().lock();
    try {
      return Math.max(0, index.size() - live - touchedCount);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Lets go of the slots of items that ended, but for those that the next seal must name. */
  void dropEnded() {
    lock.writeLock().lock();
    try {
      BitSet named = new BitSet(index.size());
      for (int i = 0; i < touchedCount; i++) {
        named.set(touched[i]);
      }
      RowIndex all = index;
      int[] moved = new int[all.size()];
      index = all.only(slot -> all.live(slot) || named.get(slot), moved);
      for (int i = 0; i < touchedCount; i++) {
        touched[i] = moved[touched[i]];
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

  /** Returns the same for many items, under one lock. */
  long[] liveVersions(byte[][] items, long[] itemHashes) {
    long[] versions = new long[items.length];
    lock.readLock().lock();
    try {
      int[] slots = index.findAll(items, itemHashes);
      for (int i = 0; i < slots.length; i++) {
        int slot = slots[i];
        versions[i] = slot >= 0 && index.live(slot) ? index.version(slot) : -1;
      }
    } finally {
      lock.readLock().unlock();
    }
    return versions;
  }

  @Nullable RowMeta meta(byte[] item, long itemHash) {
    lock.readLock().lock();
    try {
      int slot = index.find(item, itemHash);
      return slot < 0 || !index.live(slot) ? null : meta(slot);
    } finally {
      lock.readLock().unlock();
    }
  }

  private RowMeta meta(int slot) {
    return new RowMeta(
        EmbeddingRow.Origin.forNumber(index.origin(slot)),
        index.incarnation(slot),
        new RowStamp(index.generation(slot), index.epoch(slot), index.step(slot)),
        index.version(slot),
        index.contentHash(slot));
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

  /** Forgets manifests between the first and the last kept one, and returns their numbers. */
  List<Long> dropBetween(NavigableSet<Long> kept) {
    lock.writeLock().lock();
    try {
      SortedMap<Long, SealedVersion> between = sealed.subMap(kept.first(), kept.last());
      List<Long> numbers = between.keySet().stream().filter(each -> !kept.contains(each)).toList();
      between.keySet().retainAll(kept);
      return numbers;
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Returns the sealed version before one, 0 where none is. */
  long sealedBefore(long version) {
    lock.readLock().lock();
    try {
      Long found = sealed.lowerKey(version);
      return found == null ? 0 : found;
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Returns the first sealed version at or after one, or that one where none is. */
  long ceiling(long version) {
    lock.readLock().lock();
    try {
      Long found = sealed.ceilingKey(version);
      return found == null ? version : found;
    } finally {
      lock.readLock().unlock();
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

  @Nullable SealedVersion version(long version) {
    lock.readLock().lock();
    try {
      return sealed.get(version);
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

  /** Returns the index, for the file that keeps it; nobody writes meanwhile. */
  RowIndex index() {
    return index;
  }

  long memoryBytes() {
    return index.memoryBytes() + touched.length * 4L;
  }
}
