package dev.headwater.idp.evaluate;

import dev.headwater.idp.eval.Scorer;
import java.util.List;

/**
 * Raises the scores of some items by so many deviations of the history's scores.
 *
 * @param scorer the scores
 * @param raised which items
 * @param bias in deviations
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record BiasedScorer(Scorer scorer, boolean[] raised, float bias) implements Scorer {
  @Override
  public float[][] scores(List<int[]> histories) {
    float[][] all = scorer.scores(histories);
    for (float[] scores : all) {
      float step = (float) (deviation(scores) * bias);
      for (int i = 0; i < scores.length; i++) {
        if (raised[i]) {
          scores[i] += step;
        }
      }
    }
    return all;
  }

  private static double deviation(float[] values) {
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      sum += value;
      squares += (double) value * value;
    }
    double mean = sum / values.length;
    return Math.sqrt(Math.max(0, squares / values.length - mean * mean));
  }
}
