package dev.headwater.idp.rank;

import java.util.Arrays;

/**
 * All that learning knows of a ranker: what a checkpoint keeps.
 *
 * @param weights what is served
 * @param squares AdaGrad's sums of squared gradients, {@code [row][Feature]} as the weights
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
public record RankerState(RankerWeights weights, float[][] squares) {
  private static final float PRIOR_SQUARES = 30f;

  /** Copies. */
  public RankerState {
    squares = RankerWeights.copy(squares);
  }

  /** Weights of which nothing is known but their values, such as the prior. */
  public static RankerState of(RankerWeights weights) {
    float[][] squares = new float[RankerWeights.ROWS][Feature.COUNT];
    for (float[] ofLength : squares) {
      Arrays.fill(ofLength, PRIOR_SQUARES);
    }
    return new RankerState(weights, squares);
  }
}
