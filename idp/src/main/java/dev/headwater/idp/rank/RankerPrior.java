package dev.headwater.idp.rank;

import java.util.Arrays;

/**
 * The weights before a domain's first click: the mean of what was learned on the last events of
 * grocery, clothing and books, each from scratch. The time since the newest event changes nothing
 * at first.
 */
public final class RankerPrior {
  /** {@code [length of history][Feature]}, in the order of {@link Feature}. */
  private static final float[][] LEARNED = {
    {
      0.35f, 0.34f, -0.06f, 0.37f, 0.03f, 0.27f, 0.08f, 0.10f, 0.08f, 0.09f, -0.07f, -0.04f, -0.08f,
      0.25f, -0.05f, -0.06f, -0.01f,
    },
    {
      0.35f, 0.30f, 0.00f, 0.37f, 0.07f, 0.24f, 0.02f, -0.02f, -0.04f, 0.15f, -0.07f, -0.01f,
      -0.09f, 0.35f, -0.04f, -0.10f, 0.06f,
    },
    {
      0.40f, 0.33f, 0.00f, 0.36f, 0.06f, 0.21f, -0.02f, -0.07f, -0.04f, 0.11f, -0.05f, 0.00f,
      -0.12f, 0.35f, 0.04f, -0.11f, 0.01f,
    },
    {
      0.36f, 0.34f, -0.04f, 0.34f, 0.05f, 0.23f, -0.07f, -0.11f, -0.10f, 0.09f, -0.04f, -0.03f,
      -0.04f, 0.30f, 0.04f, -0.11f, 0.02f,
    },
    {
      0.37f, 0.35f, 0.01f, 0.32f, 0.08f, 0.24f, -0.10f, -0.18f, -0.11f, 0.08f, -0.03f, 0.00f,
      -0.06f, 0.30f, 0.01f, -0.10f, 0.01f,
    },
  };

  private RankerPrior() {}

  /** The same for every domain. */
  public static RankerWeights weights() {
    float[][] weights = Arrays.copyOf(LEARNED, RankerWeights.ROWS);
    for (int idle = LEARNED.length; idle < weights.length; idle++) {
      weights[idle] = new float[Feature.COUNT];
    }
    return new RankerWeights(0, weights);
  }
}
