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
    private volatile int size;

    Texts(int[] items, float[] cosines, int size) {
      this.items = items;
      this.cosines = cosines;
      this.size = size;
    }

    NearTexts list() {
      int now = size;
      return now == items.length
          ? new NearTexts(items, cosines)
          : new NearTexts(Arrays.copyOf(items, now), Arrays.copyOf(cosines, now));
    }

    boolean isFull() {
      return size == items.length;
    }

    void add(int item, float cosine) {
      int at = size;
      items[at] = item;
      cosines[at] = cosine;
      size = at + 1;
    }

    Texts longer() {
      int room = Math.max(FIRST_ROOM, size + (size >> 1));
      return new Texts(Arrays.copyOf(items, room), Arrays.copyOf(cosines, room), size);
    }
  }

  @Override
  public NearTexts get(int item) {
    Texts texts = lists.get(item);
    return texts == null ? NearTexts.NONE : texts.list();
  }

  @Override
  public void set(int item, NearTexts list) {
    int size = list.size();
    lists.set(item, size == 0 ? null : new Texts(list.items(), list.cosines(), size));
  }

  @Override
  public void add(int item, int text, float cosine) {
    Texts known = lists.get(item);
    Texts texts = known == null ? new Texts(new int[0], new float[0], 0) : known;
    texts = texts.isFull() ? texts.longer() : texts;
    texts.add(text, cosine);
    if (texts != known) {
      lists.set(item, texts);
    }
  }
}
