package dev.headwater.store.rocks;

import dev.headwater.store.table.RowHash;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * What memory keeps of every item of one table, so that a put reads nothing from disk: the version
 * it was last written in, its row's hash, and its row's own version. Open addressing over slots
 * that are never moved; what belongs to a slot lies together, in one cache line or two. About 75
 * bytes an item plus its name. Not thread-safe.
 */
final class RowIndex {
  private static final int CHUNK_BITS = 18;
  private static final int CHUNK = 1 << CHUNK_BITS;
  private static final int SEGMENT_BITS = 12;
  private static final int SEGMENT = 1 << SEGMENT_BITS;
  private static final int LIVE = 0x80;

  /**
   * Longs of a slot: hash, incarnation, generation, epoch, step, version and tag, address and
   * flags.
   */
  private static final int STRIDE = 7;

  private static final int HASH = 0;
  private static final int INCARNATION = 1;
  private static final int GENERATION = 2;
  private static final int EPOCH = 3;
  private static final int STEP = 4;
  private static final int VERSION_AND_TAG = 5;
  private static final int ADDRESS_AND_FLAGS = 6;

  /**
   * Tag of an item in the upper half, its slot plus one in the lower: one look tells most apart.
   */
  private long[] buckets = new long[1024];

  private long[][] segments = new long[4][];
  private byte[][] chunks = new byte[8][];
  private long tail;
  private int size;

  /** Returns the slot of an item, or -1. */
  int find(byte[] item, long itemHash) {
    int mask = buckets.length - 1;
    int tag = tag(itemHash);
    for (int at = tag & mask; ; at = at + 1 & mask) {
      long bucket = buckets[at];
      if (bucket == 0) {
        return -1;
      }
      if ((int) (bucket >>> 32) == tag && isItem((int) bucket - 1, item)) {
        return (int) bucket - 1;
      }
    }
  }

  /**
   * Returns the slots of many items, -1 where there is none. All first buckets are read before any
   * is followed, then all slots, so that the processor waits for memory once rather than for each.
   */
  int[] findAll(byte[][] items, long[] itemHashes) {
    int mask = buckets.length - 1;
    int[] slots = new int[items.length];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = (int) buckets[tag(itemHashes[i]) & mask] - 1;
    }
    long[] addresses = new long[slots.length];
    for (int i = 0; i < slots.length; i++) {
      addresses[i] = slots[i] < 0 ? 0 : get(slots[i], ADDRESS_AND_FLAGS) >>> 8;
    }
    for (int i = 0; i < slots.length; i++) {
      if (slots[i] < 0 || !isNamed(addresses[i], items[i])) {
        slots[i] = find(items[i], itemHashes[i]);
      }
    }
    return slots;
  }

  /** Returns the slot of an item, taking a new one, without a row, when it has none. */
  int findOrAdd(byte[] item, long itemHash) {
    int found = find(item, itemHash);
    return found >= 0 ? found : add(item, itemHash);
  }

  /** Takes a slot for an item that has none. */
  int add(byte[] item, long itemHash) {
    if (size >= buckets.length / 2) {
      rehash(buckets.length * 2);
    }
    int slot = size;
    int segment = slot >>> SEGMENT_BITS;
    if (segment == segments.length) {
      segments = Arrays.copyOf(segments, segment * 2);
    }
    if (segments[segment] == null) {
      segments[segment] = new long[SEGMENT * STRIDE];
    }
    size++;
    set(slot, VERSION_AND_TAG, tag(itemHash) & 0xFFFFFFFFL);
    set(slot, ADDRESS_AND_FLAGS, append(item) << 8);
    link(slot, tag(itemHash));
    return slot;
  }

  /** Makes room for so many items at once. */
  void reserve(int items) {
    int wanted = Integer.highestOneBit(Math.max(1, Math.min(items, 1 << 28) - 1)) << 2;
    if (wanted > buckets.length) {
      rehash(wanted);
    }
  }

  /**
   * Returns an index of some of the items, in their order.
   *
   * @param keeps tells of a slot whether its item stays
   * @param moved gets the new slot of each old one, -1 where the item went
   */
  RowIndex only(IntPredicate keeps, int[] moved) {
    RowIndex kept = new RowIndex();
    for (int slot = 0; slot < size; slot++) {
      moved[slot] = -1;
      if (keeps.test(slot)) {
        byte[] item = item(slot);
        int to = kept.add(item, RowHash.ofItem(item));
        moved[slot] = to;
        kept.note(
            to,
            version(slot),
            contentHash(slot),
            (int) get(slot, ADDRESS_AND_FLAGS) & 0xFF,
            incarnation(slot));
        kept.stamp(to, generation(slot), epoch(slot), step(slot));
      }
    }
    return kept;
  }

  private long get(int slot, int field) {
    return segments[slot >>> SEGMENT_BITS][(slot & SEGMENT - 1) * STRIDE + field];
  }

  private void set(int slot, int field, long value) {
    segments[slot >>> SEGMENT_BITS][(slot & SEGMENT - 1) * STRIDE + field] = value;
  }

  private static int tag(long itemHash) {
    return (int) (itemHash >>> 32);
  }

  private void link(int slot, int tag) {
    int mask = buckets.length - 1;
    int at = tag & mask;
    while (buckets[at] != 0) {
      at = at + 1 & mask;
    }
    buckets[at] = (long) tag << 32 | (slot + 1);
  }

  private void rehash(int length) {
    buckets = new long[length];
    for (int slot = 0; slot < size; slot++) {
      link(slot, (int) get(slot, VERSION_AND_TAG));
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
    return isNamed(get(slot, ADDRESS_AND_FLAGS) >>> 8, item);
  }

  private boolean isNamed(long address, byte[] item) {
    byte[] chunk = chunks[(int) (address >>> CHUNK_BITS)];
    int at = (int) (address & CHUNK - 1);
    int length = ((chunk[at] & 0xFF) << 8) | (chunk[at + 1] & 0xFF);
    return length == item.length && Arrays.equals(chunk, at + 2, at + 2 + length, item, 0, length);
  }

  /** Returns a copy of an item's name. */
  byte[] item(int slot) {
    long address = get(slot, ADDRESS_AND_FLAGS) >>> 8;
    byte[] chunk = chunks[(int) (address >>> CHUNK_BITS)];
    int at = (int) (address & CHUNK - 1);
    int length = ((chunk[at] & 0xFF) << 8) | (chunk[at + 1] & 0xFF);
    return Arrays.copyOfRange(chunk, at + 2, at + 2 + length);
  }

  /** Notes a live row. */
  void put(int slot, long version, long contentHash, int origin, long incarnation) {
    note(slot, version, contentHash, LIVE | origin, incarnation);
  }

  /** Notes that the item has no row. */
  void clear(int slot, long version, long incarnation) {
    note(slot, version, 0, 0, incarnation);
  }

  private void note(int slot, long version, long contentHash, int flags, long incarnation) {
    long[] segment = segments[slot >>> SEGMENT_BITS];
    int at = (slot & SEGMENT - 1) * STRIDE;
    segment[at + HASH] = contentHash;
    segment[at + INCARNATION] = incarnation;
    segment[at + VERSION_AND_TAG] = version << 32 | (segment[at + VERSION_AND_TAG] & 0xFFFFFFFFL);
    segment[at + ADDRESS_AND_FLAGS] = (segment[at + ADDRESS_AND_FLAGS] & ~0xFFL) | flags;
  }

  /** Notes the version of a live row within its topic. */
  void stamp(int slot, long generation, long epoch, long step) {
    long[] segment = segments[slot >>> SEGMENT_BITS];
    int at = (slot & SEGMENT - 1) * STRIDE;
    segment[at + GENERATION] = generation;
    segment[at + EPOCH] = epoch;
    segment[at + STEP] = step;
  }

  boolean live(int slot) {
    return (get(slot, ADDRESS_AND_FLAGS) & LIVE) != 0;
  }

  int origin(int slot) {
    return (int) get(slot, ADDRESS_AND_FLAGS) & 0x7;
  }

  /** Returns the table version the slot was last written in, 0 when it never was. */
  long version(int slot) {
    return get(slot, VERSION_AND_TAG) >>> 32;
  }

  /** Returns the hash of the live row, 0 when there is none. */
  long contentHash(int slot) {
    return get(slot, HASH);
  }

  long incarnation(int slot) {
    return get(slot, INCARNATION);
  }

  long generation(int slot) {
    return get(slot, GENERATION);
  }

  long epoch(int slot) {
    return get(slot, EPOCH);
  }

  long step(int slot) {
    return get(slot, STEP);
  }

  int size() {
    return size;
  }

  /** Returns the bytes of memory held. */
  long memoryBytes() {
    long rows = ((size + SEGMENT - 1L) >>> SEGMENT_BITS) * SEGMENT * STRIDE * Long.BYTES;
    return buckets.length * 8L + rows + ((tail >>> CHUNK_BITS) + 1) * CHUNK;
  }
}
