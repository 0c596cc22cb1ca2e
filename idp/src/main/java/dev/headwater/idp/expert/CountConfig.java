package dev.headwater.idp.expert;

/**
 * How clicks are counted. A tick is one event of the domain.
 *
 * @param gaps how many items of a history are linked with the one that followed
 * @param backward what the later item's link to the earlier one weighs beside the other direction
 * @param capacity most items in one item's list
 * @param halfLifeTicks after which a link and a count weigh half
 * @param popularityTicks half-lives of recent popularity, the shortest first
 */
@SuppressWarnings("ArrayRecordComponent") // settings, never compared
public record CountConfig(
    int gaps, double backward, int capacity, double halfLifeTicks, double[] popularityTicks) {
  /** How many half-lives of popularity there are. */
  public static final int WINDOWS = 3;

  /** Checks the bounds. */
  public CountConfig {
    if (gaps < 1 || capacity < 1 || !(backward >= 0) || !(halfLifeTicks > 0)) {
      throw new IllegalArgumentException("gaps, capacity and half-lives of counts are positive");
    }
    if (popularityTicks.length != WINDOWS) {
      throw new IllegalArgumentException("there are " + WINDOWS + " half-lives of popularity");
    }
  }

  /** The settings tried on grocery, books and clothing (RESULTS.md); not all were scanned. */
  public static CountConfig defaults() {
    return new CountConfig(10, 0.8, 64, 200_000, new double[] {300, 2_000, 15_000});
  }

  /** The same where order in time means nothing. */
  public CountConfig withoutFading() {
    return new CountConfig(gaps, backward, capacity, Double.MAX_VALUE, popularityTicks);
  }

  /** The same with longer or shorter lists. */
  public CountConfig withCapacity(int value) {
    return new CountConfig(gaps, backward, value, halfLifeTicks, popularityTicks);
  }

  /** What is left of a weight after some ticks. */
  double faded(long ticks) {
    return ticks == 0 ? 1 : FastMath.halved(ticks / halfLifeTicks);
  }
}
