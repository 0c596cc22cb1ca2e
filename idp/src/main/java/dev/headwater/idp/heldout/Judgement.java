package dev.headwater.idp.heldout;

import java.util.Arrays;
import java.util.List;

/**
 * How good a scorer is: the rank that it gave to what each user took, 1 is best, ties count half.
 *
 * @param ranks in the whole catalog but for the history, user by user
 * @param sampledRanks among 99 random unseen items, of the same users
 */
public record Judgement(List<Double> ranks, List<Double> sampledRanks) {
  /** Copies the lists. */
  public Judgement {
    ranks = List.copyOf(ranks);
    sampledRanks = List.copyOf(sampledRanks);
  }

  /** Of ranks as they were counted. */
  static Judgement of(double[] ranks, double[] sampledRanks) {
    return new Judgement(
        Arrays.stream(ranks).boxed().toList(), Arrays.stream(sampledRanks).boxed().toList());
  }

  /** How many were asked. */
  public int users() {
    return ranks.size();
  }

  /** The mean over users. */
  public double mean(Metric metric) {
    return metric.mean(ranksFor(metric));
  }

  /** Where the mean lies with 95 % confidence, over users. */
  public Interval interval(Metric metric) {
    return metric.interval(ranksFor(metric));
  }

  /** Share of targets among the first ten of the whole catalog. */
  public double hr10() {
    return mean(Metric.HR10);
  }

  /** Normalised discounted gain among them. */
  public double ndcg10() {
    return mean(Metric.NDCG10);
  }

  private List<Double> ranksFor(Metric metric) {
    return metric.isSampled() ? sampledRanks : ranks;
  }
}
