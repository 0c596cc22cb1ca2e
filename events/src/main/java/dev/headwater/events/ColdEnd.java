package dev.headwater.events;

/**
 * What the tombstones of {@code embeddings.cold-start} say of one key.
 *
 * @param offset the highest offset of a tombstone that names no life, -1 for none: it ends the rows
 *     before it
 * @param incarnation the latest life that a tombstone ends, -1 for none, wherever its rows stand
 */
public record ColdEnd(long offset, long incarnation) {
  /** No tombstone was seen. */
  public static final ColdEnd NONE = new ColdEnd(-1, -1);

  /** Takes in a tombstone that stands at {@code at} and ends {@code life}, or names none. */
  ColdEnd with(long at, long life) {
    if (life == IncarnationHeader.NONE) {
      return at > offset ? new ColdEnd(at, incarnation) : this;
    }
    return life > incarnation ? new ColdEnd(offset, life) : this;
  }

  /** Tells whether a cold row of this life at this offset is over. */
  boolean covers(long at, long life) {
    return at <= offset || life <= incarnation;
  }
}
