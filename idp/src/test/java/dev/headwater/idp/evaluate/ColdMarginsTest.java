package dev.headwater.idp.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.idp.eval.HeldOut;
import dev.headwater.idp.eval.Judge;
import dev.headwater.idp.eval.Scorer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ColdMarginsTest {
  private static final int ITEMS = 60;
  private static final int USERS = 300;

  private final boolean[] isCold = new boolean[ITEMS];
  private final float[][] scores = new float[USERS][ITEMS];
  private final List<HeldOut> questions = new ArrayList<>();

  ColdMarginsTest() {
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < ITEMS; i++) {
      isCold[i] = i % 4 == 0;
    }
    for (int u = 0; u < USERS; u++) {
      for (int i = 0; i < ITEMS; i++) {
        scores[u][i] = (float) random.nextGaussian();
      }
      int target = 1 + random.nextInt(ITEMS - 1);
      scores[u][target] += 1;
      questions.add(new HeldOut(new int[] {0, ITEMS - 1 == target ? 1 : ITEMS - 1}, target));
    }
  }

  @Test
  void countsWhatRankingWithTheBiasWouldCount() {
    ColdMargins margins = new ColdMargins();
    margins.add(raised(0), isCold, questions, 2);
    for (float bias : new float[] {-1, -0.3f, 0, 0.21f, 0.5f, 3}) {
      double[] ranks = new Judge(ITEMS).ranks(raised(2 * bias), questions);
      assertThat(margins.coldHr10(bias)).isEqualTo(share(ranks, true));
      assertThat(margins.warmHr10(bias)).isEqualTo(share(ranks, false));
    }
  }

  @Test
  void findsTheLargestBiasThatKeepsWarmUsers() {
    ColdMargins margins = new ColdMargins();
    margins.add(raised(0), isCold, questions, 1);
    double floor = margins.warmHr10(0) * 0.9;
    double bias = margins.largestBias(floor);
    assertThat(margins.warmHr10(bias)).isGreaterThanOrEqualTo(floor);
    assertThat(margins.warmHr10(bias + 0.2)).isLessThan(floor);
    assertThat(margins.coldHr10(bias)).isGreaterThan(margins.coldHr10(0));
  }

  @Test
  void findsWhereColdItemsAreFoundAsOftenAsWarmOnes() {
    ColdMargins margins = new ColdMargins();
    margins.add(raised(-1), isCold, questions, 1);
    double bias = margins.parity();
    assertThat(bias).isGreaterThan(0.5);
    assertThat(margins.coldHr10(bias)).isGreaterThanOrEqualTo(margins.warmHr10(bias));
    assertThat(margins.coldHr10(bias - 0.05)).isLessThan(margins.warmHr10(bias - 0.05));
  }

  @Test
  void nobodyToAskSharesNothing() {
    assertThat(new ColdMargins().parity()).isInfinite();
    assertThat(new ColdMargins().coldHr10(1)).isZero();
    assertThat(new ColdMargins().largestBias(0.1)).isZero();
  }

  private double share(double[] ranks, boolean cold) {
    double hits = 0;
    double count = 0;
    for (int u = 0; u < USERS; u++) {
      if (isCold[questions.get(u).target()] == cold) {
        count++;
        hits += ranks[u] <= 10 ? 1 : 0;
      }
    }
    return hits / count;
  }

  /** Scores by the user's number, which stands nowhere but in the order of the questions. */
  private Scorer raised(float bias) {
    int[] next = {0};
    return histories ->
        histories.stream()
            .map(
                history -> {
                  float[] own = scores[next[0]++ % USERS].clone();
                  for (int i = 0; i < ITEMS; i++) {
                    own[i] += isCold[i] ? bias : 0;
                  }
                  return own;
                })
            .toArray(float[][]::new);
  }
}
