package dev.headwater.idp.heldout;

/**
 * Where a mean lies with 95 % confidence, over users.
 *
 * @param from lower end, at least 0
 * @param to upper end, at most 1
 */
public record Interval(double from, double to) {
  private static final double DEVIATIONS = 1.96;

  /** The interval of a mean of values from 0 to 1. */
  public static Interval of(double sum, double sumOfSquares, int count) {
    if (count < 2) {
      return new Interval(0, 1);
    }
    double mean = sum / count;
    double variance = Math.max(0, sumOfSquares - count * mean * mean) / (count - 1);
    double half = DEVIATIONS * Math.sqrt(variance / count);
    return new Interval(Math.max(0, mean - half), Math.min(1, mean + half));
  }
}
