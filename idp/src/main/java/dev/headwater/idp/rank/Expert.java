package dev.headwater.idp.rank;

/** Where a recommendation comes from. */
public enum Expert {
  /** The learned rows: the user's vector and the item's embedding. */
  LEARNED(0),
  /** The lists of items taken with those of the history. */
  COUNTS(1),
  /** The lists of texts like those of the history. */
  TEXTS(2),
  /** How often items are taken by anybody. */
  POPULARITY(3);

  private final int number;

  Expert(int number) {
    this.number = number;
  }

  /** Where it stands in an array over all of them. */
  int number() {
    return number;
  }
}
