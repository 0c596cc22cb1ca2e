package dev.headwater.idp.expert;

/**
 * Texts with their cosines and revisions, in room that is used again: an answer reads such lists of
 * a hundred texts each. For one thread.
 */
public final class TextList {
  private int[] items = new int[NearTexts.CAPACITY];
  private float[] cosines = new float[NearTexts.CAPACITY];
  private int[] revisions = new int[NearTexts.CAPACITY];
  private int size;

  /** Begins another list. */
  public void begin(int most) {
    if (items.length < most) {
      items = new int[most];
      cosines = new float[most];
      revisions = new int[most];
    }
    size = 0;
  }

  /** Adds a text; no more than {@link #begin} made room for. */
  public void append(int item, float cosine, int revision) {
    items[size] = item;
    cosines[size] = cosine;
    revisions[size++] = revision;
  }

  int size() {
    return size;
  }

  int item(int place) {
    return items[place];
  }

  float cosine(int place) {
    return cosines[place];
  }

  int revision(int place) {
    return revisions[place];
  }
}
