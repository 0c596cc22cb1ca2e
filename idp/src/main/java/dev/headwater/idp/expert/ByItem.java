package dev.headwater.idp.expert;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An array that grows, by item number. One thread writes, many may read.
 *
 * @param <T> what is kept of an item
 */
public final class ByItem<T> {
  private static final int FIRST_ROOM = 1_024;

  private final Supplier<T> maker;
  private volatile AtomicReferenceArray<T> values = new AtomicReferenceArray<>(FIRST_ROOM);

  /** An empty one. */
  public ByItem(Supplier<T> maker) {
    this.maker = maker;
  }

  /** The value of an item, null where none was made. */
  public @Nullable T get(int item) {
    AtomicReferenceArray<T> now = values;
    return item >= 0 && item < now.length() ? now.get(item) : null;
  }

  /** For the writer: the value of an item, made if there is none. */
  public T of(int item) {
    T known = get(item);
    if (known != null) {
      return known;
    }
    AtomicReferenceArray<T> now = values;
    if (item >= now.length()) {
      now = grown(now, item);
    }
    T made = maker.get();
    now.set(item, made);
    return made;
  }

  private AtomicReferenceArray<T> grown(AtomicReferenceArray<T> from, int item) {
    AtomicReferenceArray<T> larger =
        new AtomicReferenceArray<>(Math.max(item + 1, from.length() + (from.length() >> 1)));
    for (int i = 0; i < from.length(); i++) {
      larger.set(i, from.get(i));
    }
    values = larger;
    return larger;
  }
}
