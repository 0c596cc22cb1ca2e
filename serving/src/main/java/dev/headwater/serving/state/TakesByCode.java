package dev.headwater.serving.state;

import dev.headwater.idp.expert.Takes;
import dev.headwater.serving.items.StateInput;
import dev.headwater.serving.items.StateOutput;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How often items were taken, 28 bytes a code on the heap, in chunks of 4,096: an answer reads this
 * of some 700 items, and each of them is a line of the cache and nothing to be looked up first.
 * Counts are kept as floats, off by a part in 2^24 at most, the last tick in 48 bits, and the first
 * by how much earlier it was, off by the same part of that. One writer; readers take no lock and
 * see an item as it was at one moment.
 */
final class TakesByCode {
  private static final int BITS = 12;
  private static final int CHUNK = 1 << BITS;

  /**
   * The stamp in the upper half, odd while the item is written, and the upper bits of the last
   * tick: who reads an item does not take as long as 32,768 writes of it.
   */
  private static final int STAMP = 0;

  private static final int TAKEN = 1;
  private static final int RECENT = 2;

  /** The lower bits of the last tick. */
  private static final int LAST_TICK = 5;

  /** How many ticks the first was before the last, as a float. */
  private static final int AGE = 6;

  private static final int WORDS = 7;

  private static final int HALF = 16;
  private static final int LOWER_HALF = (1 << HALF) - 1;
  private static final long LOWER = 0xffff_ffffL;
  private static final long LAST = (1L << (Integer.SIZE + HALF)) - 1;

  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(int[].class);
  private static final Takes NEVER = new Takes();
  private static final int[] NOTHING = new int[0];

  private volatile int[][] chunks = new int[0][];

  /**
   * Returns the stamp that an item bears once it is set (writer only); there is room for it from
   * then on.
   */
  int nextStamp(int code) {
    int[] words = words(code);
    return after((words.length == 0 ? grown(code) : words)[place(code) + STAMP]);
  }

  /** Returns the stamp that comes after the one in a word. */
  private static int after(int word) {
    return (word >>> HALF) + 2 & LOWER_HALF;
  }

  /**
   * Sets how often an item was taken (writer only).
   *
   * @param takes null for never
   */
  void set(int code, @Nullable Takes takes) {
    int[] words = words(code);
    if (words.length == 0) {
      if (takes == null) {
        return;
      }
      words = grown(code);
    }
    int at = place(code);
    int before = words[at + STAMP];
    WORD.setOpaque(words, at + STAMP, before + (1 << HALF));
    VarHandle.storeStoreFence();
    long last = write(takes == null ? NEVER : takes, words, at);
    WORD.setRelease(words, at + STAMP, (after(before) << HALF) | (int) (last >>> Integer.SIZE));
  }

  /** Returns the last tick, of which the upper bits go with the stamp. */
  private static long write(Takes takes, int[] words, int at) {
    words[at + TAKEN] = narrowed(takes.writtenTaken());
    for (int window = 0; window < 3; window++) {
      words[at + RECENT + window] = narrowed(takes.writtenRecent(window));
    }
    long last = Math.min(LAST, takes.lastTick());
    words[at + LAST_TICK] = (int) last;
    words[at + AGE] = Float.floatToRawIntBits((float) Math.max(0, last - takes.firstTick()));
    return last;
  }

  /** What was taken stays taken, be it ever so little. */
  private static int narrowed(double count) {
    return Float.floatToRawIntBits(count > 0 ? Math.max(Float.MIN_VALUE, (float) count) : 0);
  }

  /** Reads how often an item was taken, and returns its stamp, which is another each time. */
  int read(int code, Takes into) {
    int[] words = words(code);
    if (words.length == 0) {
      into.clear();
      return 0;
    }
    int at = place(code);
    while (true) {
      int word = (int) WORD.getAcquire(words, at + STAMP);
      if ((word & (1 << HALF)) == 0) {
        read(word, words, at, into);
        VarHandle.loadLoadFence();
        if ((int) WORD.getOpaque(words, at + STAMP) == word) {
          return word >>> HALF;
        }
      }
      Thread.onSpinWait();
    }
  }

  /**
   * Reads the same of many items. They lie anywhere in memory, so first each is read without care,
   * which lets the processor wait for many of them at a time, and then once more as above (group
   * prefetching: Chen et al., "Improving hash join performance through prefetching", 2004).
   *
   * @param count so many of the codes
   */
  void read(int[] codes, int count, Takes[] into) {
    for (int i = 0; i < count; i++) {
      int[] words = words(codes[i]);
      if (words.length > 0) {
        read(0, words, place(codes[i]), into[i]);
      }
    }
    VarHandle.loadLoadFence();
    for (int i = 0; i < count; i++) {
      var unused = read(codes[i], into[i]);
    }
  }

  private static void read(int word, int[] words, int at, Takes into) {
    long last = ((long) (word & LOWER_HALF) << Integer.SIZE) | (words[at + LAST_TICK] & LOWER);
    long age = (long) Float.intBitsToFloat(words[at + AGE]);
    into.setTaken(Float.intBitsToFloat(words[at + TAKEN]), Math.max(0, last - age), last);
    into.setRecent(
        Float.intBitsToFloat(words[at + RECENT]),
        Float.intBitsToFloat(words[at + RECENT + 1]),
        Float.intBitsToFloat(words[at + RECENT + 2]));
  }

  private static int place(int code) {
    return (code & (CHUNK - 1)) * WORDS;
  }

  /** Nothing where no item near by was ever taken. */
  private int[] words(int code) {
    int[][] all = chunks;
    int chunk = code >> BITS;
    return code < 0 || chunk >= all.length ? NOTHING : all[chunk];
  }

  private int[] grown(int code) {
    int chunk = code >> BITS;
    int[][] all = chunks;
    if (chunk >= all.length) {
      int before = all.length;
      all = Arrays.copyOf(all, chunk + 1);
      Arrays.fill(all, before, all.length, NOTHING);
    } else {
      all = all.clone();
    }
    all[chunk] = new int[CHUNK * WORDS];
    chunks = all;
    return all[chunk];
  }

  /** Writes all of it (writer only). */
  void save(StateOutput state) {
    int[][] all = chunks;
    state.putInt(all.length);
    for (int[] words : all) {
      state.putInt(words.length);
      state.put(words, words.length);
    }
  }

  /** Reads what was written; for one without anything (writer only). */
  void load(StateInput state) {
    int[][] all = new int[state.getCount(Integer.MAX_VALUE >> BITS)][];
    for (int chunk = 0; chunk < all.length; chunk++) {
      all[chunk] = state.getCount(CHUNK * WORDS) == 0 ? NOTHING : new int[CHUNK * WORDS];
      state.get(all[chunk], all[chunk].length);
    }
    chunks = all;
  }
}
