package dev.headwater.store.rocks;

import dev.headwater.store.table.RowHash;
import dev.headwater.store.table.StoreException;
import java.util.Arrays;

/**
 * What memory keeps of every item of one table, so that a put reads nothing from disk: the version
 * it was last written in, its row's hash, and its row's own version. Open addressing over slots
 * that are never moved; about 85 bytes an item plus its name. Not thread-safe.
 */
final class RowIndex {
  private static final int CHUNK_BITS = 20;
  private static final int CHUNK = 1 << CHUNK_BITS;
  private static final int LIVE = 0x80;

  private final int rowsMax;
  private int[] buckets = new int[1024];
  private int[] tags = new int[512];
  private long[] addresses = new long[512];
  private long[] hashes = new long[512];
  private long[] incarnations = new long[512];
  private long[] generations = new long[512];
  private long[] epochs = new long[512];
  private long[] steps = new long[512];
  private int[] versions = new int[512];
  private byte[] flags = new byte[512];
  private byte[][] chunks = new byte[8][];
  private long tail;
  private int size;

  RowIndex(int rowsMax) {
    this.rowsMax = rowsMax;
  }

  /** Returns the slot of an item, or -1. */
  int find(byte[] item, long itemHash) {
    int mask = buckets.length - 1;
    int tag = tag(itemHash);
    for (int at = tag & mask; ; at = at + 1 & mask) {
      int slot = buckets[at] - 1;
      if (slot < 0) {
        return -1;
      }
      if (tags[slot] == tag && isItem(slot, item)) {
        return slot;
      }
    }
  }

  /** Returns the slot of an item, taking a new one when it has none. */
  int findOrAdd(byte[] item, long itemHash) {
    int found = find(item, itemHash);
    if (found >= 0) {
      return found;
    }
    if (size == rowsMax) {
      throw new StoreException(
          StoreException.Code.LIMIT_REACHED, "the table holds " + size + " items, rowsMax");
    }
    if (size == tags.length) {
      grow();
    }
    int slot = size++;
    tags[slot] = tag(itemHash);
    addresses[slot] = append(item);
    link(slot);
    return slot;
  }

  private static int tag(long itemHash) {
    return (int) (itemHash >>> 32);
  }

  private void link(int slot) {
    int mask = buckets.length - 1;
    int at = tags[slot] & mask;
    while (buckets[at] != 0) {
      at = at + 1 & mask;
    }
    buckets[at] = slot + 1;
  }

  private void grow() {
    int capacity = (int) Math.min(rowsMax, tags.length * 2L);
    tags = Arrays.copyOf(tags, capacity);
    addresses = Arrays.copyOf(addresses, capacity);
    hashes = Arrays.copyOf(hashes, capacity);
    incarnations = Arrays.copyOf(incarnations, capacity);
    generations = Arrays.copyOf(generations, capacity);
    epochs = Arrays.copyOf(epochs, capacity);
    steps = Arrays.copyOf(steps, capacity);
    versions = Arrays.copyOf(versions, capacity);
    flags = Arrays.copyOf(flags, capacity);
    buckets = new int[Integer.highestOneBit(capacity - 1) << 2];
    for (int slot = 0; slot < size; slot++) {
      link(slot);
    }
  }

  /** Appends length (two bytes) and name to the arena; a name does not cross chunks. */
  private long append(byte[] item) {
    int need = item.length + 2;
    if ((tail & CHUNK - 1) + need > CHUNK) {
      tail = (tail | CHUNK - 1) + 1;
    }
    int chunk = (int) (tail >>> CHUNK_BITS);
    if (chunk == chunks.length) {
      chunks = Arrays.copyOf(chunks, chunk * 2);
    }
    if (chunks[chunk] == null) {
      chunks[chunk] = new byte[CHUNK];
    }
    byte[] into = chunks[chunk];
    int at = (int) (tail & CHUNK - 1);
    into[at] = (byte) (item.length >>> 8);
    into[at + 1] = (byte) item.length;
    System.arraycopy(item, 0, into, at + 2, item.length);
    long address = tail;
    tail += need;
    return address;
  }

  private boolean isItem(int slot, byte[] item) {
    byte[] chunk = chunks[(int) (addresses[slot] >>> CHUNK_BITS)];
    int at = (int) (addresses[slot] & CHUNK - 1);
    int length = ((chunk[at] & 0xFF) << 8) | (chunk[at + 1] & 0xFF);
    return length == item.length && Arrays.equals(chunk, at + 2, at + 2 + length, item, 0, length);
  }

  /** Returns a copy of an item's name. */
  byte[] item(int slot) {
    byte[] chunk = chunks[(int) (addresses[slot] >>> CHUNK_BITS)];
    int at = (int) (addresses[slot] & CHUNK - 1);
    int length = ((chunk[at] & 0xFF) << 8) | (chunk[at + 1] & 0xFF);
    return Arrays.copyOfRange(chunk, at + 2, at + 2 + length);
  }

  /** Returns the hash of an item's name. */
  static long hash(byte[] item) {
    return RowHash.ofItem(item);
  }

  /** Notes a live row. */
  void put(int slot, long version, long contentHash, int origin, long incarnation) {
    versions[slot] = (int) version;
    hashes[slot] = contentHash;
    flags[slot] = (byte) (LIVE | origin);
    incarnations[slot] = incarnation;
  }

  /** Notes the version of a live row within its topic. */
  void stamp(int slot, long generation, long epoch, long step) {
    generations[slot] = generation;
    epochs[slot] = epoch;
    steps[slot] = step;
  }

  /** Notes that the item has no row. */
  void clear(int slot, long version, long incarnation) {
    versions[slot] = (int) version;
    hashes[slot] = 0;
    flags[slot] = 0;
    incarnations[slot] = incarnation;
  }

  boolean live(int slot) {
    return (flags[slot] & LIVE) != 0;
  }

  int origin(int slot) {
    return flags[slot] & 0x7;
  }

  long version(int slot) {
    return Integer.toUnsignedLong(versions[slot]);
  }

  /** Returns the hash of the live row, 0 when there is none. */
  long contentHash(int slot) {
    return hashes[slot];
  }

  long incarnation(int slot) {
    return incarnations[slot];
  }

  long generation(int slot) {
    return generations[slot];
  }

  long epoch(int slot) {
    return epochs[slot];
  }

  long step(int slot) {
    return steps[slot];
  }

  int size() {
    return size;
  }

  /** Returns the bytes of memory held. */
  long memoryBytes() {
    return buckets.length * 4L
        + tags.length * (6 * 8L + 2 * 4L + 1)
        + ((tail >>> CHUNK_BITS) + 1) * CHUNK;
  }
}
