package dev.headwater.idp.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecentPopularityTest {
  private final RecentPopularity<String> popularity = new RecentPopularity<>(4);

  @Test
  void tiesCountHalf() {
    popularity.add("a");
    popularity.add("a");
    popularity.add("b");
    assertThat(popularity.rank("a", 10, Set.of())).isEqualTo(1);
    assertThat(popularity.rank("b", 10, Set.of())).isEqualTo(2);
    assertThat(popularity.rank("z", 10, Set.of())).isEqualTo(1 + 2 + 7 / 2.0);
  }

  @Test
  void whatStandsInTheHistoryIsNotRanked() {
    popularity.add("a");
    popularity.add("a");
    popularity.add("b");
    assertThat(popularity.rank("b", 10, Set.of("a"))).isEqualTo(1);
    assertThat(popularity.rank("z", 10, Set.of("a", "q"))).isEqualTo(1 + 1 + 6 / 2.0);
  }

  @Test
  void aTargetIsRankedThoughItStandsInTheHistory() {
    popularity.add("a");
    popularity.add("a");
    popularity.add("b");
    assertThat(popularity.rank("b", 10, List.of("a", "b"))).isEqualTo(1);
    assertThat(popularity.rank("z", 10, List.of("z", "a"))).isEqualTo(1 + 1 + 7 / 2.0);
  }

  @Test
  void aHistoryThatNamesAnItemTwiceLeavesItOutOnce() {
    assertThat(popularity.rank("z", 10, List.of("a", "a"))).isEqualTo(1 + 8 / 2.0);
  }

  @Test
  void onlyRecentEventsCount() {
    for (String item : new String[] {"a", "a", "b", "b", "b", "b"}) {
      popularity.add(item);
    }
    assertThat(popularity.rank("a", 3, Set.of())).isEqualTo(1 + 1 + 1 / 2.0);
    assertThat(popularity.count("a")).isZero();
    assertThat(popularity.count("b")).isEqualTo(4);
  }

  @Test
  void ranksThePopularFirstAndTiesByTheGivenOrder() {
    for (String item : new String[] {"c", "b", "a", "b"}) {
      popularity.add(item);
    }
    assertThat(popularity.ranking(Comparator.naturalOrder()))
        .containsExactly(
            new RecentPopularity.Popular<>("b", 2),
            new RecentPopularity.Popular<>("a", 1),
            new RecentPopularity.Popular<>("c", 1));
    assertThat(popularity.ranking(Comparator.<String>reverseOrder()).get(1).item()).isEqualTo("c");
  }

  @Test
  void anEmptyWindowRanksNothingAndTiesAll() {
    assertThat(popularity.ranking(Comparator.<String>naturalOrder())).isEmpty();
    assertThat(popularity.rank("a", 5, Set.of())).isEqualTo(3);
    assertThatThrownBy(() -> new RecentPopularity<String>(0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void agreesWithCountingAllEventsAgain() {
    SplittableRandom random = new SplittableRandom(6);
    int items = 12;
    RecentPopularity<Integer> recent = new RecentPopularity<>(30);
    int[] events = new int[400];
    for (int at = 0; at < events.length; at++) {
      events[at] = Math.min(random.nextInt(items), random.nextInt(items));
      recent.add(events[at]);
      int target = random.nextInt(items);
      List<Integer> history = List.of(random.nextInt(items), random.nextInt(items), target);
      double[] scores = new double[items];
      for (int back = Math.max(0, at - 29); back <= at; back++) {
        scores[events[back]]++;
      }
      double expected = 1;
      for (int item = 0; item < items; item++) {
        if (item != target && !history.contains(item)) {
          expected += scores[item] > scores[target] ? 1 : scores[item] == scores[target] ? 0.5 : 0;
        }
      }
      assertThat(recent.rank(target, items, history)).as("event %d", at).isEqualTo(expected);
      assertThat(IntStream.range(0, items).map(recent::count).sum())
          .isEqualTo(Math.min(30, at + 1));
    }
  }
}
