package dev.headwater.idp.evaluate;

import dev.headwater.idp.eval.HeldOut;
import dev.headwater.idp.eval.Scorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * For each question the bias on cold items at which its answer turns: a cold target is among the
 * first ten above its margin, a warm one up to its margin. So the hits at every bias are known from
 * one pass. For one thread.
 */
final class ColdMargins {
  private static final int FIRST = 10;
  private static final int MAX_BATCH = 256;

  private final List<Float> cold = new ArrayList<>();
  private final List<Float> warm = new ArrayList<>();

  /**
   * Adds questions of one split.
   *
   * @param unit what a bias of 1 adds to a score
   */
  void add(Scorer scorer, boolean[] isCold, List<HeldOut> questions, double unit) {
    List<HeldOut> sorted = new ArrayList<>(questions);
    sorted.sort(Comparator.comparingInt(question -> question.history().length));
    for (int from = 0; from < sorted.size(); from += MAX_BATCH) {
      List<HeldOut> batch = sorted.subList(from, Math.min(sorted.size(), from + MAX_BATCH));
      float[][] scores = scorer.scores(batch.stream().map(HeldOut::history).toList());
      for (int i = 0; i < scores.length; i++) {
        HeldOut question = batch.get(i);
        float margin = (float) (margin(scores[i], isCold, question) / unit);
        (isCold[question.target()] ? cold : warm).add(margin);
      }
    }
  }

  /** The share of cold targets among the first ten at a bias. */
  double coldHr10(double bias) {
    return share(cold.stream().filter(margin -> bias > margin).count(), cold.size());
  }

  /** The share of warm targets among the first ten at a bias. */
  double warmHr10(double bias) {
    return share(warm.stream().filter(margin -> bias <= margin).count(), warm.size());
  }

  /** The largest bias at which warm users still have this much. */
  double largestBias(double floor) {
    List<Float> margins = new ArrayList<>(warm);
    margins.sort(Collections.reverseOrder());
    int needed = (int) Math.ceil(floor * margins.size());
    return needed < 1 || needed > margins.size() ? 0 : margins.get(needed - 1);
  }

  /**
   * The smallest bias at which cold targets are found as often as warm ones: beyond it a new item
   * takes places that better answers had. Infinite where no bias is enough.
   */
  double parity() {
    List<Float> margins = new ArrayList<>(cold);
    Collections.sort(margins);
    for (float margin : margins) {
      float above = Math.nextUp(margin);
      if (coldHr10(above) >= warmHr10(above)) {
        return above;
      }
    }
    return Double.POSITIVE_INFINITY;
  }

  private static double share(long hits, int of) {
    return of == 0 ? 0 : (double) hits / of;
  }

  /** Overwrites the scores of the history. */
  private static float margin(float[] scores, boolean[] isCold, HeldOut question) {
    float own = scores[question.target()];
    boolean asksCold = isCold[question.target()];
    for (int item : question.history()) {
      scores[item] = Float.NEGATIVE_INFINITY;
    }
    float[] others = new float[scores.length];
    int count = 0;
    int place = 1;
    for (int i = 0; i < scores.length; i++) {
      if (isCold[i] != asksCold) {
        others[count++] = scores[i];
      } else if (i != question.target() && scores[i] >= own) {
        place++;
      }
    }
    if (place > FIRST || Float.isNaN(own)) {
      return asksCold ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY;
    }
    Arrays.sort(others, 0, count);
    // Room for FIRST - place of the others; the next one pushes the target out.
    int next = count - 1 - (FIRST - place);
    float rival = next < 0 ? Float.NEGATIVE_INFINITY : others[next];
    return asksCold ? rival - own : own - rival;
  }
}
