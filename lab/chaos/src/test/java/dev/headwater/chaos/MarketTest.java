package dev.headwater.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.idp.data.GeneratedMarket;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MarketTest {
  private static final int ITEMS = 400;

  private final Market market = new Market("d", GeneratedMarket.generate(7).get(2), ITEMS);

  @Test
  void noUserClicksAnItemTwiceNorMeetsTheBound() {
    Set<String> ids = new HashSet<>();
    Map<String, Integer> perUser = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      Interaction click = market.click(i);
      assertThat(ids.add(click.user() + " " + click.item())).isTrue();
      perUser.merge(click.user(), 1, Integer::sum);
    }
    assertThat(perUser.values()).allMatch(clicks -> clicks < 100);
  }

  /** New users are harder to guess for: where they stop coming for a while, quality jumps. */
  @Test
  void newUsersComeAllTheTimeAcrossRoundsToo() {
    for (int i = 0; i < 3_000; i++) {
      market.newItem(0);
    }
    Set<String> known = new HashSet<>();
    int[] newcomers = new int[130];
    for (int i = 0; i < 1_000 * newcomers.length; i++) {
      newcomers[i / 1_000] += known.add(market.click(10_000).user()) ? 1 : 0;
    }
    double mean = Arrays.stream(newcomers).skip(10).average().orElseThrow();
    assertThat(Arrays.stream(newcomers).skip(10))
        .as("of each thousand clicks; rounds end at some 58,000")
        .allMatch(each -> each > 0.5 * mean && each < 1.5 * mean);
  }

  @Test
  void anItemIsClickedOnlyAfterItWasPublished() {
    CatalogItem item = market.newItem(10_000);
    for (int i = 0; i < 20_000; i++) {
      assertThat(market.click(11_000).item()).isNotEqualTo(item.item());
    }
  }

  @Test
  void probesHaveUsersOfTheirOwnAndNeverRepeatAnItem() {
    Set<String> pairs = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      Interaction probe = market.probe(i, i);
      assertThat(pairs.add(probe.user() + " " + probe.item())).isTrue();
      assertThat(probe.user()).startsWith("probe-");
    }
  }
}
