package dev.headwater.idp.heldout;

import java.util.List;

/**
 * Scores less what the item scores for users in general. A generated embedding carries how often
 * its source items were clicked, which says nothing of the target domain; a model that was not
 * trained there would recommend the same few items to everybody. No click of the target's test or
 * validation events is looked at, only histories. For one thread.
 */
public final class CentredScorer implements Scorer {
  private static final int BATCH = 256;

  private final Scorer scorer;
  private final float[] means;

  /**
   * Measures the means.
   *
   * @param histories of some hundred users or more, oldest item first
   */
  public CentredScorer(Scorer scorer, List<int[]> histories) {
    this.scorer = scorer;
    means = means(scorer, histories);
  }

  @Override
  public float[][] scores(List<int[]> histories) {
    float[][] scores = scorer.scores(histories);
    for (float[] ofUser : scores) {
      for (int item = 0; item < ofUser.length; item++) {
        ofUser[item] -= means[item];
      }
    }
    return scores;
  }

  private static float[] means(Scorer scorer, List<int[]> histories) {
    double[] sums = new double[0];
    for (int from = 0; from < histories.size(); from += BATCH) {
      int to = Math.min(histories.size(), from + BATCH);
      for (float[] ofUser : scorer.scores(histories.subList(from, to))) {
        if (sums.length == 0) {
          sums = new double[ofUser.length];
        }
        for (int item = 0; item < ofUser.length; item++) {
          sums[item] += ofUser[item];
        }
      }
    }
    float[] means = new float[sums.length];
    for (int item = 0; item < means.length; item++) {
      means[item] = (float) (sums[item] / histories.size());
    }
    return means;
  }
}
