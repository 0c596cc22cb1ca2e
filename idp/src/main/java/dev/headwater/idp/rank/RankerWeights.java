package dev.headwater.idp.rank;

import java.util.Optional;

/**
 * What the ranker has learned of a domain, at a moment. Never changed; for any thread.
 *
 * @param steps how many examples were learned
 * @param weights {@code [row][Feature]}: a row for each length of history; then, added to it, one
 *     for each time since its newest event, one for how often its last item was taken, and one for
 *     how long ago that was first taken
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

  /** Counts of the last item, and its ages in ticks, that have weights of their own. */
  private static final int STEPS = 6;

  private static final double TAKEN_STEP = 3;
  private static final double AGE_STEP = 8;
  private static final int TAKEN = BUCKETS + IDLE_MS.length;
  private static final int AGE = TAKEN + STEPS;

  /** How many rows there are. */
  public static final int ROWS = AGE + STEPS;

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

  /** The rows that count for an answer, that of the length first. */
  static int[] rows(RankContext context) {
    int length = bucket(context.historyLength());
    int idle = idleRow(context.idleMs());
    int taken = TAKEN + step(context.lastTaken(), TAKEN_STEP);
    int age = AGE + step(context.lastAge(), AGE_STEP);
    return idle < 0 ? new int[] {length, taken, age} : new int[] {length, idle, taken, age};
  }

  /** {@code ⌊log_base(1 + value)⌋}, at most the last step. */
  private static int step(double value, double base) {
    int step = 0;
    for (double from = base; step + 1 < STEPS && 1 + value >= from; from *= base) {
      step++;
    }
    return step;
  }

  /** The weights that candidates are scored by: the sum of the rows that count. */
  static float[] of(float[][] weights, FeatureTable table) {
    float[] sum = new float[Feature.COUNT];
    for (int row : rows(table.context())) {
      for (int k = 0; k < sum.length; k++) {
        sum[k] += weights[row][k];
      }
    }
    return sum;
  }

  /** What the weights say of each candidate, in the order of the table. */
  static double[] scores(float[][] weights, FeatureTable table) {
    float[] own = of(weights, table);
    double[] scores = new double[table.rows()];
    for (int row = 0; row < scores.length; row++) {
      scores[row] = table.dot(row, own);
    }
    return scores;
  }

  /** Why these weights must not be served; empty if they may. */
  public Optional<String> problem() {
    if (weights.length != ROWS) {
      return Optional.of("weights of " + weights.length + " contexts, not " + ROWS);
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
