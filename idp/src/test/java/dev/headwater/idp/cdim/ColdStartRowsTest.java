package dev.headwater.idp.cdim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.headwater.idp.cdim.ColdStartRule.WarmPool;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rule at its edges. Text vectors are {@code [2]}, rows {@code [3]}. */
class ColdStartRowsTest {
  private static final int WARM = 3;
  private static final float[] HERE = {1, 0};
  private static final float[] ELSEWHERE = {0, 1};
  private static final float[] FALLBACK = {0, 0, 2};
  private static final float[] USER = {1, 1, 1};

  private final ItemPool sources = new ItemPool(2, 3);
  private final TrainedItems trained = new TrainedItems("shop", 2, 3);
  private final SpreadBonus bonus = SpreadBonus.of(new float[][] {USER}, 1);
  private TextSlope slope = TextSlope.none();

  @Test
  void withoutTrainedItemsARowIsFromTheSourcesAtTheNormOfItsMatches() {
    sources.put("source", "a", HERE, new float[] {4, 0, 0});
    sources.put("source", "b", HERE, new float[] {0, 4, 0});
    ColdStartRow row = made("new", HERE);
    assertThat(row.matches())
        .containsExactlyInAnyOrder(
            new SourceMatch("source", "a", 0.5f), new SourceMatch("source", "b", 0.5f));
    assertThat(row.vector()).containsExactly(diagonal(4), within(1e-5f));
    assertThat(row.source()).containsExactly(row.vector());
    assertThat(row.isFallback()).isFalse();
  }

  @Test
  void aMatchOfAnotherTextStandsForWhatTheSlopeMakesOfItAtItsOwnLength() {
    sources.put("source", "a", HERE, new float[] {0, 4, 0});
    slope = new TextSlope(2, 3, new float[] {0, 0, 0, 1, 0, 0});
    assertThat(made("new", HERE).vector()).containsExactly(new float[] {0, 4, 0}, within(1e-5f));
    float[] between = {0.8f, 0.6f};
    float[] moved = made("new", between).vector();
    assertThat(moved[0]).as("along the second half of the text").isPositive();
    assertThat(moved[2]).isZero();
    assertThat(Cdim.norm(moved)).isCloseTo(4, within(1e-4));
    train(WARM, new float[] {0, 0, 1});
    assertThat(rows(rule()).make(List.of("new"), new float[][] {between}).get(0).source())
        .as("what the sources alone make of it")
        .containsExactly(moved, within(1e-5f));
  }

  @Test
  void belowTheThresholdTheNearestOfBothPoolsCountAtTheirNorm() {
    sources.put("source", "a", HERE, new float[] {4, 0, 0});
    train(WARM - 1, new float[] {0, 4, 0});
    ColdStartRow row = made("new", HERE);
    assertThat(row.matches())
        .extracting(SourceMatch::domain)
        .containsExactlyInAnyOrder("source", "shop", "shop");
    assertThat(Cdim.norm(row.vector())).isCloseTo(4, within(1e-4));
    assertThat(row.vector()[1]).isGreaterThan(row.vector()[0]);
    assertThat(row.source()).containsExactly(new float[] {4, 0, 0}, within(1e-5f));
  }

  @Test
  void atTheThresholdARowIsTheMeanRaisedByWhatItsSpreadIsWorth() {
    train(1, new float[] {3, 0, 0});
    train(WARM - 1, new float[] {0, 3, 0});
    ColdStartRow row = made("new", HERE);
    // Matches (3,0,0), (0,3,0) twice: their mean, and the squared distances from it.
    float[] mean = {1, 2, 0};
    double spread = (4 + 4 + 1 + 1 + 1 + 1) / 3.0;
    assertThat(row.vector())
        .containsExactly(bonus.add(mean, bonus.ofSpread(spread)), within(1e-4f));
    assertThat(dot(row.vector())).isGreaterThan(dot(mean) + 1);
  }

  @Test
  void matchesThatAgreeAreWorthNothingMore() {
    train(WARM, new float[] {0, 3, 0});
    assertThat(made("new", HERE).vector()).containsExactly(new float[] {0, 3, 0}, within(1e-3f));
  }

  @Test
  void aWarmDomainMatchesSourcesTooWhereTheyAreNearer() {
    sources.put("source", "a", HERE, new float[] {4, 0, 0});
    train(WARM, ELSEWHERE, new float[] {0, 4, 0});
    ColdStartRow row = made("new", HERE);
    assertThat(row.matches().get(0).item()).isEqualTo("a");
    assertThat(row.matches().get(0).weight()).isGreaterThan(0.99f);
  }

  @Test
  void aPoolOfTrainedItemsAloneLeavesTheSourcesOut() {
    sources.put("source", "a", HERE, new float[] {4, 0, 0});
    train(WARM, ELSEWHERE, new float[] {0, 4, 0});
    ColdStartRow row =
        rows(rule().withWarmPool(WarmPool.TRAINED)).make(new float[][] {HERE}).get(0);
    assertThat(row.matches()).extracting(SourceMatch::domain).containsOnly("shop");
    assertThat(row.source()).containsExactly(new float[] {4, 0, 0}, within(1e-5f));
  }

  @Test
  void aTrainedItemIsMadeFromTheSourcesAndNotFromItself() {
    sources.put("source", "a", HERE, new float[] {4, 0, 0});
    trained.put("own", HERE, new float[] {0, 8, 0});
    assertThat(made("own", HERE).vector()).containsExactly(new float[] {4, 0, 0}, within(1e-5f));
    assertThat(made("own", HERE).matches()).extracting(SourceMatch::item).containsExactly("a");
    assertThat(made("other", HERE).matches()).extracting(SourceMatch::item).contains("own");
  }

  @Test
  void aTrainedItemOfAWarmDomainHasTheMeanNormOfTrainedRows() {
    sources.put("source", "a", HERE, new float[] {4, 0, 0});
    train(WARM - 1, new float[] {0, 5, 0});
    trained.put("own", HERE, new float[] {0, 8, 0});
    assertThat(made("own", HERE).vector()).containsExactly(new float[] {6, 0, 0}, within(1e-4f));
  }

  @Test
  void aTrainedItemThatTheSourcesDoNotKnowGetsTheFallback() {
    train(WARM - 1, new float[] {0, 5, 0});
    trained.put("own", HERE, new float[] {0, 8, 0});
    ColdStartRow row = made("own", HERE);
    assertThat(row.isFallback()).isTrue();
    assertThat(row.vector()).containsExactly(new float[] {0, 0, 6}, within(1e-4f));
  }

  @Test
  void withNeitherSourceNorTrainedItemARowIsTheFallbackAsItIs() {
    ColdStartRow row = made("new", HERE);
    assertThat(row.isFallback()).isTrue();
    assertThat(row.vector()).containsExactly(FALLBACK);
    assertThat(row.source()).isEmpty();
  }

  @Test
  void trainedItemsAreEnoughWhereThereIsNoSource() {
    trained.put("own", HERE, new float[] {0, 8, 0});
    ColdStartRow row = made("new", HERE);
    assertThat(row.vector()).containsExactly(new float[] {0, 8, 0}, within(1e-4f));
    assertThat(row.source()).isEmpty();
  }

  @Test
  void anItemWithoutWordsGetsTheFallbackWhateverThePoolsHold() {
    sources.put("source", "a", HERE, new float[] {4, 0, 0});
    train(WARM, new float[] {0, 5, 0});
    ColdStartRow row = made("new", new float[] {0, 0});
    assertThat(row.isFallback()).isTrue();
    assertThat(row.vector()).containsExactly(new float[] {0, 0, 5}, within(1e-4f));
  }

  @Test
  void sharesEquallyWhereTheSimilaritiesAddUpToNothing() {
    ColdStartRule linear = rule().withMatcher(new CdimConfig(2, Weighting.LINEAR, 0.05f, false));
    sources.put("source", "a", new float[] {-1, 0}, new float[] {4, 0, 0});
    sources.put("source", "b", ELSEWHERE, new float[] {0, 2, 0});
    assertThat(rows(linear).make(new float[][] {HERE}).get(0).vector())
        .containsExactly(new float[] {2, 1, 0}, within(1e-5f));
  }

  @Test
  void aRowThatIsNotFiniteGivesWayToTheFallback() {
    sources.put("source", "a", HERE, new float[] {Float.NaN, 0, 0});
    ColdStartRow row = made("new", HERE);
    assertThat(row.isFallback()).isTrue();
    assertThat(row.vector()).containsExactly(FALLBACK);
    assertThat(row.source()).isEmpty();
  }

  @Test
  void theFallbackIsAsLongAsTrainedRowsFromTheThresholdOn() {
    train(WARM - 1, new float[] {0, 5, 0});
    assertThat(rows(rule()).fallback()).containsExactly(FALLBACK);
    trained.put("last", HERE, new float[] {0, 8, 0});
    assertThat(rows(rule()).fallback()).containsExactly(new float[] {0, 0, 6}, within(1e-4f));
  }

  @Test
  void rowsOfOneCallAreMadeEachByItsOwnText() {
    sources.put("source", "a", HERE, new float[] {4, 0, 0});
    sources.put("source", "b", ELSEWHERE, new float[] {0, 4, 0});
    List<ColdStartRow> made = rows(rule()).make(new float[][] {ELSEWHERE, HERE});
    assertThat(made.get(0).matches().get(0).item()).isEqualTo("b");
    assertThat(made.get(1).matches().get(0).item()).isEqualTo("a");
  }

  @Test
  void rowsOfTheSourcesAloneNeedNoDomain() {
    sources.put("source", "a", HERE, new float[] {4, 0, 0});
    ColdStartRows rows =
        ColdStartRows.ofSources(rule().matcher(), sources, TextSlope.none(), 2, "", FALLBACK);
    List<ColdStartRow> made = rows.make(new float[][] {HERE, {0, 0}});
    assertThat(made.get(0).vector()).containsExactly(new float[] {4, 0, 0}, within(1e-5f));
    assertThat(made.get(1).vector()).containsExactly(FALLBACK);
  }

  @Test
  void aRowMadeIsNobodyElses() {
    sources.put("source", "a", HERE, new float[] {4, 0, 0});
    made("new", HERE).vector()[0] = 99;
    rows(rule()).fallback()[2] = 99;
    assertThat(made("new", HERE).vector()).containsExactly(new float[] {4, 0, 0}, within(1e-5f));
    assertThat(made("new", new float[2]).vector()).containsExactly(FALLBACK);
  }

  @Test
  void trainedItemsCountAndForget() {
    train(2, new float[] {0, 5, 0});
    trained.put("t0", HERE, new float[] {0, 0, 3});
    assertThat(trained.count()).isEqualTo(2);
    assertThat(trained.meanNorm()).isCloseTo(4, within(1e-6));
    trained.put("t0", HERE, new float[] {0, 0, Float.NaN});
    assertThat(trained.meanNorm()).isCloseTo(4, within(1e-6));
    trained.remove("t0");
    trained.remove("never there");
    assertThat(trained.contains("t0")).isFalse();
    assertThat(trained.meanNorm()).isCloseTo(5, within(1e-6));
    trained.remove("t1");
    assertThat(trained.count()).isZero();
    assertThat(trained.meanNorm()).isZero();
  }

  @Test
  void refusesAThresholdThatNoDomainIsBelow() {
    assertThatThrownBy(() -> rule().withWarmItems(0)).isInstanceOf(IllegalArgumentException.class);
    assertThat(WarmPool.named("trained")).isEqualTo(WarmPool.TRAINED);
    assertThatThrownBy(() -> WarmPool.named("Both")).hasMessageContaining("Both");
  }

  private ColdStartRow made(String item, float[] text) {
    return rows(rule()).make(List.of(item), new float[][] {text}).get(0);
  }

  private ColdStartRows rows(ColdStartRule rule) {
    return new ColdStartRows(rule, sources, slope, trained, bonus, FALLBACK);
  }

  private static ColdStartRule rule() {
    return ColdStartRule.of(WARM);
  }

  private void train(int count, float[] row) {
    train(count, HERE, row);
  }

  private void train(int count, float[] text, float[] row) {
    int from = trained.count();
    for (int i = from; i < from + count; i++) {
      trained.put("t" + i, text, row);
    }
  }

  private static float[] diagonal(float norm) {
    float side = (float) (norm / Math.sqrt(2));
    return new float[] {side, side, 0};
  }

  private static double dot(float[] row) {
    double sum = 0;
    for (int k = 0; k < row.length; k++) {
      sum += USER[k] * row[k];
    }
    return sum;
  }
}
