package dev.headwater.serving.items;

/**
 * The vectors of items as whoever encodes a history sees them: a table that holds all of them, or
 * what was gathered of other nodes' tables. Reading is safe for concurrent use.
 */
public interface ItemRows {
  /** Returns the length of a vector. */
  int dim();

  /**
   * Copies the vector of an item.
   *
   * @return whether the item has one
   */
  boolean readItem(int code, float[] into);

  /**
   * Returns how far the vector of an item has moved since it is known here, each step in parts of
   * the vector's length at that time; -1 when the item has none.
   */
  double travelled(int code);

  /** Tells whether anybody has heard of an item, be there a vector or not. */
  default boolean isKnown(int code) {
    return true;
  }

  /**
   * Tells whether whoever holds an item has answered, so that what it does not have is not there.
   */
  default boolean isHeard(int code) {
    return true;
  }

  /** Tells whether an item has a vector. */
  default boolean contains(int code) {
    return travelled(code) >= 0;
  }
}
