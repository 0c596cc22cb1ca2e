package dev.headwater.idp.expert;

import java.util.Comparator;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/**
 * Near texts read both ways: an item that came later names those before it, and they name it. A
 * link is of two texts: when the text of either end changes it is over, and the list that comes
 * with the new text says what is near now. What {@link #of} gives depends on the lists and texts
 * that stand and on nothing else, not on the order in which they came. Three numbers a link are
 * kept at either end. One thread writes, many may read.
 */
public final class TextLinks {
  /**
   * Which of two names comes first where their texts are equally near: by hash, so that no part of
   * a catalog does better than another.
   */
  public static final Comparator<String> EQUALLY_NEAR =
      Comparator.comparingInt(TextLinks::hash).thenComparing(Comparator.naturalOrder());

  private final TextsByItem named;
  private final TextsByItem namers;
  private final IntsByItem revisions = new IntsByItem();

  /** Upper halves of names' hashes: of many texts equally near, hardly any name is looked up. */
  private final ShortsByItem hashes = new ShortsByItem();

  private final IntFunction<String> names;
  private final ThreadLocal<Rooms> rooms = ThreadLocal.withInitial(Rooms::new);

  /** Where the lists of one item are read to. */
  private static final class Rooms {
    private final TextList named = new TextList();
    private final TextList namers = new TextList();
    private final Nearest nearest = new Nearest();
  }

  /**
   * No links yet.
   *
   * @param named keeps what an item names, with the other's revision; empty
   * @param namers keeps who names an item, with the item's own; empty
   * @param names decide between texts that are equally near: {@link #EQUALLY_NEAR}
   */
  public TextLinks(TextsByItem named, TextsByItem namers, IntFunction<String> names) {
    this.named = named;
    this.namers = namers;
    this.names = names;
  }

  /** Hears of the links of one item. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * A link.
     *
     * @param other the item at the other end
     * @param cosine how near it is
     * @param own revision of the item's own text that was compared
     * @param others revision of the other's
     */
    void link(int other, float cosine, int own, int others);
  }

  /**
   * An item's text names these and no others.
   *
   * @param near {@link NearTexts#NONE} takes its list back
   * @param revision of its text, {@link NearTexts#ANY} where that is not known
   */
  public void put(int item, NearTexts near, int revision) {
    revisions.set(item, revision);
    hashes.set(item, upper(hash(names.apply(item))));
    NearTexts before = named.get(item);
    named.set(item, near);
    for (int other : before.items()) {
      namers.remove(other, item);
    }
    for (int i = 0; i < near.size(); i++) {
      namers.add(near.items()[i], item, near.cosines()[i], near.revision(i));
    }
  }

  /** What an item names itself. */
  public NearTexts named(int item) {
    return named.get(item);
  }

  /** Returns the revision of an item's text, {@link NearTexts#ANY} where it is not known. */
  public int revision(int item) {
    return revisions.get(item);
  }

  /** For a writer whose lists are there already: an item's text is of this revision. */
  public void revision(int item, int revision) {
    revisions.set(item, revision);
    hashes.set(item, upper(hash(names.apply(item))));
  }

  /**
   * The nearest of those that an item names and of those that name it.
   *
   * @param exists leaves the others out
   */
  public NearTexts of(int item, IntPredicate exists) {
    Rooms own = rooms.get();
    read(item, own);
    Nearest nearest = own.nearest;
    nearest.begin(own.named.size() + own.namers.size());
    each(item, exists, own, (other, cosine, from, to) -> nearest.add(other, cosine));
    return nearest.list(this::compare);
  }

  private void read(int item, Rooms into) {
    named.read(item, into.named);
    namers.read(item, into.namers);
  }

  /** Spreads what a string's hash leaves in its lower bits, by which names that count up differ. */
  static int hash(String name) {
    return name.hashCode() * 0x9e3779b9;
  }

  private static short upper(int hash) {
    return (short) (hash >> Short.SIZE);
  }

  private int compare(int item, int other) {
    int byHalf = Short.compare(hashes.get(item), hashes.get(other));
    if (byHalf != 0 || item == other) {
      return byHalf;
    }
    return EQUALLY_NEAR.compare(names.apply(item), names.apply(other));
  }

  /**
   * Shows the links of which nothing that is known here says that they are over, in no order.
   *
   * @param exists leaves the others out
   */
  public void each(int item, IntPredicate exists, Visitor visitor) {
    Rooms own = new Rooms(); // whoever is shown a link may ask for others
    read(item, own);
    each(item, exists, own, visitor);
  }

  private void each(int item, IntPredicate exists, Rooms from, Visitor visitor) {
    int own = revisions.get(item);
    TextList ofItem = from.named;
    for (int i = 0; i < ofItem.size(); i++) {
      int other = ofItem.item(i);
      int theirs = ofItem.revision(i);
      if (other != item && NearTexts.isSame(theirs, revisions.get(other)) && exists.test(other)) {
        visitor.link(other, ofItem.cosine(i), own, theirs);
      }
    }
    TextList ofOthers = from.namers;
    for (int i = 0; i < ofOthers.size(); i++) {
      int other = ofOthers.item(i);
      if (other != item && NearTexts.isSame(ofOthers.revision(i), own) && exists.test(other)) {
        visitor.link(other, ofOthers.cosine(i), ofOthers.revision(i), revisions.get(other));
      }
    }
  }
}
