package dev.headwater.idp.evaluate;

import java.util.Arrays;

/** The rank of a target among all items but those of the history; ties count half. */
final class DenseRank {
  private DenseRank() {}

  static double of(float[] scores, int[] history, int target) {
    double rank = 1;
    for (int item = 0; item < scores.length; item++) {
      rank += item == target ? 0 : above(scores, item, target);
    }
    for (int item : Arrays.stream(history).distinct().toArray()) {
      rank -= item == target ? 0 : above(scores, item, target);
    }
    return rank;
  }

  private static double above(float[] scores, int item, int target) {
    if (scores[item] > scores[target]) {
      return 1;
    }
    return scores[item] == scores[target] ? 0.5 : 0;
  }
}
