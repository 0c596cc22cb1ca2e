package dev.headwater.idp.heldout;

import java.util.SplittableRandom;

/**
 * Whether two systems differ, by what each gave to the same users. Fisher's randomisation test of
 * the mean difference: were the systems alike, each user's difference could as well have the other
 * sign (for information retrieval: Smucker, Allan and Carterette, CIKM 2007). No distribution is
 * assumed.
 *
 * @param difference mean of the first less the second
 * @param p how likely a difference as large or larger is between systems that are alike; from 1 /
 *     10,001 to 1
 */
public record PairedComparison(double difference, double p) {
  private static final int ROUNDS = 10_000;
  private static final int BITS = Long.SIZE;
  private static final long SEED = 17;
  private static final double ROUNDING = 1e-12;

  /**
   * Tests.
   *
   * @param first a value a user
   * @param second of the same users in the same order
   * @throws IllegalArgumentException if there are not as many of each
   */
  public static PairedComparison of(double[] first, double[] second) {
    if (first.length != second.length) {
      throw new IllegalArgumentException(
          "%d users are not paired with %d".formatted(first.length, second.length));
    }
    double[] differences = new double[first.length];
    int count = 0;
    double sum = 0;
    for (int i = 0; i < first.length; i++) {
      double difference = first[i] - second[i];
      if (difference != 0) {
        differences[count++] = difference;
        sum += difference;
      }
    }
    SplittableRandom random = new SplittableRandom(SEED);
    int asLarge = 1;
    for (int round = 0; round < ROUNDS; round++) {
      asLarge += Math.abs(flipped(differences, count, random)) >= Math.abs(sum) - ROUNDING ? 1 : 0;
    }
    return new PairedComparison(
        first.length == 0 ? 0 : sum / first.length, asLarge / (ROUNDS + 1.0));
  }

  private static double flipped(double[] differences, int count, SplittableRandom random) {
    double sum = 0;
    for (int from = 0; from < count; from += BITS) {
      long signs = random.nextLong();
      int to = Math.min(count, from + BITS);
      for (int i = from; i < to; i++, signs >>>= 1) {
        sum += (signs & 1) == 0 ? differences[i] : -differences[i];
      }
    }
    return sum;
  }
}
