package dev.headwater.idp.heldout;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.tensor.Torch;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * EASE: ridge regression from the set of a user's items to itself, the diagonal held at 0, in
 * closed form. Its matrix is items by items, so it is for catalogs of some thousands. Source:
 * Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019.
 */
public final class EaseScorer implements Scorer {
  private static final float LAMBDA = 100;

  private final float[][] weights;
  private final double decay;

  private EaseScorer(float[][] weights, double decay) {
    this.weights = weights;
    this.decay = decay;
  }

  /**
   * Solves for the weights.
   *
   * @param items how many the domain has
   * @param sequences of training
   */
  public static EaseScorer fit(int items, List<int[]> sequences) {
    float[] gram = new float[items * items];
    for (int[] sequence : sequences) {
      int[] set = Arrays.stream(sequence).distinct().toArray();
      for (int a : set) {
        for (int b : set) {
          gram[a * items + b]++;
        }
      }
    }
    for (int i = 0; i < items; i++) {
      gram[i * items + i] += LAMBDA;
    }
    return new EaseScorer(solve(gram, items), 1);
  }

  /** The same with an item further back weighing less. */
  public EaseScorer withDecay(double value) {
    return new EaseScorer(weights, value);
  }

  private static float[][] solve(float[] gram, int items) {
    float[][] rows = new float[items][items];
    try (NDManager manager = Torch.newManager()) {
      NDArray inverse = manager.create(gram, new Shape(items, items)).inverse();
      FloatBuffer buffer = Torch.floats(inverse);
      float[] diagonal = new float[items];
      for (int i = 0; i < items; i++) {
        buffer.get(i * items, rows[i]);
        diagonal[i] = rows[i][i];
      }
      for (int i = 0; i < items; i++) {
        for (int k = 0; k < items; k++) {
          rows[i][k] = i == k ? 0 : -rows[i][k] / diagonal[k];
        }
      }
    }
    return rows;
  }

  @Override
  public float[][] scores(List<int[]> histories) {
    float[][] scores = new float[histories.size()][weights.length];
    for (int i = 0; i < scores.length; i++) {
      int[] history = histories.get(i);
      double weight = 1;
      for (int at = history.length - 1; at >= 0; at--, weight *= decay) {
        float[] row = weights[history[at]];
        for (int k = 0; k < row.length; k++) {
          scores[i][k] += (float) (weight * row[k]);
        }
      }
    }
    return scores;
  }
}
