package dev.headwater.idp.rank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OnlineRankerTest {
  private static final int ROWS = 6;
  private final FeatureTable table = random(3);

  @Test
  void theGradientIsThatOfTheLogLikelihood() {
    checkGradient(1, 1);
    checkGradient(0.5, 0.5);
  }

  @Test
  void theGradientOfADislikeIsThatOfNotTakingTheItem() {
    checkGradient(-1, -1);
  }

  private void checkGradient(double weight, double expected) {
    float[][] weights = RankerPrior.weights().weights();
    double[] gradient = ranker(weights).gradient(table, 2, weight);
    int bucket = RankerWeights.bucket(3);
    for (int k = 0; k < Feature.COUNT; k++) {
      float before = weights[bucket][k];
      weights[bucket][k] = before + 1e-2f;
      double above = loss(weights, expected);
      weights[bucket][k] = before - 1e-2f;
      double below = loss(weights, expected);
      weights[bucket][k] = before;
      assertThat(gradient[k]).isEqualTo((above - below) / 2e-2, within(2e-3));
    }
  }

  private double loss(float[][] weights, double weight) {
    double[] scores = ranker(weights).scores(table);
    double sum = 0;
    for (double score : scores) {
      sum += Math.exp(score);
    }
    double chance = Math.exp(scores[2]) / sum;
    return weight > 0 ? -weight * Math.log(chance) : weight * Math.log(1 - chance);
  }

  @Test
  void learnsWhichFeatureTellsTheTarget() {
    OnlineRanker ranker = ranker(RankerPrior.weights().weights());
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 2_000; i++) {
      FeatureTable some = random(random.nextInt(100_000));
      ranker.learn(some, best(some, Feature.TAKEN), 1);
    }
    int right = 0;
    for (int i = 0; i < 100; i++) {
      FeatureTable some = random(200_000 + i);
      double[] scores = ranker.scores(some);
      right += best(scores) == best(some, Feature.TAKEN) ? 1 : 0;
    }
    assertThat(right).isGreaterThan(60);
  }

  /** Ranked in one process, learned in another. */
  @Test
  void anOwnerThatIsToldLearnsWhatItWouldLearnItselfBitForBit() {
    OnlineRanker alone = ranker(RankerPrior.weights().weights());
    OnlineRanker worker = ranker(RankerPrior.weights().weights());
    OnlineRanker owner = ranker(RankerPrior.weights().weights());
    for (int i = 0; i < 50; i++) {
      FeatureTable some = random(i);
      double weight = i % 7 == 0 ? -1 : 1;
      alone.learn(some, 2, weight);
      WeightGradient said = Objects.requireNonNull(worker.say(some, 2, weight));
      byte[] bytes = WeightGradientCodec.encode(said);
      assertThat(bytes).hasSizeLessThan(8 * Feature.COUNT + 8);
      assertThat(owner.take(WeightGradientCodec.decode(bytes))).isTrue();
      assertThat(RankerCodec.encode(owner.state())).isEqualTo(RankerCodec.encode(alone.state()));
      worker = new OnlineRanker(owner.state(), RankConfig.defaults());
    }
    assertThat(worker.say(table, -1, 1)).as("no candidate").isNull();
    assertThat(worker.say(table, 2, 0)).as("no weight").isNull();
  }

  @Test
  void refusesAGradientThatIsCutOrHasOtherFeaturesOrContexts() {
    WeightGradient said = new WeightGradient(new int[] {1}, new double[Feature.COUNT]);
    byte[] bytes = WeightGradientCodec.encode(said);
    byte[] cut = Arrays.copyOf(bytes, bytes.length - 1);
    assertThatThrownBy(() -> WeightGradientCodec.decode(cut)).hasMessageContaining("cut");
    byte[] features = bytes.clone();
    features[1]++;
    assertThatThrownBy(() -> WeightGradientCodec.decode(features))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("features");
    byte[] context = bytes.clone();
    context[3] = 120;
    assertThatThrownBy(() -> WeightGradientCodec.decode(context)).hasMessageContaining("120");
  }

  @Test
  void aDislikePushesTheItemDown() {
    OnlineRanker ranker = ranker(RankerPrior.weights().weights());
    double before = chance(ranker.scores(table), 2);
    ranker.learn(table, 2, -1);
    assertThat(chance(ranker.scores(table), 2)).isLessThan(before);
  }

  @Test
  void learnsNothingFromAnItemThatWasNoCandidate() {
    OnlineRanker ranker = ranker(RankerPrior.weights().weights());
    byte[] before = RankerCodec.encode(ranker.state());
    assertThat(ranker.learn(table, -1, 1)).isFalse();
    assertThat(RankerCodec.encode(ranker.state())).isEqualTo(before);
  }

  @Test
  void refusesAStepThatIsNoNumber() {
    OnlineRanker ranker = ranker(RankerPrior.weights().weights());
    byte[] before = RankerCodec.encode(ranker.state());
    FeatureTable broken = random(3);
    broken.set(1, Feature.COUNTED, Double.NaN);
    assertThat(ranker.learn(broken, 2, 1)).isFalse();
    assertThat(RankerCodec.encode(ranker.state())).isEqualTo(before);
  }

  @Test
  void onlyTheWeightsOfTheContextLearn() {
    OnlineRanker ranker = ranker(RankerPrior.weights().weights());
    ranker.learn(table, 2, 1);
    float[][] after = ranker.weights().weights();
    float[][] prior = RankerPrior.weights().weights();
    int[] rows = RankerWeights.rows(table.context());
    for (int row = 0; row < RankerWeights.ROWS; row++) {
      int each = row;
      if (Arrays.stream(rows).anyMatch(counts -> counts == each)) {
        assertThat(after[row]).isNotEqualTo(prior[row]);
      } else {
        assertThat(after[row]).isEqualTo(prior[row]);
      }
    }
  }

  @Test
  void theLastItemsCountAndAgeHaveWeightsThatAreAdded() {
    double[] takenOrAge = {0, 1.9, 2, 7, 8, 26, 80, 241, 242, 1e9};
    int[] taken = {0, 0, 1, 1, 2, 3, 4, 4, 5, 5};
    int[] age = {0, 0, 0, 1, 1, 1, 2, 2, 2, 5};
    for (int i = 0; i < taken.length; i++) {
      int[] rows =
          RankerWeights.rows(
              new RankContext(3, RankerWeights.UNKNOWN, takenOrAge[i], takenOrAge[i]));
      assertThat(rows).as("%s", takenOrAge[i]).containsExactly(1, 11 + taken[i], 17 + age[i]);
    }
    assertThat(RankerWeights.rows(new RankContext(3, 0, 0, 0))).containsExactly(1, 5, 11, 17);
  }

  @Test
  void howLongTheUserWasAwayHasWeightsThatAreAddedAndLearned() {
    OnlineRanker ranker = ranker(RankerPrior.weights().weights());
    FeatureTable soon = random(3);
    soon.start(ROWS, new RankContext(3, 60_000, 0, 0));
    for (int row = 0; row < ROWS; row++) {
      soon.set(row, Feature.COUNTED, row);
    }
    double before = chance(ranker.scores(soon), 2);
    for (int i = 0; i < 50; i++) {
      ranker.learn(soon, 2, 1);
    }
    assertThat(chance(ranker.scores(soon), 2)).isGreaterThan(before);
    float[][] after = ranker.weights().weights();
    int row = RankerWeights.idleRow(60_000);
    float[][] prior = RankerPrior.weights().weights();
    assertThat(after[row]).isNotEqualTo(prior[row]);
    assertThat(after[row + 1]).isEqualTo(prior[row + 1]);
    assertThat(ranker.weights().steps()).isEqualTo(50);
  }

  @Test
  void timesFallIntoTheRowsOfHalfAnHourADayAWeekAMonthHalfAYearAndMore() {
    long day = 86_400_000;
    long[] times = {
      -1, 0, 1_800_000, 1_800_001, day, day + 1, 7 * day, 30 * day, 180 * day, 181 * day
    };
    int[] rows = {-1, 5, 5, 6, 6, 7, 7, 8, 9, 10};
    for (int i = 0; i < times.length; i++) {
      assertThat(RankerWeights.idleRow(times[i])).as("%d ms", times[i]).isEqualTo(rows[i]);
    }
    assertThat(RankerWeights.idleRow(Long.MAX_VALUE)).isEqualTo(10);
  }

  @Test
  void readsAStateOfAnOlderRelease() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(1);
      out.writeLong(77);
      out.writeByte(RankerWeights.BUCKETS);
      out.writeByte(2);
      for (String name : List.of("LEARNED_AND_TEXTS", Feature.TEXTS.name())) {
        out.writeUTF(name);
        for (int length = 0; length < RankerWeights.BUCKETS; length++) {
          out.writeFloat(length);
          out.writeFloat(9);
        }
      }
    }
    RankerState read = RankerCodec.decode(bytes.toByteArray());
    assertThat(read.weights().steps()).isEqualTo(77);
    assertThat(read.weights().weights()[3][Feature.TEXTS.column()]).isEqualTo(3);
    float[][] prior = RankerPrior.weights().weights();
    assertThat(read.weights().weights()[RankerWeights.BUCKETS])
        .isEqualTo(prior[RankerWeights.BUCKETS]);
    assertThat(read.weights().problem()).isEmpty();
  }

  @Test
  void thePriorHasAWeightForEachFeatureAndContext() {
    assertThat(RankerPrior.weights().problem()).isEmpty();
    assertThat(RankerPrior.weights().weights()[1][Feature.LEARNED.column()]).isPositive();
  }

  /** A parabola that was fitted where shares are small may fall where they are large. */
  @Test
  void beforeAnythingIsLearnedAHigherShareNeverScoresLess() {
    float[][] prior = RankerPrior.weights().weights();
    for (int length : new int[] {1, 2, 4, 9, 21}) {
      for (long idle : new long[] {-1, 0, 3_600_000, 90_000_000, 900_000_000, 9_000_000_000L}) {
        for (double taken : new double[] {0, 3, 10, 30, 100, 300}) {
          for (double age : new double[] {0, 10, 100, 1_000, 10_000, 100_000}) {
            FeatureTable made = new FeatureTable();
            made.start(1, new RankContext(length, idle, taken, age));
            float[] own = RankerWeights.of(prior, made);
            assertThat(slopeAtTheTop(own, Feature.LEARNED, Feature.LEARNED_SQUARED, 1e5))
                .as("%d items, %d ms, %s taken, %s ticks", length, idle, taken, age)
                .isPositive();
            assertThat(slopeAtTheTop(own, Feature.TEXTS, Feature.TEXTS_SQUARED, 1e4)).isPositive();
          }
        }
      }
    }
  }

  private static double slopeAtTheTop(float[] own, Feature share, Feature square, double inverse) {
    return own[share.column()] + 0.2 * Math.log(1 + inverse) * own[square.column()];
  }

  @Test
  void everyFeatureHasAColumnOfItsOwn() {
    int expected = 0;
    for (Feature feature : Feature.values()) {
      assertThat(feature.column()).isEqualTo(expected++);
    }
  }

  @Test
  void bucketsFollowTheLengthOfTheHistory() {
    int[] lengths = {1, 2, 3, 4, 8, 9, 20, 21, 500};
    int[] buckets = {0, 1, 1, 2, 2, 3, 3, 4, 4};
    for (int i = 0; i < lengths.length; i++) {
      assertThat(RankerWeights.bucket(lengths[i])).isEqualTo(buckets[i]);
    }
  }

  @Test
  void servesTheScoresThatWereLearnedWith() {
    OnlineRanker ranker = ranker(RankerPrior.weights().weights());
    ranker.learn(table, 2, 1);
    Ranker served = new Ranker(RankerCodec.decode(RankerCodec.encode(ranker.state())).weights());
    double[] scores = served.scores(table);
    assertThat(scores).containsExactly(ranker.scores(table));
    Scorer scorer = served.scorer(table);
    for (int row = 0; row < scores.length; row++) {
      assertThat(scorer.score(row)).isEqualTo(scores[row]);
    }
    double sum = 0;
    for (double part : scorer.contributions(1).values()) {
      sum += part;
    }
    assertThat(sum).isEqualTo(scores[1], within(1e-5));
  }

  @Test
  void whatNobodyTookIsRaisedAndLearningDoesNotKnow() {
    float[][] weights = RankerPrior.weights().weights();
    for (float[] row : weights) {
      row[Feature.NEVER_TAKEN.column()] = 0; // all else equal
    }
    OnlineRanker ranker = ranker(weights);
    double[] before = ranker.scores(table);
    double[] gradient = ranker.gradient(table, 2, 1);
    table.set(1, Feature.NEVER_TAKEN, 1);
    double[] raised = ranker.scores(table);
    assertThat(raised[1]).isEqualTo(before[1] + NewItemBoost.VALUE, within(1e-5));
    assertThat(raised[0]).isEqualTo(before[0]);
    double[] after = ranker.gradient(table, 2, 1);
    after[Feature.NEVER_TAKEN.column()] = gradient[Feature.NEVER_TAKEN.column()];
    assertThat(after).containsExactly(gradient);
    Map<Expert, Double> parts = new Ranker(ranker.weights()).scorer(table).contributions(1);
    assertThat(parts.values().stream().mapToDouble(Double::doubleValue).sum())
        .as("nobody's word for it")
        .isEqualTo(before[1], within(1e-5));
  }

  @Test
  void theStrongestExpertAddsMost() {
    Scorer served = new Ranker(RankerPrior.weights()).scorer(table);
    for (int row = 0; row < ROWS; row++) {
      Expert strongest = served.strongest(row);
      Map<Expert, Double> all = served.contributions(row);
      assertThat(all).containsOnlyKeys(Expert.values());
      assertThat(all.get(strongest)).isEqualTo(Collections.max(all.values()));
    }
  }

  @Test
  void refusesWeightsThatAreNotFinite() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, 21}) {
      float[][] weights = RankerPrior.weights().weights();
      weights[1][2] = bad;
      assertThatThrownBy(() -> new Ranker(new RankerWeights(1, weights)))
          .hasMessageContaining("COUNTED_LAST");
      byte[] bytes = RankerCodec.encode(RankerState.of(new RankerWeights(1, weights)));
      assertThatThrownBy(() -> RankerCodec.decode(bytes)).hasMessageContaining("COUNTED_LAST");
    }
    assertThat(new RankerWeights(1, new float[2][Feature.COUNT]).problem()).isPresent();
    assertThat(RankerPrior.weights().problem()).isEmpty();
  }

  private static OnlineRanker ranker(float[][] weights) {
    return new OnlineRanker(RankerState.of(new RankerWeights(0, weights)), RankConfig.defaults());
  }

  private static double chance(double[] scores, int row) {
    double sum = 0;
    for (double score : scores) {
      sum += Math.exp(score - scores[row]);
    }
    return 1 / sum;
  }

  private static int best(double[] scores) {
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      best = scores[i] > scores[best] ? i : best;
    }
    return best;
  }

  private static int best(FeatureTable table, Feature feature) {
    int best = 0;
    for (int i = 1; i < table.rows(); i++) {
      best = table.get(i, feature) > table.get(best, feature) ? i : best;
    }
    return best;
  }

  private static FeatureTable random(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    FeatureTable table = new FeatureTable();
    table.start(ROWS, new RankContext(3, RankerWeights.UNKNOWN, 0, 0));
    for (int row = 0; row < ROWS; row++) {
      for (Feature feature : Feature.values()) {
        table.set(row, feature, random.nextDouble() * 2);
      }
      table.set(row, Feature.NEVER_TAKEN, 0);
    }
    return table;
  }
}
