package dev.headwater.store.inspect;

import dev.headwater.events.wire.VectorFormat;
import dev.headwater.store.table.Quantizer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a storage format costs in ranking quality, measured on a table: every user's items are
 * ranked by inner product with the rows as they read back from the format, and the place of the
 * item the user went on to is looked at (HR@10 and NDCG@10, He et al. 2015, over all items, without
 * sampling).
 *
 * @param format how the rows were stored
 * @param hr10 fraction of users whose item stands among the first ten
 * @param ndcg10 the same, weighted by place
 * @param overlap10 mean fraction of the exact table's first ten that stand among the first ten
 * @param users measured
 */
public record FormatLoss(
    VectorFormat format, double hr10, double ndcg10, double overlap10, int users) {
  private static final int TOP = 10;

  /**
   * Measures all formats.
   *
   * @param table item embeddings {@code [items, dim]}
   * @param users user vectors {@code [users, dim]}, as the encoder gives them
   * @param targets index of the item that each user went on to {@code [users]}
   * @return FP32, FP16, INT8
   */
  public static List<FormatLoss> measure(float[][] table, float[][] users, int[] targets) {
    if (users.length != targets.length) {
      throw new IllegalArgumentException(
          users.length + " users, but " + targets.length + " targets");
    }
    int[][] exact = new int[users.length][];
    List<FormatLoss> losses = new ArrayList<>();
    for (VectorFormat format : List.of(VectorFormat.FP32, VectorFormat.FP16, VectorFormat.INT8)) {
      losses.add(measure(format, table, users, targets, exact));
    }
    return losses;
  }

  private static FormatLoss measure(
      VectorFormat format, float[][] table, float[][] users, int[] targets, int[][] exact) {
    float[][] stored = new float[table.length][];
    for (int i = 0; i < table.length; i++) {
      stored[i] = Quantizer.roundTrip(table[i], format);
    }
    double hits = 0;
    double gain = 0;
    double overlap = 0;
    float[] scores = new float[table.length];
    for (int user = 0; user < users.length; user++) {
      for (int i = 0; i < stored.length; i++) {
        scores[i] = dot(users[user], stored[i]);
      }
      int rank = rank(scores, targets[user]);
      if (rank < TOP) {
        hits++;
        gain += Math.log(2) / Math.log(rank + 2);
      }
      int[] top = top(scores);
      if (format == VectorFormat.FP32) {
        exact[user] = top;
      }
      overlap += common(exact[user], top) / (double) Math.max(1, top.length);
    }
    int count = Math.max(1, users.length);
    return new FormatLoss(format, hits / count, gain / count, overlap / count, users.length);
  }

  private static float dot(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** Place of an item, 0 the best; of equal scores the earlier item comes first. */
  private static int rank(float[] scores, int item) {
    int better = 0;
    for (int i = 0; i < scores.length; i++) {
      if (scores[i] > scores[item] || (scores[i] == scores[item] && i < item)) {
        better++;
      }
    }
    return better;
  }

  private static int[] top(float[] scores) {
    int[] best = new int[Math.min(TOP, scores.length)];
    int size = 0;
    for (int i = 0; i < scores.length; i++) {
      if (size == best.length && scores[i] <= scores[best[size - 1]]) {
        continue;
      }
      int at = size < best.length ? size++ : size - 1;
      for (; at > 0 && scores[best[at - 1]] < scores[i]; at--) {
        best[at] = best[at - 1];
      }
      best[at] = i;
    }
    return best;
  }

  private static int common(int[] a, int[] b) {
    int common = 0;
    for (int x : a) {
      for (int y : b) {
        common += x == y ? 1 : 0;
      }
    }
    return common;
  }
}
