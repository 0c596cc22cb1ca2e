package dev.headwater.idp.expert;

import org.jspecify.annotations.Nullable;

/** Reads the counts of a domain's items. */
public interface CountReader {
  /** The counts of an item; null where there is none. */
  @Nullable ItemCounts counts(int item);

  /**
   * Reads how often an item was taken: of hundreds of items an answer, so no object is made.
   *
   * @param into is overwritten
   */
  default void takes(int item, Takes into) {
    ItemCounts counts = counts(item);
    if (counts == null) {
      into.clear();
    } else {
      into.set(counts);
    }
  }

  /**
   * The same of many items, which one that reads memory may find faster together.
   *
   * @param items not to be changed
   * @param count so many of them
   * @param into is overwritten
   */
  default void takes(int[] items, int count, Takes[] into) {
    for (int at = 0; at < count; at++) {
      takes(items[at], into[at]);
    }
  }

  /** The items taken with an item, {@link Companions#NONE} where there is no count. */
  default Companions companions(int item) {
    ItemCounts counts = counts(item);
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

  /** Events counted so far. */
  long tick();

  /** How events are counted. */
  CountConfig config();
}
