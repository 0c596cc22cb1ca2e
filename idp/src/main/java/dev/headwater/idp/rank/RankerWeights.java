package dev.headwater.idp.rank;

import java.util.Optional;

/**
 * What the ranker has learned of a domain, at a moment. Never changed; for any thread.
 *
 * @param steps how many examples were learned
 * @param weights {@code [row][Feature]}: a row for each length of history, then one for each time
 *     since its newest event, which is added to it
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
public record RankerWeights(long steps, float[][] weights) {
  private static final long DAY_MS = 86_400_000L;

  /** The shortest histories that have weights of their own; the last stands for all longer ones. */
  private static final int[] LENGTHS = {1, 2, 4, 9, 21};

  /** How many lengths of history have weights of their own. */
  public static final int BUCKETS = LENGTHS.length;

  /**
   * The longest times since the newest event that have weights of their own, in ms: half an hour …
   */
  private static final long[] IDLE_MS = {
    1_800_000L, DAY_MS, 7 * DAY_MS, 30 * DAY_MS, 180 * DAY_MS, Long.MAX_VALUE
  };

  /** How many rows there are. */
  public static final int ROWS = BUCKETS + IDLE_MS.length;

  /** The time since the newest event where nobody knows it. */
  public static final long UNKNOWN = -1;

  /** No weight that learning finds comes near. */
  public static final float MOST = 20;

  /** Copies. */
  public RankerWeights {
    weights = copy(weights);
  }

  /** The weights of a history's length. */
  public static int bucket(int historyLength) {
    int bucket = 0;
    while (bucket + 1 < BUCKETS && historyLength >= LENGTHS[bucket + 1]) {
      bucket++;
    }
    return bucket;
  }

  /**
   * The row of a time since the newest event; below 0 where it is not known, which adds nothing.
   *
   * @param idleMs milliseconds
   */
  static int idleRow(long idleMs) {
    if (idleMs < 0) {
      return -1;
    }
    int at = 0;
    while (idleMs > IDLE_MS[at]) {
      at++;
    }
    return BUCKETS + at;
  }

  /**
   * The weights that candidates are scored by: of the length, and of the time where it is known.
   */
  static float[] of(float[][] weights, FeatureTable table) {
    float[] sum = weights[bucket(table.historyLength())].clone();
    int idle = idleRow(table.idleMs());
    for (int k = 0; idle >= 0 && k < sum.length; k++) {
      sum[k] += weights[idle][k];
    }
    return sum;
  }

  /** Why these weights must not be served; empty if they may. */
  public Optional<String> problem() {
    if (weights.length != ROWS) {
      return Optional.of("weights of " + weights.length + " lengths and times, not " + ROWS);
    }
    for (float[] ofLength : weights) {
      if (ofLength.length != Feature.COUNT) {
        return Optional.of("weights of " + ofLength.length + " features, not " + Feature.COUNT);
      }
      for (Feature feature : Feature.values()) {
        float weight = ofLength[feature.column()];
        if (!(Math.abs(weight) <= MOST)) {
          return Optional.of("the weight of " + feature + " is " + weight);
        }
      }
    }
    return Optional.empty();
  }

  static float[][] copy(float[][] rows) {
    float[][] copy = rows.clone();
    for (int i = 0; i < copy.length; i++) {
      copy[i] = rows[i].clone();
    }
    return copy;
  }
}
