package dev.headwater.idp.rank;

/** Where a recommendation comes from. */
public enum Expert {
  /** The learned rows: the user's vector and the item's embedding. */
  LEARNED,
  /** The lists of items taken with those of the history. */
  COUNTS,
  /** The lists of texts like those of the history. */
  TEXTS,
  /** How often items are taken by anybody. */
  POPULARITY
}
