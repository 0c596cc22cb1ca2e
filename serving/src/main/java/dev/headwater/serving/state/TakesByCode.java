package dev.headwater.serving.state;

import dev.headwater.idp.expert.Takes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How often items were taken, 64 bytes a code on the heap, in chunks of 4,096: an answer reads this
 * of some 700 items, and each of them is a line of the cache or two and nothing to be looked up
 * first. One writer; readers take no lock and see an item as it was at one moment.
 */
final class TakesByCode {
  private static final int BITS = 12;
  private static final int CHUNK = 1 << BITS;

  /** Odd while the item is written. */
  private static final int STAMP = 0;

  private static final int TAKEN = 1;
  private static final int RECENT = 2;
  private static final int FIRST_TICK = 5;
  private static final int LAST_TICK = 6;
  private static final int WORDS = 8;

  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);
  private static final Takes NEVER = new Takes();
  private static final long[] NOTHING = new long[0];

  private volatile long[][] chunks = new long[0][];

  /**
   * Returns the stamp that an item bears once it is set (writer only); there is room for it from
   * then on.
   */
  long nextStamp(int code) {
    long[] words = words(code);
    return (words.length == 0 ? grown(code) : words)[place(code) + STAMP] + 2;
  }

  /**
   * Sets how often an item was taken (writer only).
   *
   * @param takes null for never
   */
  void set(int code, @Nullable Takes takes) {
    long[] words = words(code);
    if (words.length == 0) {
      if (takes == null) {
        return;
      }
      words = grown(code);
    }
    int at = place(code);
    long stamp = words[at + STAMP];
    WORD.setOpaque(words, at + STAMP, stamp + 1);
    VarHandle.storeStoreFence();
    write(takes == null ? NEVER : takes, words, at);
    WORD.setRelease(words, at + STAMP, stamp + 2);
  }

  private static void write(Takes takes, long[] words, int at) {
    words[at + TAKEN] = Double.doubleToRawLongBits(takes.writtenTaken());
    for (int window = 0; window < 3; window++) {
      words[at + RECENT + window] = Double.doubleToRawLongBits(takes.writtenRecent(window));
    }
    words[at + FIRST_TICK] = takes.firstTick();
    words[at + LAST_TICK] = takes.lastTick();
  }

  /** Reads how often an item was taken, and returns its stamp, which is another each time. */
  long read(int code, Takes into) {
    long[] words = words(code);
    if (words.length == 0) {
      into.clear();
      return 0;
    }
    int at = place(code);
    while (true) {
      long stamp = (long) WORD.getAcquire(words, at + STAMP);
      if ((stamp & 1) == 0) {
        read(words, at, into);
        VarHandle.loadLoadFence();
        if ((long) WORD.getOpaque(words, at + STAMP) == stamp) {
          return stamp;
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
      long[] words = words(codes[i]);
      if (words.length > 0) {
        read(words, place(codes[i]), into[i]);
      }
    }
    VarHandle.loadLoadFence();
    for (int i = 0; i < count; i++) {
      var unused = read(codes[i], into[i]);
    }
  }

  private static void read(long[] words, int at, Takes into) {
    into.setTaken(
        Double.longBitsToDouble(words[at + TAKEN]), words[at + FIRST_TICK], words[at + LAST_TICK]);
    into.setRecent(
        Double.longBitsToDouble(words[at + RECENT]),
        Double.longBitsToDouble(words[at + RECENT + 1]),
        Double.longBitsToDouble(words[at + RECENT + 2]));
  }

  private static int place(int code) {
    return (code & (CHUNK - 1)) * WORDS;
  }

  /** Nothing where no item near by was ever taken. */
  private long[] words(int code) {
    long[][] all = chunks;
    int chunk = code >> BITS;
    return code < 0 || chunk >= all.length ? NOTHING : all[chunk];
  }

  private long[] grown(int code) {
    int chunk = code >> BITS;
    long[][] all = chunks;
    if (chunk >= all.length) {
      int before = all.length;
      all = Arrays.copyOf(all, chunk + 1);
      Arrays.fill(all, before, all.length, NOTHING);
    } else {
      all = all.clone();
    }
    all[chunk] = new long[CHUNK * WORDS];
    chunks = all;
    return all[chunk];
  }
}
