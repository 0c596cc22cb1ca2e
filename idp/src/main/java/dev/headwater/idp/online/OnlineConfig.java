package dev.headwater.idp.online;

import dev.headwater.idp.optim.AdamConfig;

/**
 * Settings of learning from a stream. They are those of a step on {@code batchSize} examples; a
 * step on fewer, as where clicks come one by one, moves rows as far and draws fewer negatives, so
 * that what an example teaches does not depend on how many came with it.
 *
 * @param batchSize examples a step
 * @param learningRate step of a row; a step on more examples, n, takes sqrt(n / batchSize) of it
 * @param negatives uniformly sampled slots a step; with fewer examples as many an example
 * @param maxNorm cap on a row's norm
 * @param adam of the rows
 */
public record OnlineConfig(
    int batchSize, float learningRate, int negatives, float maxNorm, AdamConfig adam) {
  /** The settings that measured best on the streams of amazon_grocery and amazon_health. */
  public static OnlineConfig defaults() {
    return new OnlineConfig(32, 1.06e-2f, 1_024, 12f, AdamConfig.forStreams());
  }

  /** The same with another number of negatives. */
  public OnlineConfig withNegatives(int value) {
    return new OnlineConfig(batchSize, learningRate, value, maxNorm, adam);
  }

  /** Step of a row in a step on so many examples. */
  float rateOf(int examples) {
    return (float) (learningRate * Math.sqrt(Math.max(1, (double) examples / batchSize)));
  }

  /** Sampled slots of a step on so many examples. */
  int negativesOf(int examples) {
    return examples >= batchSize
        ? negatives
        : Math.max(1, Math.toIntExact((long) negatives * examples / batchSize));
  }
}
