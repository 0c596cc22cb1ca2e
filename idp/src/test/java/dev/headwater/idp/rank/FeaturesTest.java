package dev.headwater.idp.rank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headwater.idp.expert.CountConfig;
import dev.headwater.idp.expert.ItemBook;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.expert.NearTexts;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FeaturesTest {
  private static final int[] NOBODY = {};
  private static final double FLOOR = 1e-4;
  private final CountConfig counting =
      new CountConfig(10, 0.8, 8, 1e12, new double[] {300, 2_000, 15_000});
  private final ItemBook book = new ItemBook(counting);
  private final Map<Integer, NearTexts> texts =
      Map.of(
          1, new NearTexts(new int[] {5, 4}, new float[] {0.9f, 0.85f}),
          2, new NearTexts(new int[] {4}, new float[] {0.8f}));
  private final Evidence evidence = new BookAndTexts(book, texts);
  private final RankConfig config = RankConfig.defaults();
  private final CandidateSet candidates = new CandidateSet(64);
  private final FeatureTable table = new FeatureTable();

  @Test
  void candidatesAreWhatTheListsNameAndNothingOfTheHistory() {
    book.learn(new int[] {1}, 3, 1);
    book.learn(new int[] {1}, 2, 1);
    rank(new int[] {1, 2});
    assertThat(items()).containsExactlyInAnyOrder(3, 4, 5);
  }

  @Test
  void anItemWithoutAListInheritsThoseOfTheTextsLikeIts() {
    book.learn(new int[] {4}, 9, 1);
    rank(new int[] {2});
    assertThat(items()).containsExactlyInAnyOrder(4, 9);
    assertThat(value(9, Feature.INHERITED)).isEqualTo(share(1), within(1e-5));
    assertThat(value(9, Feature.COUNTED)).isZero();
    book.learn(new int[] {2}, 7, 1);
    rank(new int[] {2});
    assertThat(items()).containsExactlyInAnyOrder(4, 7);
  }

  @Test
  void sharesOfCountsAreLinksOverCountsOfBothItems() {
    book.learn(NOBODY, 1, 1);
    book.learn(NOBODY, 2, 1);
    book.learn(NOBODY, 2, 1);
    book.learn(new int[] {1}, 3, 1);
    book.learn(new int[] {2}, 3, 1);
    book.learn(new int[] {2}, 6, 1);
    rank(new int[] {1, 2});
    double near = Math.pow(2, -0.3);
    double three = (near + 0.8) * Math.pow(2, -0.3);
    double sum = three + near;
    assertThat(value(3, Feature.COUNTED)).isEqualTo(share(three / sum), within(1e-5));
    assertThat(value(6, Feature.COUNTED)).isEqualTo(share(near / sum), within(1e-5));
    double last = Math.pow(2, -0.3);
    assertThat(value(3, Feature.COUNTED_LAST)).isEqualTo(share(last / (last + 1)), within(1e-5));
    assertThat(value(3, Feature.LISTED)).isEqualTo(Math.log(3), within(1e-5));
    assertThat(value(6, Feature.LISTED)).isEqualTo(Math.log(2), within(1e-5));
  }

  @Test
  void supportTellsManyLinksFromFewWhereTheirSharesAreTheSame() {
    book.learn(new int[] {1}, 3, 1);
    rank(new int[] {1});
    assertThat(value(3, Feature.SUPPORT)).isEqualTo(Math.log(2), within(1e-5));
    double share = value(3, Feature.COUNTED);
    book.learn(new int[] {1}, 3, 1);
    book.learn(new int[] {7, 1}, 3, 1);
    rank(new int[] {1});
    assertThat(value(3, Feature.COUNTED)).isEqualTo(share, within(1e-5));
    assertThat(value(3, Feature.SUPPORT)).isEqualTo(Math.log(4), within(1e-5));
    assertThat(value(3, Feature.SUPPORT_SQUARED))
        .isEqualTo(Math.log(4) * Math.log(4), within(1e-4));
    rank(new int[] {7, 1});
    assertThat(value(3, Feature.SUPPORT)).isEqualTo(Math.log(1 + 3 + 0.8 * 0.5), within(1e-5));
  }

  @Test
  void sharesOfTextsFallWithDistanceAndPlace() {
    rank(new int[] {2, 1});
    double four = Math.exp(-0.15 / 0.05) + 0.8 * Math.exp(-0.2 / 0.05);
    double five = Math.exp(-0.1 / 0.05);
    assertThat(value(4, Feature.TEXTS)).isEqualTo(share(four / (four + five)), within(1e-4));
    assertThat(value(5, Feature.TEXTS)).isEqualTo(share(five / (four + five)), within(1e-4));
    assertThat(value(4, Feature.LAST_COSINE)).isEqualTo(0.85, within(1e-6));
  }

  @Test
  void learnedScoresBecomeASoftmaxOverTheCandidates() {
    candidates.start(new int[] {1});
    candidates.offer(4);
    candidates.offer(5);
    candidates.offer(6);
    new Features(evidence, config)
        .fill(
            new int[] {1},
            RankerWeights.UNKNOWN,
            candidates,
            item -> item == 6 ? Float.NaN : (float) Math.log(item),
            table);
    assertThat(value(4, Feature.LEARNED))
        .isEqualTo(Math.log((4 / 9.0 + 1e-5) / 1e-5), within(1e-5));
    assertThat(value(6, Feature.LEARNED)).isZero();
  }

  @Test
  void popularityIsTheShareOfTheEventsSoFar() {
    for (int i = 0; i < 10; i++) {
      book.learn(NOBODY, i % 2 == 0 ? 5 : 8, 1);
    }
    rank(new int[] {1});
    double fade = Math.pow(0.5, 1 / 15_000.0);
    double own = 0;
    double all = 0;
    for (int back = 1; back <= 10; back++) {
      all += Math.pow(fade, back - 1);
      own += back % 2 == 0 ? Math.pow(fade, back) : 0;
    }
    assertThat(value(5, Feature.POPULAR_LONG))
        .isEqualTo(Math.log((own / all + 1e-5) / 1e-5), within(1e-4));
    assertThat(value(5, Feature.TAKEN)).isEqualTo(Math.log(6), within(1e-5));
    assertThat(value(5, Feature.AGE)).isEqualTo(Math.log(11), within(1e-5));
    assertThat(value(5, Feature.IDLE)).isEqualTo(Math.log(3), within(1e-5));
    assertThat(value(5, Feature.NEVER_TAKEN)).isZero();
    assertThat(value(4, Feature.NEVER_TAKEN)).isOne();
    assertThat(value(4, Feature.POPULAR_LONG)).isZero();
  }

  @Test
  void productsSayThatExpertsAgreeAndThatSharesAreHigh() {
    book.learn(new int[] {2}, 4, 1);
    rank(new int[] {2});
    double counted = value(4, Feature.COUNTED);
    double byTexts = value(4, Feature.TEXTS);
    assertThat(value(4, Feature.COUNTED_BY_TEXTS)).isEqualTo(counted * byTexts / 10, within(1e-4));
    assertThat(value(4, Feature.COUNTED_SQUARED)).isEqualTo(counted * counted / 10, within(1e-4));
    assertThat(value(4, Feature.LEARNED_BY_POPULAR))
        .isEqualTo(value(4, Feature.LEARNED) * value(4, Feature.POPULAR) / 10, within(1e-4));
  }

  @Test
  void theContextIsTheHistorysLengthTheTimeAndItsLastItem() {
    for (int i = 0; i < 3; i++) {
      book.learn(NOBODY, 2, 1);
    }
    book.learn(NOBODY, 7, 1);
    rank(new int[] {1, 2});
    RankContext context = table.context();
    assertThat(context.historyLength()).isEqualTo(2);
    assertThat(context.idleMs()).isEqualTo(-1);
    assertThat(context.lastTaken()).isEqualTo(3, within(1e-6));
    assertThat(context.lastAge()).isEqualTo(4);
    rank(new int[] {2, 1});
    assertThat(table.context()).isEqualTo(new RankContext(2, -1, 0, 0));
  }

  @Test
  void theEventThatIsRankedIsNotInItsOwnFeatures() {
    book.learn(new int[] {1}, 3, 1);
    rank(new int[] {1});
    double before = value(5, Feature.COUNTED);
    assertThat(before).isZero();
    book.learn(new int[] {1}, 5, 1);
    assertThat(value(5, Feature.COUNTED)).isEqualTo(before);
    rank(new int[] {1});
    assertThat(value(5, Feature.COUNTED)).isPositive();
  }

  @Test
  void moreCandidatesThanThereIsRoomForAreLeftOut() {
    CandidateSet small = new CandidateSet(2);
    small.start(new int[] {1, 9});
    for (int item : new int[] {9, 3, 3, 4, 5}) {
      small.offer(item);
    }
    assertThat(small.size()).isEqualTo(2);
    assertThat(small.indexOf(3)).isZero();
    assertThat(small.indexOf(4)).isOne();
    assertThat(small.indexOf(5)).isNegative();
    assertThat(small.indexOf(9)).isNegative();
  }

  private void rank(int[] history) {
    candidates.start(history);
    new Candidates(evidence, config).offer(history, candidates);
    new Features(evidence, config).fill(history, -1, candidates, item -> 0, table);
  }

  private Integer[] items() {
    Integer[] items = new Integer[candidates.size()];
    for (int i = 0; i < items.length; i++) {
      items[i] = candidates.item(i);
    }
    return items;
  }

  private double value(int item, Feature feature) {
    return table.get(candidates.indexOf(item), feature);
  }

  private static double share(double share) {
    return Math.log((share + FLOOR) / FLOOR);
  }

  private record BookAndTexts(ItemBook book, Map<Integer, NearTexts> near) implements Evidence {
    @Override
    public @Nullable ItemCounts counts(int item) {
      return book.counts(item);
    }

    @Override
    public NearTexts texts(int item) {
      return near.getOrDefault(item, NearTexts.NONE);
    }

    @Override
    public long tick() {
      return book.tick();
    }

    @Override
    public CountConfig config() {
      return book.config();
    }
  }
}
