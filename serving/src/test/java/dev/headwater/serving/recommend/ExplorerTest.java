package dev.headwater.serving.recommend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headwater.serving.Rows;
import dev.headwater.serving.items.RowFilter;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.ModelTable;
import dev.headwater.serving.users.UserArchive;
import dev.headwater.serving.users.UserTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExplorerTest {
  private static final float[] QUERY = {1, 0};
  private static final int KNOWN = 10;

  private final Domain domain = new Domain("d", new UserTable(10, UserArchive.NONE), 10, List.of());
  private final ModelTable table = DiversifierTest.table(2);

  /** Codes below {@link #KNOWN} have clicks; the new ones after them suit the less the later. */
  private List<Scored> fill(int fresh) {
    List<Scored> ranking = new ArrayList<>();
    for (int code = 0; code < KNOWN; code++) {
      table.onRow(code, Rows.inCold(code, Rows.cold("d", "i", 1, 9 - code / 2f, 1)));
      table.onRow(code, Rows.inTuned(code, Rows.tuned("d", "i", 1, 3, 9 - code / 2f, 1)));
      ranking.add(new Scored(code, 9 - code / 2f));
    }
    for (int i = 0; i < fresh; i++) {
      int code = KNOWN + i;
      table.onRow(code, Rows.inCold(code, Rows.cold("d", "i", 1, 4 - i / 50f, 1)));
    }
    return ranking;
  }

  private List<Explorer.Placed> place(
      List<Scored> ranking, float share, Random random, RowFilter filter, int count) {
    Pool pool = DiversifierTest.pool(domain, table, QUERY, filter);
    return new Explorer(pool.fresh(Explorer.POOL), share, random, new CategoryCap(pool, 0))
        .place(ranking, count);
  }

  private static List<Integer> codes(List<Explorer.Placed> placed) {
    return placed.stream().map(each -> each.scored().code()).toList();
  }

  @Test
  void withoutAShareTheRankingStandsAndNewItemsFillWhatItLeavesOpen() {
    List<Scored> ranking = fill(3);
    List<Explorer.Placed> placed = place(ranking, 0, new Random(1), RowFilter.ALL, KNOWN);
    assertThat(placed).extracting(Explorer.Placed::scored).isEqualTo(ranking);
    assertThat(placed).extracting(Explorer.Placed::propensity).containsOnly(1f);
    List<Explorer.Placed> more = place(ranking, 0, new Random(1), RowFilter.ALL, 99);
    assertThat(codes(more)).hasSize(KNOWN + 3).doesNotHaveDuplicates();
    assertThat(more.get(KNOWN).propensity()).isEqualTo(1 / 3f);
    assertThat(more.get(KNOWN + 2).propensity()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void noItemComesTwiceAndOnlyAllowedNewOnesAreDrawn(long seed) {
    Random random = new Random(seed);
    List<Scored> ranking = fill(30);
    for (int i = 0; i < 100; i++) {
      int odd = random.nextInt(2);
      List<Explorer.Placed> placed =
          place(ranking, 0.5f, random, code -> code % 2 == odd, 1 + random.nextInt(20));
      assertThat(codes(placed)).as("seed %d", seed).doesNotHaveDuplicates();
      for (Explorer.Placed each : placed) {
        int code = each.scored().code();
        assertThat(code < KNOWN || code % 2 == odd).as("seed %d: %d", seed, code).isTrue();
        assertThat(each.propensity()).isGreaterThan(0).isLessThanOrEqualTo(1);
      }
    }
  }

  @Test
  void onlyTheFiftyNewItemsThatSuitBestAreDrawn() {
    List<Scored> ranking = fill(80);
    Random random = new Random(5);
    Set<Integer> drawn = new HashSet<>();
    for (int i = 0; i < 3_000; i++) {
      drawn.addAll(codes(place(ranking, 0.5f, random, RowFilter.ALL, 1)));
    }
    drawn.remove(0);
    assertThat(drawn).hasSize(Explorer.POOL).allMatch(code -> code < KNOWN + Explorer.POOL);
  }

  @Test
  void newItemsGetTheShareOfThePlaces() {
    List<Scored> ranking = fill(40);
    Random random = new Random(7);
    int fresh = 0;
    for (int i = 0; i < 2_000; i++) {
      List<Integer> codes = codes(place(ranking, 0.2f, random, RowFilter.ALL, 5));
      fresh += (int) codes.stream().filter(code -> code >= KNOWN).count();
    }
    assertThat(fresh / 10_000.0).isCloseTo(0.2, within(0.02));
  }

  /** One of the new items stands in the ranking too: both its chances count. */
  @Test
  void weightsByTheInversePropensityAreUnbiasedAtEveryPlace() {
    List<Scored> ranking = fill(4);
    ranking.add(1, new Scored(KNOWN + 1, 8.9f));
    Random random = new Random(11);
    int draws = 20_000;
    double[] weight = new double[3];
    double[] square = new double[3];
    for (int i = 0; i < draws; i++) {
      List<Explorer.Placed> placed = place(ranking, 0.3f, random, RowFilter.ALL, 3);
      for (int at = 0; at < 3; at++) {
        if (placed.get(at).scored().code() == KNOWN + 1) {
          double inverse = 1 / placed.get(at).propensity();
          weight[at] += inverse;
          square[at] += inverse * inverse;
        }
      }
    }
    for (int at = 0; at < 3; at++) {
      double deviation = Math.sqrt(square[at]) / draws;
      double mean = weight[at] / draws;
      double reachable = reachable(ranking, at, draws);
      assertThat(mean).as("place %d", at).isCloseTo(reachable, within(6 * deviation + 0.02));
    }
  }

  /** How often the item had not come before a place. */
  private double reachable(List<Scored> ranking, int at, int draws) {
    Random random = new Random(13);
    int open = 0;
    for (int i = 0; i < draws; i++) {
      List<Integer> codes = codes(place(ranking, 0.3f, random, RowFilter.ALL, 3));
      open += codes.subList(0, at).contains(KNOWN + 1) ? 0 : 1;
    }
    return (double) open / draws;
  }
}
