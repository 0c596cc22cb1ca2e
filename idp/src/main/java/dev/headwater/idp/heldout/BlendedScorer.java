package dev.headwater.idp.heldout;

import java.util.List;

/**
 * Two scorers added up, each first brought to mean 0 and deviation 1 over the items of a history.
 *
 * @param first counts once
 * @param second counts {@code weight} times
 * @param weight of the second
 */
public record BlendedScorer(Scorer first, Scorer second, float weight) implements Scorer {
  @Override
  public float[][] scores(List<int[]> histories) {
    float[][] a = first.scores(histories);
    float[][] b = second.scores(histories);
    for (int i = 0; i < a.length; i++) {
      standardise(a[i]);
      standardise(b[i]);
      for (int k = 0; k < a[i].length; k++) {
        a[i][k] += weight * b[i][k];
      }
    }
    return a;
  }

  private static void standardise(float[] values) {
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      sum += value;
      squares += (double) value * value;
    }
    double mean = sum / values.length;
    double deviation = Math.sqrt(Math.max(1e-12, squares / values.length - mean * mean));
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((values[i] - mean) / deviation);
    }
  }
}
