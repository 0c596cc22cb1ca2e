package dev.headwater.serving.items;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Finds the code of an identifier whose bytes lie in records: a table of numbers of four bytes,
 * each a code and, in the bits that codes do not need as yet, the upper part of a hash, whose lower
 * part says where a search begins; it goes on from place to place until one is empty. Nothing is
 * taken out; when the table grows, identifiers are read again. One writer, many readers, which take
 * no lock.
 */
final class CodeIndex {
  private static final int FIRST_ROOM = 1 << 11;

  /** Identifiers of so many codes lie in one record, one after another: its address costs less. */
  private static final int BLOCK = 16;

  /** Below this the length of an identifier is one byte. */
  private static final int LONG = 255;

  /** Most identifiers that were asked for lately and are kept as they are given out. */
  private static final int CACHED = 1 << 16;

  private final PackedRecords ids;
  private volatile AtomicIntegerArray table = new AtomicIntegerArray(FIRST_ROOM);
  private volatile AtomicReferenceArray<@Nullable Named> cache =
      new AtomicReferenceArray<>(FIRST_ROOM);

  private volatile int size;

  private record Named(int code, String id) {}

  CodeIndex(PackedRecords ids) {
    this.ids = ids;
  }

  /** Returns the code of an identifier, {@link ItemIds#UNKNOWN} when it has none. */
  int find(String id) {
    AtomicIntegerArray now = table;
    int places = now.length() - 1;
    int hash = hash(id);
    for (int at = hash & places; ; at = (at + 1) & places) {
      int entry = now.get(at);
      if (entry == 0) {
        return ItemIds.UNKNOWN;
      }
      int code = (entry & places) - 1;
      if (((entry ^ hash) & ~places) == 0 && isOf(code, id)) {
        return code;
      }
    }
  }

  /** A row names some seventy items: what they are called is compared where it lies. */
  private boolean isOf(int code, String id) {
    return Boolean.TRUE.equals(read(code, (bytes, from, length) -> is(id, bytes, from, length)));
  }

  private <R> @Nullable R read(int code, PackedRecords.Reader<R> reader) {
    return ids.read(
        code / BLOCK, (bytes, from, length) -> readOne(code, bytes, from, from + length, reader));
  }

  /** Goes by those before it; bytes that change meanwhile lead nowhere else. */
  private static <R> @Nullable R readOne(
      int code, ByteBuffer bytes, int from, int end, PackedRecords.Reader<R> reader) {
    int at = from;
    int left = code % BLOCK;
    while (at < end) {
      int length = bytes.get(at++) & 0xff;
      if (length == LONG && end - at >= Integer.BYTES) {
        length = bytes.getInt(at);
        at += Integer.BYTES;
      }
      if (length < 0 || length > end - at) {
        return null;
      }
      if (left-- == 0) {
        return reader.read(bytes, at, length);
      }
      at += length;
    }
    return null;
  }

  private static boolean is(String id, ByteBuffer bytes, int from, int length) {
    for (int i = 0; i < Math.min(length, id.length()); i++) {
      byte read = bytes.get(from + i);
      if (read < 0) { // the first that is no ASCII: letters are of several bytes from here on
        byte[] rest = new byte[length - i];
        bytes.get(from + i, rest);
        return new String(rest, StandardCharsets.UTF_8).equals(id.substring(i));
      }
      if (read != id.charAt(i)) {
        return false;
      }
    }
    return length == id.length();
  }

  /** Returns the identifier of a code. */
  String id(int code) {
    AtomicReferenceArray<@Nullable Named> now = cache;
    int place = code & (now.length() - 1);
    Named cached = now.get(place);
    if (cached != null && cached.code() == code) {
      return cached.id();
    }
    String id = read(code);
    now.set(place, new Named(code, id));
    return id;
  }

  private String read(int code) {
    String id = code < 0 ? null : read(code, CodeIndex::text);
    if (id == null) {
      throw new IllegalArgumentException("no item has code " + code);
    }
    return id;
  }

  private static String text(ByteBuffer bytes, int from, int length) {
    byte[] utf8 = new byte[length];
    bytes.get(from, utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private static byte[] packed(String id) {
    byte[] utf8 = id.getBytes(StandardCharsets.UTF_8);
    int head = utf8.length < LONG ? 1 : 1 + Integer.BYTES;
    ByteBuffer packed = ByteBuffer.allocate(head + utf8.length);
    packed.put((byte) Math.min(utf8.length, LONG));
    if (utf8.length >= LONG) {
      packed.putInt(utf8.length);
    }
    return packed.put(utf8).array();
  }

  /** Gives an identifier that has none the next code (writer only). */
  int add(String id) {
    int code = size;
    AtomicIntegerArray now = 3L * code < 2L * table.length() ? table : grown();
    ids.append(code / BLOCK, packed(id)); // nothing fails after it: the next would be out of place
    put(now, hash(id), code);
    size = code + 1;
    table = now; // whole before anybody looks into it
    return code;
  }

  private AtomicIntegerArray grown() {
    AtomicIntegerArray larger = new AtomicIntegerArray(2 * table.length());
    for (int code = 0; code < size; code++) {
      put(larger, hash(read(code)), code);
    }
    cache = new AtomicReferenceArray<>(Math.min(CACHED, larger.length()));
    return larger;
  }

  /** Codes are kept plus one: 0 says that a place is empty. */
  private static void put(AtomicIntegerArray into, int hash, int code) {
    int places = into.length() - 1;
    int at = hash & places;
    while (into.get(at) != 0) {
      at = (at + 1) & places;
    }
    into.set(at, (hash & ~places) | (code + 1));
  }

  /** Spreads what a string's hash leaves in its lower bits. */
  private static int hash(String id) {
    int hash = id.hashCode() * 0x9e3779b9;
    return hash ^ (hash >>> 15);
  }

  /** Returns how many identifiers there are. */
  int size() {
    return size;
  }

  /** Writes all identifiers (writer only). */
  void save(Path records, StateOutput state) throws IOException {
    SavedRecords.save(ids, records, state);
    AtomicIntegerArray now = table;
    int[] entries = new int[now.length()];
    Arrays.setAll(entries, now::get);
    state.putInt(size);
    state.putInt(entries.length);
    state.put(entries, entries.length);
  }

  /** Reads identifiers that were written; for one without any (writer only). */
  void load(Path records, StateInput state) throws IOException {
    SavedRecords.load(ids, records, state);
    int known = state.getCount(Integer.MAX_VALUE);
    int[] entries = new int[state.getCount(1 << 30)];
    state.get(entries, entries.length);
    cache = new AtomicReferenceArray<>(Math.min(CACHED, entries.length));
    size = known;
    table = new AtomicIntegerArray(entries);
  }
}
