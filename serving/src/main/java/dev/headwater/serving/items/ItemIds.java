package dev.headwater.serving.items;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Gives every item identifier of a domain a small integer, its code. Histories, rows and catalog
 * entries speak of codes, so that an identifier is kept once, outside of the heap. Those that rows
 * or the catalog name have theirs, from 0 on, for ever. What a history alone names, which anybody
 * can write, has one below {@link #UNKNOWN}: the newest {@link #UNNAMED_MAX} of them are
 * remembered, in case a row comes, and then mean the item. Safe for concurrent use.
 */
public final class ItemIds {
  /** What {@link #find} returns for an identifier never seen. */
  public static final int UNKNOWN = -1;

  /** Most identifiers of other shards' items, some sixty bytes each, outside of the heap. */
  private static final int OTHERS_MAX = 1 << 24;

  /** Most identifiers that are remembered though nothing but histories names them. */
  static final int UNNAMED_MAX = 1 << 16;

  /** Numbers of unnamed ones begin again after so many. */
  private static final int UNNAMED_NUMBERS = 1 << 30;

  private final Map<String, Integer> unnamed = new HashMap<>();
  private final @Nullable String[] unnamedIds = new String[UNNAMED_MAX];
  private final int[] unnamedCodes = new int[UNNAMED_MAX];
  private final Map<Integer, Integer> named = new HashMap<>();
  private int nextUnnamed;
  private final CodeIndex codes;
  private final AtomicInteger others = new AtomicInteger();

  /** Creates what knows no identifier, and keeps them in memory. */
  public ItemIds() {
    this(PackedRecords.inMemory());
  }

  /**
   * Creates what knows no identifier.
   *
   * @param records where identifiers are kept; empty, its own from now on
   */
  public ItemIds(PackedRecords records) {
    codes = new CodeIndex(records);
  }

  /** Returns the code of an identifier, giving it one when it is new. */
  public int code(String id) {
    int known = codes.find(id);
    return known != UNKNOWN ? known : add(id);
  }

  private synchronized int add(String id) {
    int known = codes.find(id);
    return known != UNKNOWN ? known : codes.add(id);
  }

  /** Returns the code of an identifier, {@link #UNKNOWN} when it was never seen. */
  public int find(String id) {
    return codes.find(id);
  }

  /** Returns the code of an item of a history, whether or not the item is known. */
  public int historyCode(String id) {
    int known = codes.find(id);
    return known != UNKNOWN ? known : unnamed(id);
  }

  /**
   * Returns the code of an item of a history on a node that holds one shard of many: most items are
   * other shards', so they are given codes for ever, {@link #OTHERS_MAX} of them.
   */
  public int othersCode(String id) {
    int known = codes.find(id);
    if (known != UNKNOWN) {
      return known;
    }
    return others.get() < OTHERS_MAX ? addOther(id) : unnamed(id);
  }

  private int addOther(String id) {
    others.incrementAndGet();
    return add(id);
  }

  private synchronized int unnamed(String id) {
    int since = codes.find(id);
    Integer known = since != UNKNOWN ? Integer.valueOf(since) : unnamed.get(id);
    if (known != null) {
      return known;
    }
    int slot = nextUnnamed & (UNNAMED_MAX - 1);
    String oldest = unnamedIds[slot];
    if (oldest != null) {
      unnamed.remove(oldest);
      int itsItem = codes.find(oldest);
      if (itsItem != UNKNOWN) {
        named.put(unnamedCodes[slot], itsItem); // of these there are no more than items
      }
    }
    int code = UNKNOWN - 1 - nextUnnamed;
    nextUnnamed = nextUnnamed + 1 & (UNNAMED_NUMBERS - 1);
    named.remove(code);
    unnamedIds[slot] = id;
    unnamedCodes[slot] = code;
    unnamed.put(id, code);
    return code;
  }

  /**
   * Returns the codes that the items of a history have now, the history itself where none came
   * before its item; those of which nothing is known are left out.
   */
  public int[] resolved(int[] history) {
    for (int code : history) {
      if (code < 0) {
        return Arrays.stream(history).map(this::resolved).filter(c -> c >= 0).toArray();
      }
    }
    return history;
  }

  private synchronized int resolved(int code) {
    if (code >= 0) {
      return code;
    }
    String id = remembered(code);
    return id == null ? named.getOrDefault(code, UNKNOWN) : codes.find(id);
  }

  private @Nullable String remembered(int code) {
    int slot = UNKNOWN - 1 - code & (UNNAMED_MAX - 1);
    return unnamedCodes[slot] == code ? unnamedIds[slot] : null;
  }

  /** Returns the identifier of an item of a history, null where it is remembered no more. */
  public synchronized @Nullable String historyId(int code) {
    int now = resolved(code);
    return now >= 0 ? id(now) : remembered(code);
  }

  /** Returns how many identifiers are remembered that nothing but histories names. */
  synchronized int unnamedSize() {
    return unnamed.size();
  }

  /** Returns the identifier of a code that {@link #code} gave. */
  public String id(int code) {
    return codes.id(code);
  }

  /** Returns how many identifiers are known. */
  public int size() {
    return codes.size();
  }

  /** Writes what rows and the catalog name, as nobody names more meanwhile. */
  public void save(Path records, StateOutput state) throws IOException {
    codes.save(records, state);
    state.putInt(others.get());
  }

  /** Reads what was written; for one that knows nothing. */
  public void load(Path records, StateInput state) throws IOException {
    codes.load(records, state);
    others.set(state.getInt());
  }
}
