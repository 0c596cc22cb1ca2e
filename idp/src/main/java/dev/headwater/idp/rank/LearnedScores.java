package dev.headwater.idp.rank;

/** What the learned rows say of one user's candidates. */
@FunctionalInterface
public interface LearnedScores {
  /**
   * The logit of an item: user vector times embedding times the bundle's logit scale. What is not
   * finite counts as the worst.
   */
  float of(int item);

  /**
   * The logits of many items, which one that reads memory may find faster together.
   *
   * @param items not to be changed
   * @param count so many of them
   * @param into is overwritten
   */
  default void of(int[] items, int count, float[] into) {
    for (int at = 0; at < count; at++) {
      into[at] = of(items[at]);
    }
  }
}
