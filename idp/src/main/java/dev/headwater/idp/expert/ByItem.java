package dev.headwater.idp.expert;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * An array that grows, by item number. One thread writes, many may read.
 *
 * @param <T> what is kept of an item
 */
public final class ByItem<T> {
  private static final int FIRST_ROOM = 1_024;

  private volatile AtomicReferenceArray<@Nullable T> values =
      new AtomicReferenceArray<>(FIRST_ROOM);

  /** The value of an item, null where none was set. */
  public @Nullable T get(int item) {
    AtomicReferenceArray<@Nullable T> now = values;
    return item >= 0 && item < now.length() ? now.get(item) : null;
  }

  /** For the writer: sets the value of an item; null takes it away. */
  public void set(int item, @Nullable T value) {
    AtomicReferenceArray<@Nullable T> now = values;
    (item < now.length() ? now : grown(now, item)).set(item, value);
  }

  private AtomicReferenceArray<@Nullable T> grown(
      AtomicReferenceArray<@Nullable T> from, int item) {
    AtomicReferenceArray<@Nullable T> larger =
        new AtomicReferenceArray<>(Math.max(item + 1, from.length() + (from.length() >> 1)));
    for (int i = 0; i < from.length(); i++) {
      larger.setPlain(i, from.getPlain(i));
    }
    values = larger;
    return larger;
  }
}
