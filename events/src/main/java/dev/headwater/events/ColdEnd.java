package dev.headwater.events;

/**
 * What the tombstones of {@code embeddings.cold-start} say of one key.
 *
 * @param offset the highest offset of a tombstone that names no incarnation, -1 for none: it ends
 *     the rows before it
 * @param incarnation the latest incarnation that a tombstone ends, -1 for none, wherever its rows
 *     stand
 */
public record ColdEnd(long offset, long incarnation) {
  /** No tombstone was seen. */
  public static final ColdEnd NONE = new ColdEnd(-1, -1);

  /** Takes in a tombstone that stands at {@code at} and ends {@code ended}, or names none. */
  ColdEnd with(long at, long ended) {
    if (ended == IncarnationHeader.NONE) {
      return at > offset ? new ColdEnd(at, incarnation) : this;
    }
    return ended > incarnation ? new ColdEnd(offset, ended) : this;
  }

  /**
   * Tells whether a cold row of this incarnation at this offset is over. One whose offset is not
   * known (-1) stands before every tombstone that names no incarnation, if there was one.
   */
  public boolean covers(long at, long ended) {
    return (offset >= 0 && at <= offset) || ended <= incarnation;
  }
}
