package dev.headwater.serving.items;

import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Gives every item identifier of a domain a small integer, its code, for ever. Histories, rows and
 * catalog entries speak of codes, so that an identifier is kept once. Safe for concurrent use.
 */
public final class ItemIds {
  /** What {@link #find} returns for an identifier never seen. */
  public static final int UNKNOWN = -1;

  private final ConcurrentHashMap<String, Integer> codes = new ConcurrentHashMap<>();
  private volatile String[] ids = new String[1024];
  private int size;

  /** Returns the code of an identifier, giving it one when it is new. */
  public int code(String id) {
    Integer known = codes.get(id);
    return known != null ? known : add(id);
  }

  private synchronized int add(String id) {
    Integer known = codes.get(id);
    if (known != null) {
      return known;
    }
    String[] array = ids;
    if (size == array.length) {
      array = Arrays.copyOf(array, size + (size >> 1));
    }
    array[size] = id;
    ids = array;
    codes.put(id, size);
    return size++;
  }

  /** Returns the code of an identifier, {@link #UNKNOWN} when it was never seen. */
  public int find(String id) {
    Integer known = codes.get(id);
    return known == null ? UNKNOWN : known;
  }

  /** Returns the identifier of a code that {@link #code} gave. */
  public String id(int code) {
    return ids[code];
  }

  /** Returns how many identifiers are known. */
  public int size() {
    return codes.size();
  }
}
