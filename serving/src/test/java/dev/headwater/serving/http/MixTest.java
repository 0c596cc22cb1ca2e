package dev.headwater.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What decides besides the score: caps, diversity, exploration, pages. */
class MixTest {
  private static final String ANN = "/v1/domains/shop/users/ann/recommendations?";

  private final TestNode node = TestNode.withItems();

  MixTest() {
    node.user("ann", "ev1", "a");
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void capsACategoryAndKeepsTheCountFull() {
    node.entry("b", "", List.of("shoes"), Map.of());
    node.entry("c", "", List.of("shoes", "hats"), Map.of());
    node.entry("d", "", List.of("hats"), Map.of());
    assertThat(node.get(ANN + "count=2").items()).containsExactly("b", "c");
    assertThat(node.get(ANN + "count=2&category_cap=1").items()).containsExactly("b", "d");
    assertThat(node.get(ANN + "count=4&category_cap=1").items()).containsExactly("b", "d", "far");
  }

  @Test
  void diversityTakesWhatIsUnlike() {
    assertThat(node.get(ANN + "count=2").items()).containsExactly("b", "c");
    assertThat(node.get(ANN + "count=2&diversity=0.7").items()).containsExactly("b", "far");
  }

  /** JavaScript reads numbers of more bits as others, and gave back another draw. */
  @Test
  void aSeedThatIsDrawnFitsIntoEveryCallersNumbers() {
    for (int i = 0; i < 20; i++) {
      long seed = node.get(ANN + "count=1&explore=0.5").body().path("seed").asLong();
      assertThat(seed).isBetween(0L, (1L << 53) - 1);
      assertThat((long) (double) seed).isEqualTo(seed);
    }
  }

  @Test
  void newItemsGetTheirShareWithTheirPropensity() {
    for (String learned : List.of("b", "c", "d", "far")) {
      node.tuned(learned, 5, 1, 0.1f);
    }
    node.row("new", -1, 0);
    int shown = 0;
    for (int seed = 0; seed < 400; seed++) {
      JsonNode answer = node.get(ANN + "count=1&explore=0.25&seed=" + seed).body();
      assertThat(answer.path("seed").asInt()).isEqualTo(seed);
      JsonNode first = answer.at("/items/0");
      boolean isNew = first.path("item").asText().equals("new");
      shown += isNew ? 1 : 0;
      // "new" comes by the draw alone; the others come when it is not drawn.
      assertThat(first.path("propensity").asDouble()).isCloseTo(isNew ? 0.25 : 0.75, within(1e-6));
    }
    assertThat(shown / 400.0).isCloseTo(0.25, within(0.07));
    assertThat(node.get(ANN + "count=1").body().at("/items/0/propensity").isMissingNode()).isTrue();
  }

  /** A new item takes the room of its category like any other. */
  @Test
  void explorationKeepsToTheCap() {
    for (String item : List.of("b", "c", "d")) {
      node.entry(item, "", List.of("shoes"), Map.of());
    }
    node.tuned("b", 5, 1, 0.1f);
    boolean drawn = false;
    for (int seed = 0; seed < 60; seed++) {
      List<String> items =
          node.get(ANN + "count=2&category_cap=1&explore=0.5&seed=" + seed).items();
      assertThat(items).as("seed %d", seed).hasSize(2).contains("far");
      drawn |= !items.contains("b");
    }
    assertThat(drawn).as("a new pair of shoes was drawn").isTrue();
  }

  @Test
  void theSameSeedGivesTheSameDraw() {
    for (int i = 0; i < 60; i++) {
      node.row("n" + i, (float) Math.cos(i), (float) Math.sin(i));
    }
    String path = ANN + "count=20&explore=0.5&seed=";
    assertThat(node.get(path + 7).items()).isEqualTo(node.get(path + 7).items());
    assertThat(node.get(path + 7).items()).isNotEqualTo(node.get(path + 8).items());
  }

  @Test
  void pagesRepeatNothingThoughTheTableMoves() {
    for (int i = 0; i < 40; i++) {
      node.row("n" + i, (float) Math.cos(i), (float) Math.sin(i));
    }
    Set<String> seen = new HashSet<>();
    String cursor = "";
    for (int page = 0; page < 5; page++) {
      var got = node.get(ANN + "count=8&paged=true&explore=0.2" + cursor);
      assertThat(got.items()).hasSize(8);
      got.items().forEach(item -> assertThat(seen.add(item)).as(item).isTrue());
      cursor = "&cursor=" + got.body().path("cursor").asText();
      // What was last moves to the top.
      node.row("n" + (39 - page), 5, 0);
    }
    var last = node.get(ANN + "count=8&paged=true" + cursor);
    assertThat(last.items()).hasSize(44 - 40);
    assertThat(last.body().has("cursor")).isFalse();
    assertThat(node.get(ANN + "cursor=rubbish").code()).isEqualTo("bad_cursor");
  }
}
