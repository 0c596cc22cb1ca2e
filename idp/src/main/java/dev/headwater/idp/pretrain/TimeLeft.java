package dev.headwater.idp.pretrain;

/**
 * How long work goes on, from how fast it went since it was first heard of: what came before it,
 * and what an earlier run did, say nothing of its speed. For one thread.
 */
final class TimeLeft {
  private double firstFraction = Double.NaN;
  private double lastFraction;
  private long firstNanos;

  /**
   * The estimate.
   *
   * @param fraction done, 0 to 1; where it falls, other work has begun
   * @param nanos the time now
   * @return seconds; NaN when first heard of
   */
  double seconds(double fraction, long nanos) {
    if (Double.isNaN(firstFraction) || fraction < lastFraction) {
      firstFraction = fraction;
      firstNanos = nanos;
    }
    lastFraction = fraction;
    if (fraction == firstFraction) {
      return Double.NaN;
    }
    double elapsed = (nanos - firstNanos) / 1e9;
    return elapsed / (fraction - firstFraction) * (1 - fraction);
  }
}
