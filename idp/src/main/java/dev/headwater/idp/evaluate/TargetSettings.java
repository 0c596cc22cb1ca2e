package dev.headwater.idp.evaluate;

import dev.headwater.idp.cdim.ColdStartRule;
import dev.headwater.idp.cdim.ColdStartRule.WarmPool;
import dev.headwater.idp.train.TrainConfig;
import java.util.Map;

/**
 * How a target is trained.
 *
 * @param train settings of training
 * @param coldStart how rows are made from texts
 * @param startFactor what generated embeddings are multiplied with before they are trained
 * @param swapProbability of row swap, in the modes that swap
 * @param swapNeighbours how many text neighbours make a swapped row
 * @param swapTemperature of their softmax
 */
public record TargetSettings(
    TrainConfig train,
    ColdStartRule coldStart,
    float startFactor,
    float swapProbability,
    int swapNeighbours,
    float swapTemperature) {
  private static final int LARGE_EVENTS = 500_000;
  private static final int LARGE_BATCH = 32;
  private static final int LARGE_FULL_SOFTMAX_ITEMS = 2_000;
  private static final int LARGE_EPOCHS = 24;
  private static final int LARGE_PATIENCE = 4;
  private static final int WINDOWS = 20;

  /** Checks the bounds of row swap. */
  public TargetSettings {
    if (!(swapProbability >= 0 && swapProbability <= 1) || swapNeighbours < 1) {
      throw new IllegalArgumentException(
          "swap-probability must be from 0 to 1 and swap-neighbours at least 1");
    }
  }

  /**
   * The settings that measured best.
   *
   * @param events how many events the target has: with many there is less dropout, the softmax is
   *     sampled sooner, a step takes fewer sequences, which are long then, and fewer epochs do
   * @param coldStart how rows are made from texts
   */
  public static TargetSettings defaults(int events, ColdStartRule coldStart, long seed) {
    TrainConfig.Builder train = TrainConfig.builder().windows(WINDOWS).dropout(0.5f).seed(seed);
    if (events >= LARGE_EVENTS) {
      train
          .dropout(0.2f)
          .batchSize(LARGE_BATCH)
          .fullSoftmaxItems(LARGE_FULL_SOFTMAX_ITEMS)
          .epochs(LARGE_EPOCHS, LARGE_PATIENCE);
    }
    return new TargetSettings(train.build(), coldStart, 1, 0.2f, 20, 0.05f);
  }

  /** Whether these are settings of a target with many events, where row swap takes away. */
  boolean isLarge() {
    return train.batchSize() == LARGE_BATCH;
  }

  /**
   * The same with some settings replaced by name, as a command line gives them.
   *
   * @param changes names as in {@code windows, dropout, start-factor}
   * @throws IllegalArgumentException naming what is unknown or not a number
   */
  public TargetSettings with(Map<String, String> changes) {
    TrainConfig.Builder builder = train.toBuilder();
    float start = startFactor;
    float probability = swapProbability;
    int neighbours = swapNeighbours;
    ColdStartRule rule = coldStart;
    for (Map.Entry<String, String> change : changes.entrySet()) {
      String value = change.getValue();
      try {
        switch (change.getKey()) {
          case "start-factor" -> start = Float.parseFloat(value);
          case "swap-probability" -> probability = Float.parseFloat(value);
          case "swap-neighbours" -> neighbours = Integer.parseInt(value);
          case "matches" ->
              rule = rule.withMatcher(rule.matcher().withMatches(Integer.parseInt(value)));
          case "warm-items" -> rule = rule.withWarmItems(Integer.parseInt(value));
          case "warm-pool" -> rule = rule.withWarmPool(WarmPool.named(value));
          default -> builder.set(change.getKey(), value);
        }
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "'%s' is no number that %s can have".formatted(value, change.getKey()), e);
      }
    }
    return new TargetSettings(
        builder.build(), rule, start, probability, neighbours, swapTemperature);
  }
}
