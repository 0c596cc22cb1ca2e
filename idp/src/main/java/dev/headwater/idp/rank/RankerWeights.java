package dev.headwater.idp.rank;

import java.util.Optional;

/**
 * What the ranker has learned of a domain, at a moment. Never changed; for any thread.
 *
 * @param steps how many examples were learned
 * @param weights {@code [length of history][Feature]}
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
public record RankerWeights(long steps, float[][] weights) {
  /** The shortest histories that have weights of their own; the last stands for all longer ones. */
  private static final int[] LENGTHS = {1, 2, 4, 9, 21};

  /** How many lengths of history have weights of their own. */
  public static final int BUCKETS = LENGTHS.length;

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

  /** Why these weights must not be served; empty if they may. */
  public Optional<String> problem() {
    if (weights.length != BUCKETS) {
      return Optional.of("weights of " + weights.length + " lengths of history, not " + BUCKETS);
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
