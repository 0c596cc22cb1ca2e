package dev.headwater.idp.evaluate;

import dev.headwater.idp.cdim.CdimConfig;
import dev.headwater.idp.train.LossKind;
import dev.headwater.idp.train.TrainConfig;

/**
 * How a target is trained.
 *
 * @param train settings of training
 * @param cdim settings of the matcher
 * @param startFactor what generated embeddings are multiplied with before they are trained
 * @param swapProbability of row swap, in the modes that swap
 * @param swapNeighbours how many text neighbours make a swapped row
 * @param swapTemperature of their softmax
 */
public record TargetSettings(
    TrainConfig train,
    CdimConfig cdim,
    float startFactor,
    float swapProbability,
    int swapNeighbours,
    float swapTemperature) {
  private static final int LARGE_EVENTS = 500_000;

  /**
   * The settings that measured best.
   *
   * @param events how many events the target has: the more, the less dropout
   */
  public static TargetSettings defaults(int events, long seed) {
    float dropout = events >= LARGE_EVENTS ? 0.2f : 0.5f;
    TrainConfig train =
        new TrainConfig(
            128, 60, 8, 1e-2f, 1e-3f, dropout, LossKind.AUTO, 1024, 6000, 1, true, seed);
    return new TargetSettings(train, CdimConfig.defaults(), 1, 0.2f, 20, 0.05f);
  }
}
