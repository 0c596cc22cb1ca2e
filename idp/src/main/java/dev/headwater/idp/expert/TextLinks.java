package dev.headwater.idp.expert;

import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/**
 * Near texts read both ways: an item that came later names those before it, and they name it. What
 * {@link #of} gives depends on the lists that stand and on nothing else, not on the order in which
 * they came. Two numbers a link are kept at either end. One thread writes, many may read.
 */
public final class TextLinks {
  private final TextsByItem named;
  private final TextsByItem namers;
  private final IntFunction<String> names;

  /**
   * No links yet.
   *
   * @param named keeps what an item names; empty
   * @param namers keeps who names an item; empty
   * @param names decide between texts that are equally near, so that all processes agree
   */
  public TextLinks(TextsByItem named, TextsByItem namers, IntFunction<String> names) {
    this.named = named;
    this.namers = namers;
    this.names = names;
  }

  /** An item names these and no others; {@link NearTexts#NONE} takes its list back. */
  public void put(int item, NearTexts near) {
    NearTexts before = named.get(item);
    named.set(item, near);
    for (int other : before.items()) {
      namers.remove(other, item);
    }
    for (int i = 0; i < near.size(); i++) {
      namers.add(near.items()[i], item, near.cosines()[i]);
    }
  }

  /**
   * The nearest of those that an item names and of those that name it.
   *
   * @param exists leaves the others out
   */
  public NearTexts of(int item, IntPredicate exists) {
    NearTexts ofItem = named.get(item);
    NearTexts ofOthers = namers.get(item);
    Nearest nearest = new Nearest(ofItem.size() + ofOthers.size());
    add(ofItem, item, exists, nearest);
    add(ofOthers, item, exists, nearest);
    return nearest.list(names);
  }

  private static void add(NearTexts list, int self, IntPredicate exists, Nearest nearest) {
    for (int i = 0; i < list.size(); i++) {
      int item = list.items()[i];
      if (item != self && exists.test(item)) {
        nearest.add(item, list.cosines()[i]);
      }
    }
  }
}
