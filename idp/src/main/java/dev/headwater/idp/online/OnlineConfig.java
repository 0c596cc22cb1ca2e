package dev.headwater.idp.online;

import dev.headwater.idp.optim.AdamConfig;

/**
 * Settings of learning from a stream.
 *
 * @param batchSize examples a step for which the learning rate is meant
 * @param learningRate step of a row at a batch of 256; a step on n examples takes sqrt(n/256) of it
 * @param negatives uniformly sampled slots a step
 * @param maxNorm cap on a row's norm
 * @param adam of the rows
 */
public record OnlineConfig(
    int batchSize, float learningRate, int negatives, float maxNorm, AdamConfig adam) {
  /** The settings that measured best on the streams of amazon_grocery and amazon_health. */
  public static OnlineConfig defaults() {
    return new OnlineConfig(32, 3e-2f, 1_024, 12f, AdamConfig.forStreams());
  }

  /** The same with another number of negatives. */
  public OnlineConfig withNegatives(int value) {
    return new OnlineConfig(batchSize, learningRate, value, maxNorm, adam);
  }
}
