package dev.headwater.idp.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class GeneratedMarketTest {
  private static final List<DomainData> MARKET = GeneratedMarket.generate(7);

  @Test
  void sameSeedGivesTheSameMarket() {
    assertThat(GeneratedMarket.generate(7)).isEqualTo(MARKET);
    assertThat(GeneratedMarket.generate(8)).isNotEqualTo(MARKET);
  }

  @Test
  void theTargetIsLargeEnoughToStream() {
    DomainData target = MARKET.get(2);
    assertThat(target.items()).hasSizeGreaterThan(2_500);
    assertThat(target.events()).hasSizeGreaterThan(40_000);
    assertThat(target.realTime()).isTrue();
  }

  @Test
  void usersReturnToThemesTheyCameFrom() {
    DomainData target = MARKET.get(2);
    Map<String, String> theme = new HashMap<>();
    target.items().forEach(item -> theme.put(item.id(), item.categories().get(0)));
    int same = 0;
    int pairs = 0;
    for (int i = 1; i < target.events().size(); i++) {
      Event before = target.events().get(i - 1);
      Event event = target.events().get(i);
      if (before.user().equals(event.user())) {
        pairs++;
        same += Objects.equals(theme.get(before.item()), theme.get(event.item())) ? 1 : 0;
      }
    }
    assertThat((double) same / pairs).isGreaterThan(0.4);
  }

  @Test
  void likesAndDislikesHaveTypesAndRatingsAValue() {
    DomainData market = GeneratedMarket.generateWithSignals(7);
    assertThat(market).isEqualTo(GeneratedMarket.generateWithSignals(7));
    Map<String, Long> types =
        market.events().stream().collect(Collectors.groupingBy(Event::type, Collectors.counting()));
    assertThat(types).containsOnlyKeys("view", "click", "purchase", "rating", "dislike", "hide");
    assertThat(market.events())
        .allMatch(event -> (event.value() != null) == event.type().equals("rating"));
    double disliked = types.getOrDefault("dislike", 0L) + types.getOrDefault("hide", 0L);
    assertThat(disliked / market.events().size()).isBetween(0.1, 0.3);
    assertThat(MARKET.get(2).events()).allMatch(event -> event.type().equals("click"));
  }
}
