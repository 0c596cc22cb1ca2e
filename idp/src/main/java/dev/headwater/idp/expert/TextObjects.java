package dev.headwater.idp.expert;

import java.util.Arrays;

/** Lists of texts as arrays with some room. */
final class TextObjects implements TextsByItem {
  private static final int FIRST_ROOM = 4;

  private final ByItem<Texts> lists = new ByItem<>();

  /** A list of which the first {@code size} never change. */
  private static final class Texts {
    private final int[] items;
    private final float[] cosines;
    private final int[] revisions;
    private volatile int size;

    Texts(int room) {
      this(new int[room], new float[room], new int[room], 0);
    }

    private Texts(int[] items, float[] cosines, int[] revisions, int size) {
      this.items = items;
      this.cosines = cosines;
      this.revisions = revisions;
      this.size = size;
    }

    NearTexts list() {
      int now = size;
      return now == items.length
          ? new NearTexts(items, cosines, revisions)
          : new NearTexts(
              Arrays.copyOf(items, now),
              Arrays.copyOf(cosines, now),
              Arrays.copyOf(revisions, now));
    }

    boolean isFull() {
      return size == items.length;
    }

    void add(int item, float cosine, int revision) {
      int at = size;
      items[at] = item;
      cosines[at] = cosine;
      revisions[at] = revision;
      size = at + 1;
    }

    Texts longer() {
      int room = Math.max(FIRST_ROOM, size + (size >> 1));
      return new Texts(
          Arrays.copyOf(items, room),
          Arrays.copyOf(cosines, room),
          Arrays.copyOf(revisions, room),
          size);
    }
  }

  @Override
  public NearTexts get(int item) {
    Texts texts = lists.get(item);
    return texts == null ? NearTexts.NONE : texts.list();
  }

  @Override
  public void set(int item, NearTexts list) {
    if (list.size() == 0) {
      lists.set(item, null);
      return;
    }
    Texts texts = new Texts(list.size());
    for (int i = 0; i < list.size(); i++) {
      texts.add(list.items()[i], list.cosines()[i], list.revision(i));
    }
    lists.set(item, texts);
  }

  @Override
  public void add(int item, int text, float cosine, int revision) {
    Texts known = lists.get(item);
    Texts texts = known == null ? new Texts(0) : known;
    texts = texts.isFull() ? texts.longer() : texts;
    texts.add(text, cosine, revision);
    if (texts != known) {
      lists.set(item, texts);
    }
  }
}
