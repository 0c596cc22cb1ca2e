package dev.headwater.idp.heldout;

import java.util.Arrays;
import java.util.List;

/** Scores every item by how often it was chosen. */
public final class PopularityScorer implements Scorer {
  private final float[] counts;

  /** Counts the items of training sequences. */
  public PopularityScorer(int itemCount, List<int[]> sequences) {
    counts = new float[itemCount];
    for (int[] sequence : sequences) {
      for (int item : sequence) {
        counts[item]++;
      }
    }
  }

  @Override
  public float[][] scores(List<int[]> histories) {
    float[][] scores = new float[histories.size()][];
    Arrays.setAll(scores, i -> counts.clone());
    return scores;
  }
}
