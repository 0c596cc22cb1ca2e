package dev.headwater.idp.heldout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headwater.idp.encoder.EncoderConfig;
import dev.headwater.idp.encoder.SasRec;
import dev.headwater.idp.encoder.UserEncoder;
import dev.headwater.idp.tensor.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against the plainest way to say the same: encode each history alone, score each item alone. */
class FullRankingTest {
  private static final int DIM = 8;
  private static final int FIRST = 6;
  private static final int ITEMS = 30;

  private final SplittableRandom random = new SplittableRandom(3);
  private final SasRec encoder =
      new SasRec(new EncoderConfig(DIM, 5, 1, 2, false), new SplittableRandom(1));
  private final Rows table = new Rows(DIM, FIRST + ITEMS);

  FullRankingTest() {
    for (int row = 0; row < FIRST + ITEMS; row++) {
      float[] values = new float[DIM];
      for (int k = 0; k < DIM; k++) {
        values[k] = (float) random.nextGaussian();
      }
      table.set(row, values);
    }
  }

  @AfterEach
  void close() {
    encoder.close();
    table.close();
  }

  @Test
  void ranksAgreeWithScoringEachItemAlone() {
    List<HeldOut> asked = questions(260);
    double[] ranks = FullRanking.ranks(encoder, table, FIRST, ITEMS, asked);
    for (int i = 0; i < asked.size(); i++) {
      HeldOut question = asked.get(i);
      double[] scores = scores(question.history());
      Set<Integer> hidden = new HashSet<>();
      Arrays.stream(question.history()).forEach(hidden::add);
      double expected = 1;
      for (int item = 0; item < ITEMS; item++) {
        if (item != question.target()
            && !hidden.contains(item)
            && scores[item] > scores[question.target()]) {
          expected++;
        }
      }
      assertThat(ranks[i]).as("question %d", i).isEqualTo(expected);
    }
  }

  @Test
  void theScorerGivesWhatTheRankingSorts() {
    List<HeldOut> asked = questions(20);
    ModelScorer scorer = new ModelScorer(encoder, table, FIRST, ITEMS);
    float[][] found = scorer.scores(asked.stream().map(HeldOut::history).toList());
    for (int i = 0; i < asked.size(); i++) {
      double[] expected = scores(asked.get(i).history());
      assertThat(found[i]).hasSize(ITEMS);
      for (int item = 0; item < ITEMS; item++) {
        assertThat((double) found[i][item]).isCloseTo(expected[item], within(1e-4));
      }
    }
    assertThat(new Judge(ITEMS).ranks(scorer, asked))
        .containsExactly(FullRanking.ranks(encoder, table, FIRST, ITEMS, asked));
  }

  @Test
  void nobodyAskedIsNoRank() {
    assertThat(FullRanking.ranks(encoder, table, FIRST, ITEMS, List.of())).isEmpty();
    assertThat(new Judge(ITEMS).judge(new ModelScorer(encoder, table, FIRST, ITEMS), List.of()))
        .isEqualTo(new Judgement(List.of(), List.of()));
  }

  @Test
  void itemsThatAreAllAlikeShareTheMiddle() {
    for (int item = 0; item < ITEMS; item++) {
      table.set(FIRST + item, new float[DIM]);
    }
    HeldOut question = new HeldOut(new int[] {1, 2}, 7);
    double[] ranks = FullRanking.ranks(encoder, table, FIRST, ITEMS, List.of(question));
    assertThat(ranks[0]).isEqualTo(1 + (ITEMS - 3) / 2.0);
  }

  @Test
  void sampledRanksAreOfTheSameSampleWhoeverScores() {
    List<HeldOut> asked = questions(40);
    Judge judge = new Judge(ITEMS);
    Scorer scorer = new ModelScorer(encoder, table, FIRST, ITEMS);
    assertThat(judge.judge(scorer, asked)).isEqualTo(judge.judge(scorer, asked));
    assertThat(judge.judge(scorer, asked).users()).isEqualTo(40);
  }

  private double[] scores(int[] history) {
    float[][] rows = new float[history.length][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = table.get(FIRST + history[i]);
    }
    float[] user = new UserEncoder(encoder).encode(List.<float[][]>of(rows))[0];
    double[] scores = new double[ITEMS];
    for (int item = 0; item < ITEMS; item++) {
      float[] row = table.get(FIRST + item);
      for (int k = 0; k < DIM; k++) {
        scores[item] += (double) user[k] * row[k];
      }
    }
    return scores;
  }

  private List<HeldOut> questions(int count) {
    List<HeldOut> asked = new ArrayList<>();
    while (asked.size() < count) {
      int[] history = new int[1 + random.nextInt(8)];
      Arrays.setAll(history, i -> random.nextInt(ITEMS));
      int target = random.nextInt(ITEMS);
      if (Arrays.stream(history).noneMatch(item -> item == target)) {
        asked.add(new HeldOut(history, target));
      }
    }
    return asked;
  }
}
