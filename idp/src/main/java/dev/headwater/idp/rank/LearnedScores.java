package dev.headwater.idp.rank;

/** What the learned rows say of one user's candidates. */
@FunctionalInterface
public interface LearnedScores {
  /**
   * The logit of an item: user vector times embedding times the bundle's logit scale. What is not
   * finite counts as the worst.
   */
  float of(int item);
}
