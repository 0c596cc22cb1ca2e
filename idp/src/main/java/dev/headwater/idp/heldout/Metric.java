package dev.headwater.idp.heldout;

import java.util.Collection;
import java.util.Locale;

/**
 * What a rank is worth to a user; figures are means over users. The sampled ones stand in the order
 * of the columns of the IDP paper's table on ML-1M.
 */
public enum Metric {
  /** Among 99 unseen items, first. */
  SAMPLED_HR1(true, 1, Gain.HIT),
  /** Among 99 unseen items, discounted gain in the first three. */
  SAMPLED_NDCG3(true, 3, Gain.DISCOUNTED),
  /** The same in the first five. */
  SAMPLED_NDCG5(true, 5, Gain.DISCOUNTED),
  /** Among 99 unseen items, one of the first three. */
  SAMPLED_HR3(true, 3, Gain.HIT),
  /** One of the first five. */
  SAMPLED_HR5(true, 5, Gain.HIT),
  /** Among 99 unseen items, the reciprocal rank. */
  SAMPLED_MRR(true, Integer.MAX_VALUE, Gain.RECIPROCAL),
  /** In the whole catalog, one of the first ten. */
  HR10(false, 10, Gain.HIT),
  /** In the whole catalog, discounted gain in the first ten. */
  NDCG10(false, 10, Gain.DISCOUNTED),
  /** In the whole catalog, the reciprocal rank. */
  MRR(false, Integer.MAX_VALUE, Gain.RECIPROCAL);

  private enum Gain {
    HIT,
    DISCOUNTED,
    RECIPROCAL
  }

  private final boolean sampled;
  private final int cut;
  private final Gain gain;

  Metric(boolean sampled, int cut, Gain gain) {
    this.sampled = sampled;
    this.cut = cut;
    this.gain = gain;
  }

  /** Its key in JSON, such as {@code sampled_hr1}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it is of ranks among 99 unseen items. */
  public boolean isSampled() {
    return sampled;
  }

  /**
   * What one rank is worth, from 0 to 1.
   *
   * @param rank 1 is best; may be a half where scores tie
   */
  public double of(double rank) {
    if (rank > cut) {
      return 0;
    }
    return switch (gain) {
      case HIT -> 1;
      case DISCOUNTED -> Math.log(2) / Math.log(rank + 1);
      case RECIPROCAL -> 1 / rank;
    };
  }

  /** The mean over ranks; 0 where there are none. */
  public double mean(Collection<Double> ranks) {
    return ranks.stream().mapToDouble(this::of).average().orElse(0);
  }

  /** Where the mean lies with 95 % confidence, over users. */
  public Interval interval(Collection<Double> ranks) {
    double sum = 0;
    double squares = 0;
    for (double rank : ranks) {
      double own = of(rank);
      sum += own;
      squares += own * own;
    }
    return Interval.of(sum, squares, ranks.size());
  }
}
