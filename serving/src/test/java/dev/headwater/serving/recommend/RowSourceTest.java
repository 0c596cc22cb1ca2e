package dev.headwater.serving.recommend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.serving.items.ItemIds;
import dev.headwater.serving.items.Measure;
import dev.headwater.serving.items.RowFilter;
import dev.headwater.serving.items.TopK;
import dev.headwater.serving.state.ExpertRows;
import dev.headwater.serving.state.Experts;
import dev.headwater.serving.state.ModelTable;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a search finds beside items that may not be shown, few of them and many. */
class RowSourceTest {
  private static final int ITEMS = 2_000;
  private static final int WANT = 40;
  private static final float[] USER = {1, 0.5f};

  private final ItemIds ids = new ItemIds();
  private final ModelTable table = ExpertRows.table(new Experts(ids));
  private final AtomicInteger asked = new AtomicInteger();

  @BeforeEach
  void publish() {
    Random random = new Random(3);
    for (int i = 0; i < ITEMS; i++) {
      float[] row = {(float) random.nextGaussian(), (float) random.nextGaussian()};
      table.onRow(ids.code("item-" + i), ExpertRows.cold(i, "item-" + i, row));
    }
  }

  private RowFilter counted(RowFilter filter) {
    return code -> {
      asked.incrementAndGet();
      return filter.allows(code);
    };
  }

  private int[] found(RowFilter filter, int least) {
    Query query = new Query(WANT, false, List.of(), ItemFilter.ALL, false, false, Mix.NONE, null);
    return RowSource.found(table, query, counted(filter), USER, Measure.DOT, WANT, least);
  }

  /** The best rows that a filter lets pass, asked of every row. */
  private int[] best(RowFilter filter) {
    TopK best = new TopK(ITEMS);
    table.index().searchExactly(USER, Measure.DOT, RowFilter.ALL, best);
    return IntStream.of(best.drain())
        .filter(row -> filter.allows(table.vectors().code(row)))
        .limit(WANT)
        .toArray();
  }

  @Test
  void fewHiddenItemsAreLeftOutOfWhatWasFound() {
    RowFilter oneInTwenty = code -> code % 20 != 7;
    assertThat(found(oneInTwenty, WANT)).containsExactly(best(oneInTwenty));
    assertThat(asked.get()).isLessThan(2 * WANT);
  }

  @Test
  void whereMostAreHiddenTheSearchIsMadeAgainUntilThereAreEnough() {
    RowFilter oneInFifty = code -> code % 50 == 7;
    assertThat(best(oneInFifty)).hasSize(WANT);
    assertThat(found(oneInFifty, WANT)).containsExactly(best(oneInFifty));
  }

  @Test
  void asManyAsAreSaidToBeEnoughAre() {
    RowFilter half = code -> code % 2 == 1;
    int[] most = best(half);
    int[] found = found(half, 10);
    assertThat(found).hasSizeBetween(10, WANT - 1);
    assertThat(found).containsExactly(IntStream.of(most).limit(found.length).toArray());
  }

  @Test
  void aCatalogWithNothingToShowHasNothing() {
    assertThat(found(code -> false, WANT)).isEmpty();
  }
}
