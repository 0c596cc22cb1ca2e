package dev.headwater.idp.expert;

import java.util.Arrays;

/**
 * The items whose texts are most like one item's, nearest first. Each was compared by the text that
 * it had then: when that has changed, so has the likeness.
 *
 * @param items their numbers
 * @param cosines of their texts with the item's
 * @param revisions of their texts, as {@link #revisionOf(long)} gives them; empty where nobody said
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
public record NearTexts(int[] items, float[] cosines, int[] revisions) {
  private static final int[] NOT_SAID = new int[0];

  /** Of an item without a text. */
  public static final NearTexts NONE = new NearTexts(new int[0], new float[0]);

  /** Most items in a list. */
  public static final int CAPACITY = 64;

  /** The revision of a text where nobody said: it is like any other. */
  public static final int ANY = 0;

  /** Checks that each item has one cosine, and one revision where any has one. */
  public NearTexts {
    if (items.length != cosines.length
        || (revisions.length != 0 && revisions.length != items.length)) {
      throw new IllegalArgumentException("each near text has one cosine and one revision");
    }
  }

  /** Texts of which nobody said the revisions. */
  public NearTexts(int[] items, float[] cosines) {
    this(items, cosines, NOT_SAID);
  }

  /**
   * Returns the number of a text's revision, which is an offset, in half the room. Two revisions of
   * one item have the same when four billion records lie between them.
   */
  public static int revisionOf(long offset) {
    return (int) (offset + 1);
  }

  /** Tells whether two numbers may be of the same text. */
  public static boolean isSame(int revision, int other) {
    return revision == other || revision == ANY || other == ANY;
  }

  /** How many there are. */
  public int size() {
    return items.length;
  }

  /** Returns the revision of the text in a place. */
  public int revision(int place) {
    return revisions.length == 0 ? ANY : revisions[place];
  }

  /** The others, in their order. */
  NearTexts without(int item) {
    int[] others = new int[items.length];
    float[] theirs = new float[items.length];
    int[] texts = new int[items.length];
    int kept = 0;
    for (int i = 0; i < items.length; i++) {
      if (items[i] != item) {
        others[kept] = items[i];
        texts[kept] = revision(i);
        theirs[kept++] = cosines[i];
      }
    }
    return new NearTexts(
        Arrays.copyOf(others, kept), Arrays.copyOf(theirs, kept), Arrays.copyOf(texts, kept));
  }
}
