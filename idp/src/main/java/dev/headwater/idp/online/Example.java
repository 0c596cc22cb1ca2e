package dev.headwater.idp.online;

/**
 * One example: after this history came that item.
 *
 * @param history slots of the table, oldest first, at least one
 * @param target slot of the item that followed
 * @param weight how much it says: 1 for an ordinary event; below 0 for a dislike, which teaches
 *     that the item should not have followed
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier between two rooms, never compared
public record Example(int[] history, int target, float weight) {
  /** Checks the weight. */
  public Example {
    if (!Float.isFinite(weight) || weight == 0) {
      throw new IllegalArgumentException("an example cannot weigh " + weight);
    }
  }

  /** An ordinary event. */
  public Example(int[] history, int target) {
    this(history, target, 1);
  }
}
