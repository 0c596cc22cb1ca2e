package dev.headwater.idp.expert;

import org.jspecify.annotations.Nullable;

/** Keeps the counts of items, by item number. One thread writes, many may read. */
public interface CountsByItem {
  /** Keeps them as objects, which whoever set them may change as long as nobody else reads. */
  static CountsByItem asObjects() {
    ByItem<ItemCounts> values = new ByItem<>();
    return new CountsByItem() {
      @Override
      public @Nullable ItemCounts get(int item) {
        return values.get(item);
      }

      @Override
      public void set(int item, @Nullable ItemCounts counts) {
        values.set(item, counts);
      }
    };
  }

  /** The counts of an item; null where there is none. */
  @Nullable ItemCounts get(int item);

  /** For the writer: sets the counts of an item; null takes them away. */
  void set(int item, @Nullable ItemCounts counts);

  /** Reads how often an item was taken. */
  default void takes(int item, Takes into) {
    ItemCounts counts = get(item);
    if (counts == null) {
      into.clear();
    } else {
      into.set(counts);
    }
  }

  /** The same of so many of some items; {@code into} is overwritten. */
  default void takes(int[] items, int count, Takes[] into) {
    for (int at = 0; at < count; at++) {
      takes(items[at], into[at]);
    }
  }

  /** The items taken with an item, {@link Companions#NONE} where there is no count. */
  default Companions companions(int item) {
    ItemCounts counts = get(item);
    return counts == null ? Companions.NONE : counts.companions();
  }

  /**
   * The same, of one that reads them from memory without an object.
   *
   * @param room may be overwritten, and is what is returned then
   */
  default Companions companions(int item, Companions room) {
    return companions(item);
  }
}
