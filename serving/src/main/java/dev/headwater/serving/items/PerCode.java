package dev.headwater.serving.items;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * One value a code, kept in chunks that never move, so that readers need no lock. Safe for
 * concurrent use.
 *
 * @param <T> immutable values
 */
public final class PerCode<T> {
  private static final int BITS = 12;
  private static final int CHUNK = 1 << BITS;

  private volatile List<AtomicReferenceArray<@Nullable T>> chunks = List.of();

  /** Returns the value, null when none was set. */
  public @Nullable T get(int code) {
    List<AtomicReferenceArray<@Nullable T>> all = chunks;
    int chunk = code >> BITS;
    return code < 0 || chunk >= all.size() ? null : all.get(chunk).get(code & (CHUNK - 1));
  }

  /** Sets the value; null removes it. */
  public void set(int code, @Nullable T value) {
    int chunk = code >> BITS;
    List<AtomicReferenceArray<@Nullable T>> all = chunks;
    (chunk < all.size() ? all : grow(chunk)).get(chunk).set(code & (CHUNK - 1), value);
  }

  /** Returns a code above all that have a value. */
  public int end() {
    return chunks.size() << BITS;
  }

  private synchronized List<AtomicReferenceArray<@Nullable T>> grow(int chunk) {
    List<AtomicReferenceArray<@Nullable T>> all = new ArrayList<>(chunks);
    while (all.size() <= chunk) {
      all.add(new AtomicReferenceArray<>(CHUNK));
    }
    chunks = all;
    return all;
  }
}
