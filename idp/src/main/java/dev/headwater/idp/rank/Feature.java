package dev.headwater.idp.rank;

/**
 * What the ranker looks at, one number a candidate each. Shares are over the candidates of the
 * answer; they come as {@code ln(share + ε) − ln ε}, so that "not at all" is 0.
 */
public enum Feature {
  /** Softmax of the scores of the learned rows. */
  LEARNED(0, Expert.LEARNED),
  /** Share of the counted links with the last items. */
  COUNTED(1, Expert.COUNTS),
  /** Share of the counted links with the last item alone. */
  COUNTED_LAST(2, Expert.COUNTS),
  /** Share of the likeness with the texts of the last items. */
  TEXTS(3, Expert.TEXTS),
  /** Share of the latest events, by the shortest half-life. */
  POPULAR_NOW(4, Expert.POPULARITY),
  /** Share of the late events. */
  POPULAR(5, Expert.POPULARITY),
  /** Share of the events by the longest half-life. */
  POPULAR_LONG(6, Expert.POPULARITY),
  /** {@code ln(1 + how often it was taken)}. */
  TAKEN(7, Expert.POPULARITY),
  /** 1 for an item that nobody took yet. */
  NEVER_TAKEN(8, Expert.POPULARITY),
  /** Share of the counted links with the items whose texts are like the last ones'. */
  INHERITED(9, Expert.COUNTS),
  /** A tenth of {@link #LEARNED} times {@link #COUNTED}: both say so. */
  LEARNED_BY_COUNTED(10, Expert.LEARNED),
  /** A tenth of {@link #LEARNED} times {@link #TEXTS}. */
  LEARNED_BY_TEXTS(11, Expert.LEARNED),
  /** A tenth of {@link #COUNTED} times {@link #TEXTS}. */
  COUNTED_BY_TEXTS(12, Expert.COUNTS),
  /** Cosine of its text with that of the last item, 0 if it is not among the nearest. */
  LAST_COSINE(13, Expert.TEXTS),
  /** {@code ln(1 + how many items of the history list it)}. */
  LISTED(14, Expert.COUNTS),
  /** {@code ln(1 + ticks since it was first taken)}; 0 for never. */
  AGE(15, Expert.POPULARITY),
  /** {@code ln(1 + ticks since it was last taken)}; 0 for never. */
  IDLE(16, Expert.POPULARITY),
  /** A tenth of {@link #LEARNED} times itself: the first few are much more likely than the rest. */
  LEARNED_SQUARED(17, Expert.LEARNED),
  /** A tenth of {@link #COUNTED} times itself. */
  COUNTED_SQUARED(18, Expert.COUNTS),
  /** A tenth of {@link #COUNTED_LAST} times itself. */
  COUNTED_LAST_SQUARED(19, Expert.COUNTS),
  /** A tenth of {@link #TEXTS} times itself. */
  TEXTS_SQUARED(20, Expert.TEXTS),
  /** A tenth of {@link #LEARNED} times {@link #POPULAR}. */
  LEARNED_BY_POPULAR(21, Expert.LEARNED),
  /** A tenth of {@link #COUNTED} times {@link #POPULAR}. */
  COUNTED_BY_POPULAR(22, Expert.COUNTS),
  /**
   * {@code ln(1 + the counted links with the last items)}: a share says nothing of how many clicks
   * it is a share of.
   */
  SUPPORT(23, Expert.COUNTS),
  /** {@link #SUPPORT} times itself. */
  SUPPORT_SQUARED(24, Expert.COUNTS);

  /** How many there are. */
  public static final int COUNT = values().length;

  private final int column;
  private final Expert expert;

  Feature(int column, Expert expert) {
    this.column = column;
    this.expert = expert;
  }

  /** Where it stands in a row of features or weights; written by name, never by this. */
  int column() {
    return column;
  }

  /** Who says so. */
  public Expert expert() {
    return expert;
  }
}
