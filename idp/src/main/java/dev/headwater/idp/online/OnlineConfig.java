package dev.headwater.idp.online;

/**
 * Settings of learning from a stream.
 *
 * @param batchSize examples a step for which the learning rate is meant
 * @param learningRate step of a row at a batch of 256; a step on n examples takes sqrt(n/256) of it
 * @param negatives uniformly sampled slots a step
 * @param maxNorm cap on a row's norm
 */
public record OnlineConfig(int batchSize, float learningRate, int negatives, float maxNorm) {
  /** The settings that measured best. */
  public static OnlineConfig defaults() {
    return new OnlineConfig(32, 3e-2f, 512, 12f);
  }
}
