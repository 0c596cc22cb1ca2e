package dev.headwater.serving.items;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * One number a code, 0 where none was set, kept in chunks, so that readers need no lock. A chunk
 * has four bytes a number until one of them needs more, and eight from then on: addresses and
 * incarnations are small for a long time. One writer, many readers.
 */
public final class LongPerCode {
  private static final int BITS = 12;
  private static final int CHUNK = 1 << BITS;

  private volatile Chunk[] chunks = new Chunk[0];

  /** One of the two; numbers move to the longs at once, and a reader of the ints is a bit late. */
  private record Chunk(@Nullable AtomicIntegerArray ints, AtomicLongArray longs) {
    private static final AtomicLongArray NONE = new AtomicLongArray(0);

    static Chunk small() {
      return new Chunk(new AtomicIntegerArray(CHUNK), NONE);
    }

    Chunk large() {
      AtomicLongArray moved = new AtomicLongArray(CHUNK);
      for (int at = 0; at < CHUNK; at++) {
        moved.setPlain(at, get(at));
      }
      return new Chunk(null, moved);
    }

    long get(int at) {
      return ints == null ? longs.get(at) : ints.get(at);
    }

    boolean holds(long value) {
      return ints == null || (int) value == value;
    }

    void set(int at, long value) {
      if (ints == null) {
        longs.set(at, value);
      } else {
        ints.set(at, (int) value);
      }
    }
  }

  /** Returns the number, 0 where none was set. */
  public long get(int code) {
    Chunk[] all = chunks;
    int chunk = code >> BITS;
    return code < 0 || chunk >= all.length ? 0 : all[chunk].get(code & (CHUNK - 1));
  }

  /** Returns a code above all whose number was set. */
  public int end() {
    return chunks.length << BITS;
  }

  /** Sets the number (writer only). */
  public void set(int code, long value) {
    int chunk = code >> BITS;
    Chunk[] all = chunks.length > chunk ? chunks : grown(chunk + 1);
    if (!all[chunk].holds(value)) {
      all = all.clone();
      all[chunk] = all[chunk].large();
      all[chunk].set(code & (CHUNK - 1), value);
      chunks = all; // with the number in it: later ones go there alone
      return;
    }
    all[chunk].set(code & (CHUNK - 1), value);
  }

  private Chunk[] grown(int size) {
    Chunk[] all = Arrays.copyOf(chunks, size);
    for (int i = chunks.length; i < size; i++) {
      all[i] = Chunk.small();
    }
    chunks = all;
    return all;
  }

  /** Writes all numbers. */
  public void save(StateOutput state) {
    Chunk[] all = chunks;
    state.putInt(all.length);
    int[] lower = new int[CHUNK];
    int[] upper = new int[CHUNK];
    for (Chunk chunk : all) {
      boolean large = chunk.ints() == null;
      for (int at = 0; at < CHUNK; at++) {
        long value = chunk.get(at);
        lower[at] = (int) value;
        upper[at] = (int) (value >>> Integer.SIZE);
      }
      state.putInt(large ? Long.BYTES : Integer.BYTES);
      state.put(lower, CHUNK);
      state.put(upper, large ? CHUNK : 0);
    }
  }

  /** Reads numbers that were written; for one without any. */
  public void load(StateInput state) {
    Chunk[] all = new Chunk[state.getCount(Integer.MAX_VALUE >> BITS)];
    int[] lower = new int[CHUNK];
    int[] upper = new int[CHUNK];
    for (int c = 0; c < all.length; c++) {
      boolean large = state.getInt() == Long.BYTES;
      state.get(lower, CHUNK);
      state.get(upper, large ? CHUNK : 0);
      all[c] = large ? Chunk.small().large() : Chunk.small();
      for (int at = 0; at < CHUNK; at++) {
        long high = large ? upper[at] : lower[at] >> (Integer.SIZE - 1);
        all[c].set(at, (high << Integer.SIZE) | (lower[at] & 0xffff_ffffL));
      }
    }
    chunks = all;
  }

  /** Returns how many bytes a number takes where a code is, 0 where none was set nearby. */
  int bytes(int code) {
    Chunk[] all = chunks;
    int chunk = code >> BITS;
    if (chunk >= all.length) {
      return 0;
    }
    return all[chunk].ints() == null ? Long.BYTES : Integer.BYTES;
  }
}
