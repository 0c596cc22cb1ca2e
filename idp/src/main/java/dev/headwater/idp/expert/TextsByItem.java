package dev.headwater.idp.expert;

/** Keeps a list of texts for each item, by item number. One thread writes, many may read. */
public interface TextsByItem {
  /** Keeps them as objects. */
  static TextsByItem asObjects() {
    return new TextObjects();
  }

  /** The list of an item, {@link NearTexts#NONE} where there is none; not to be changed. */
  NearTexts get(int item);

  /**
   * Reads the same.
   *
   * @param into is overwritten
   */
  default void read(int item, TextList into) {
    NearTexts list = get(item);
    into.begin(list.size());
    for (int i = 0; i < list.size(); i++) {
      into.append(list.items()[i], list.cosines()[i], list.revision(i));
    }
  }

  /** For the writer: sets the list of an item; an empty one takes it away. */
  void set(int item, NearTexts list);

  /**
   * For the writer: adds a text at the end of an item's list.
   *
   * @param revision kept with it
   */
  void add(int item, int text, float cosine, int revision);

  /** For the writer: takes a text out of an item's list. */
  default void remove(int item, int text) {
    set(item, get(item).without(text));
  }
}
