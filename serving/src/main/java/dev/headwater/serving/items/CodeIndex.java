package dev.headwater.serving.items;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Finds the code of an identifier whose bytes lie in records: a table of numbers, each a part of a
 * hash and a code, in which a search goes on from place to place until one is empty. Nothing is
 * taken out. One writer, many readers, which take no lock.
 */
final class CodeIndex {
  private static final int FIRST_ROOM = 1 << 11;

  /** Most identifiers that were asked for lately and are kept as they are given out. */
  private static final int CACHED = 1 << 16;

  private final PackedRecords ids;
  private volatile AtomicLongArray table = new AtomicLongArray(FIRST_ROOM);
  private volatile AtomicReferenceArray<@Nullable Named> cache =
      new AtomicReferenceArray<>(FIRST_ROOM);

  private volatile int size;

  private record Named(int code, String id) {}

  CodeIndex(PackedRecords ids) {
    this.ids = ids;
  }

  /** Returns the code of an identifier, {@link ItemIds#UNKNOWN} when it has none. */
  int find(String id) {
    AtomicLongArray now = table;
    int hash = hash(id);
    for (int at = hash & (now.length() - 1); ; at = (at + 1) & (now.length() - 1)) {
      long entry = now.get(at);
      if (entry == 0) {
        return ItemIds.UNKNOWN;
      }
      if ((int) (entry >>> Integer.SIZE) == hash && isOf((int) entry - 1, id)) {
        return (int) entry - 1;
      }
    }
  }

  /** A row names some seventy items: what they are called is compared where it lies. */
  private boolean isOf(int code, String id) {
    return Boolean.TRUE.equals(
        ids.read(code, (bytes, from, length) -> is(id, bytes, from, length)));
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
    byte[] bytes = ids.get(code);
    if (bytes == null) {
      throw new IllegalArgumentException("no item has code " + code);
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Gives an identifier that has none the next code (writer only). */
  int add(String id) {
    int code = size;
    ids.put(code, id.getBytes(StandardCharsets.UTF_8));
    AtomicLongArray now = table;
    if (3L * code >= 2L * now.length()) {
      now = grown(now);
      cache = new AtomicReferenceArray<>(Math.min(CACHED, now.length()));
    }
    put(now, ((long) hash(id) << Integer.SIZE) | (code + 1));
    size = code + 1;
    table = now; // whole before anybody looks into it
    return code;
  }

  private static AtomicLongArray grown(AtomicLongArray from) {
    AtomicLongArray larger = new AtomicLongArray(2 * from.length());
    for (int at = 0; at < from.length(); at++) {
      if (from.getPlain(at) != 0) {
        put(larger, from.getPlain(at));
      }
    }
    return larger;
  }

  private static void put(AtomicLongArray into, long entry) {
    int at = (int) (entry >>> Integer.SIZE) & (into.length() - 1);
    while (into.get(at) != 0) {
      at = (at + 1) & (into.length() - 1);
    }
    into.set(at, entry);
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
}
