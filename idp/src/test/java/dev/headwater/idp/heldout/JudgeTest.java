package dev.headwater.idp.heldout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class JudgeTest {
  private static final double EXACT = 1e-9;

  @Test
  void theBestItemIsFirstByBothProtocols() {
    Judgement found = judge(new float[] {9, 5, 1, 2, 3}, new HeldOut(new int[] {0}, 1));
    assertThat(found).isEqualTo(new Judgement(List.of(1.0), List.of(1.0)));
    for (Metric metric : Metric.values()) {
      assertThat(found.mean(metric)).as(metric.key()).isEqualTo(1);
      assertThat(found.interval(metric)).isEqualTo(new Interval(0, 1));
    }
  }

  @Test
  void aTieCountsHalf() {
    // Rank 1 beside one equal: 1.5. Items of the history do not stand in the way.
    Judgement found = judge(new float[] {9, 5, 5, 2}, new HeldOut(new int[] {0}, 1));
    assertThat(found.hr10()).isEqualTo(1);
    assertThat(found.ndcg10()).isCloseTo(Math.log(2) / Math.log(2.5), within(EXACT));
    assertThat(found.mean(Metric.MRR)).isCloseTo(1 / 1.5, within(EXACT));
  }

  @Test
  void theEleventhPlaceIsNoHit() {
    float[] scores = new float[20];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = -i;
    }
    assertThat(judge(scores, new HeldOut(new int[] {19}, 9)).hr10()).isEqualTo(1);
    Judgement eleventh = judge(scores, new HeldOut(new int[] {19}, 10));
    assertThat(eleventh.hr10()).isZero();
    assertThat(eleventh.ndcg10()).isZero();
    assertThat(eleventh.mean(Metric.MRR)).isCloseTo(1 / 11.0, within(EXACT));
  }

  @Test
  void theSampledRankIsAmongUnseenItemsOnly() {
    // All that would rank above stands in the history, and is never drawn.
    Judgement found = judge(new float[] {9, 8, 7, 1, 0, 0}, new HeldOut(new int[] {0, 1, 2}, 3));
    assertThat(found.mean(Metric.SAMPLED_HR1)).isEqualTo(1);
    // The last of all: only two items are unseen, so two are drawn, both above.
    Judgement last = judge(new float[] {9, 8, 7, -1, 0, 0}, new HeldOut(new int[] {0, 1, 2}, 3));
    assertThat(last.mean(Metric.SAMPLED_HR5)).isEqualTo(1);
    assertThat(last.mean(Metric.SAMPLED_HR1)).isZero();
    assertThat(last.mean(Metric.SAMPLED_NDCG5)).isCloseTo(Math.log(2) / Math.log(4), within(EXACT));
  }

  @Test
  void aScoreThatIsNoNumberComesLast() {
    Judgement found = judge(new float[] {0, Float.NaN, 1, 2}, new HeldOut(new int[] {0}, 1));
    assertThat(found.mean(Metric.MRR)).isCloseTo(1 / 3.0, within(EXACT));
    assertThat(found.mean(Metric.SAMPLED_HR1)).isZero();
  }

  @Test
  void figuresAreMeansOverUsers() {
    Scorer scorer = histories -> new float[][] {{9, 5, 1}, {9, 5, 1}};
    List<HeldOut> asked = List.of(new HeldOut(new int[] {0}, 1), new HeldOut(new int[] {0}, 2));
    Judgement found = new Judge(3).judge(scorer, asked);
    assertThat(found.mean(Metric.MRR)).isCloseTo(0.75, within(EXACT));
    assertThat(found.users()).isEqualTo(2);
    assertThat(new Judge(3).ranks(scorer, asked)).containsExactly(1, 2);
  }

  @Test
  void popularityCountsClicksAndLooksAtNoHistory() {
    Scorer popularity = new PopularityScorer(4, List.of(new int[] {2, 1}, new int[] {2}));
    float[][] scores = popularity.scores(List.of(new int[] {0}, new int[] {2}));
    assertThat(scores[0]).containsExactly(0, 1, 2, 0);
    assertThat(scores[1]).containsExactly(scores[0]);
  }

  @Test
  void textNeighboursAreThoseOfTheLastItems() {
    float[][] texts = {{1, 0}, {0, 1}, {0.6f, 0.8f}};
    try (TextScorer last = new TextScorer(texts, 1);
        TextScorer two = new TextScorer(texts, 2)) {
      List<int[]> history = List.of(new int[] {2, 0, 1});
      assertThat(last.scores(history)[0]).containsExactly(new float[] {0, 1, 0.8f}, within(1e-6f));
      assertThat(two.scores(history)[0])
          .containsExactly(new float[] {0.5f, 0.5f, 0.7f}, within(1e-6f));
    }
  }

  @Test
  void aBlendWeighsScoresOfOneScale() {
    Scorer small = histories -> new float[][] {{0, 0.01f}};
    Scorer large = histories -> new float[][] {{500, 0}};
    List<int[]> history = List.of(new int[] {0});
    float[] half = new BlendedScorer(small, large, 0.5f).scores(history)[0];
    assertThat(half[1]).isGreaterThan(half[0]);
    float[] twice = new BlendedScorer(small, large, 2).scores(history)[0];
    assertThat(twice[0]).isGreaterThan(twice[1]);
  }

  private static Judgement judge(float[] scores, HeldOut question) {
    return new Judge(scores.length)
        .judge(histories -> new float[][] {scores.clone()}, List.of(question));
  }
}
