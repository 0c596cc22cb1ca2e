package dev.headwater.idp.cdim;

/**
 * Settings of the matcher.
 *
 * @param matches how many similar items are averaged, at least 1
 * @param weighting how similarities become weights
 * @param temperature of the softmax; unused by {@link Weighting#LINEAR}
 * @param restoreNorm whether the mean gets the weighted mean of its parts' norms back
 */
public record CdimConfig(int matches, Weighting weighting, float temperature, boolean restoreNorm) {
  /** Checks the bounds. */
  public CdimConfig {
    if (matches < 1) {
      throw new IllegalArgumentException("matches must be at least 1, not " + matches);
    }
    if (!(temperature > 0)) {
      throw new IllegalArgumentException("temperature must be positive, not " + temperature);
    }
  }

  /** The settings that measured best: softmax at 0.05 over 20 matches, norm restored. */
  public static CdimConfig defaults() {
    return new CdimConfig(20, Weighting.SOFTMAX, 0.05f, true);
  }

  /**
   * The form that the paper writes: similarities over their sum, the mean as it comes. It leaves
   * open over how many matches; 10 is ours.
   */
  public static CdimConfig paper() {
    return new CdimConfig(10, Weighting.LINEAR, defaults().temperature(), false);
  }

  /** The same over another number of matches. */
  public CdimConfig withMatches(int count) {
    return new CdimConfig(count, weighting, temperature, restoreNorm);
  }

  /** The same with other weights. */
  public CdimConfig withWeighting(Weighting other) {
    return new CdimConfig(matches, other, temperature, restoreNorm);
  }

  /** The same at another temperature of the softmax. */
  public CdimConfig withTemperature(float value) {
    return new CdimConfig(matches, weighting, value, restoreNorm);
  }

  /** The same with the norm restored or not. */
  public CdimConfig withRestoredNorm(boolean restore) {
    return new CdimConfig(matches, weighting, temperature, restore);
  }
}
