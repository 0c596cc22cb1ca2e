package dev.headwater.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class PopularityTest {
  private final Popularity popularity = new Popularity(4);

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
  void onlyRecentEventsCount() {
    for (String item : new String[] {"a", "a", "b", "b", "b", "b"}) {
      popularity.add(item);
    }
    assertThat(popularity.rank("a", 3, Set.of())).isEqualTo(1 + 1 + 1 / 2.0);
  }
}
