package dev.headwater.idp.evaluate;

import dev.headwater.idp.cdim.CdimConfig;
import dev.headwater.idp.cdim.ColdStartRule;
import dev.headwater.idp.cdim.ColdStartRule.WarmPool;
import dev.headwater.idp.cdim.Weighting;
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
 * @param centred whether a model that was not trained gives each item's score less what the item
 *     scores for users in general
 */
public record TargetSettings(
    TrainConfig train,
    ColdStartRule coldStart,
    float startFactor,
    float swapProbability,
    int swapNeighbours,
    float swapTemperature,
    boolean centred) {
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
    return new TargetSettings(train.build(), coldStart, 1, 0.2f, 20, 0.05f, true);
  }

  /**
   * The form that the paper writes, where it says how: {@link TrainConfig.Builder#paper}, matches
   * weighed by their similarity alone, the norm and the scores as they come. Each departure of ours
   * can be had back by {@link #with}; docs/fidelity.md names them and what is left open.
   */
  public TargetSettings paper() {
    return new TargetSettings(
        train.toBuilder().paper().build(),
        coldStart.withMatcher(CdimConfig.paper()),
        1,
        swapProbability,
        swapNeighbours,
        swapTemperature,
        false);
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
    TargetSettings changed = this;
    for (Map.Entry<String, String> change : changes.entrySet()) {
      try {
        changed = changed.with(change.getKey(), change.getValue());
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "'%s' is no number that %s can have".formatted(change.getValue(), change.getKey()), e);
      }
    }
    return changed;
  }

  private TargetSettings with(String name, String value) {
    return switch (name) {
      case "start-factor" ->
          with(Float.parseFloat(value), swapProbability, swapNeighbours, centred);
      case "swap-probability" ->
          with(startFactor, Float.parseFloat(value), swapNeighbours, centred);
      case "swap-neighbours" ->
          with(startFactor, swapProbability, Integer.parseInt(value), centred);
      case "centred" ->
          with(startFactor, swapProbability, swapNeighbours, TrainConfig.isTrue(value));
      case "matches", "weighting", "temperature", "restore-norm" ->
          with(train, coldStart.withMatcher(matcher(name, value)));
      case "warm-items" -> with(train, coldStart.withWarmItems(Integer.parseInt(value)));
      case "warm-pool" -> with(train, coldStart.withWarmPool(WarmPool.named(value)));
      default -> with(train.toBuilder().set(name, value).build(), coldStart);
    };
  }

  private CdimConfig matcher(String name, String value) {
    CdimConfig matcher = coldStart.matcher();
    return switch (name) {
      case "matches" -> matcher.withMatches(Integer.parseInt(value));
      case "weighting" -> matcher.withWeighting(Weighting.named(value));
      case "temperature" -> matcher.withTemperature(Float.parseFloat(value));
      default -> matcher.withRestoredNorm(TrainConfig.isTrue(value));
    };
  }

  private TargetSettings with(TrainConfig otherTrain, ColdStartRule otherRule) {
    return new TargetSettings(
        otherTrain,
        otherRule,
        startFactor,
        swapProbability,
        swapNeighbours,
        swapTemperature,
        centred);
  }

  private TargetSettings with(float start, float swap, int neighbours, boolean centre) {
    return new TargetSettings(train, coldStart, start, swap, neighbours, swapTemperature, centre);
  }
}
