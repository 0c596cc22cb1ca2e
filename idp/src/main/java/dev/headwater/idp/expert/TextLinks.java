package dev.headwater.idp.expert;

import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Near texts read both ways: an item that came later names those before it, and they name it. What
 * {@link #of} gives depends on the lists that stand and on nothing else, not on the order in which
 * they came. Two numbers a link are kept at either end. One thread writes, many may read.
 */
public final class TextLinks {
  private final ByItem<Node> nodes = new ByItem<>();
  private final IntFunction<String> names;

  /** What an item names, and who names it. */
  private static final class Node {
    private volatile @Nullable NearTexts named;
    private volatile Namers namers = Namers.NONE;
  }

  /** Those who name an item; the first {@code size} never change. */
  private static final class Namers {
    private static final Namers NONE = new Namers(new int[0], new float[0], 0);

    private final int[] items;
    private final float[] cosines;
    private volatile int size;

    Namers(int[] items, float[] cosines, int size) {
      this.items = items;
      this.cosines = cosines;
      this.size = size;
    }

    /** Returns itself where there is room, else a copy with more of it. */
    Namers with(int item, float cosine) {
      int at = size;
      if (at == items.length) {
        Namers longer = copy(Math.max(4, at + (at >> 1)), -1);
        longer.items[at] = item;
        longer.cosines[at] = cosine;
        longer.size = at + 1;
        return longer;
      }
      items[at] = item;
      cosines[at] = cosine;
      size = at + 1;
      return this;
    }

    Namers without(int item) {
      return copy(size, item);
    }

    private Namers copy(int room, int without) {
      Namers copy = new Namers(new int[room], new float[room], 0);
      int kept = 0;
      for (int i = 0; i < size; i++) {
        if (items[i] != without) {
          copy.items[kept] = items[i];
          copy.cosines[kept++] = cosines[i];
        }
      }
      copy.size = kept;
      return copy;
    }
  }

  /**
   * No links yet.
   *
   * @param names decide between texts that are equally near, so that all processes agree
   */
  public TextLinks(IntFunction<String> names) {
    this.names = names;
  }

  /** An item names these and no others; {@link NearTexts#NONE} takes its list back. */
  public void put(int item, NearTexts near) {
    Node node = node(item);
    NearTexts before = node.named;
    node.named = near.size() == 0 ? null : near;
    for (int i = 0; before != null && i < before.size(); i++) {
      Node other = node(before.items()[i]);
      other.namers = other.namers.without(item);
    }
    for (int i = 0; i < near.size(); i++) {
      Node other = node(near.items()[i]);
      other.namers = other.namers.with(item, near.cosines()[i]);
    }
  }

  private Node node(int item) {
    Node known = nodes.get(item);
    if (known != null) {
      return known;
    }
    Node made = new Node();
    nodes.set(item, made);
    return made;
  }

  /**
   * The nearest of those that an item names and of those that name it.
   *
   * @param exists leaves the others out
   */
  public NearTexts of(int item, IntPredicate exists) {
    Node node = nodes.get(item);
    if (node == null) {
      return NearTexts.NONE;
    }
    NearTexts named = node.named;
    Namers namers = node.namers;
    int size = namers.size;
    Nearest nearest = new Nearest((named == null ? 0 : named.size()) + size);
    for (int i = 0; named != null && i < named.size(); i++) {
      add(named.items()[i], named.cosines()[i], item, exists, nearest);
    }
    for (int i = 0; i < size; i++) {
      add(namers.items[i], namers.cosines[i], item, exists, nearest);
    }
    return nearest.list(names);
  }

  private static void add(int item, float cosine, int self, IntPredicate exists, Nearest nearest) {
    if (item != self && exists.test(item)) {
      nearest.add(item, cosine);
    }
  }
}
