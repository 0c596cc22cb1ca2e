package dev.headwater.idp.online;

/** Running means of what a ranking is judged by. For one thread. */
public final class RankingMetrics {
  private static final int CUTOFF = 10;

  private double hits;
  private double gain;
  private double reciprocal;
  private long count;

  /** Counts one target at this rank; 1 is best, halves come from ties. */
  public void add(double rank) {
    if (!(rank >= 1)) {
      throw new IllegalArgumentException("a rank is at least 1, not " + rank);
    }
    count++;
    reciprocal += 1 / rank;
    if (rank <= CUTOFF) {
      hits++;
      gain += Math.log(2) / Math.log(rank + 1);
    }
  }

  /** The share of targets among the first ten. */
  public double hr10() {
    return mean(hits);
  }

  /** The normalised discounted gain among the first ten. */
  public double ndcg10() {
    return mean(gain);
  }

  /** The mean reciprocal rank. */
  public double mrr() {
    return mean(reciprocal);
  }

  /** How many targets were counted. */
  public long count() {
    return count;
  }

  /** Starts again. */
  public void reset() {
    hits = 0;
    gain = 0;
    reciprocal = 0;
    count = 0;
  }

  private double mean(double sum) {
    return count == 0 ? 0 : sum / count;
  }
}
