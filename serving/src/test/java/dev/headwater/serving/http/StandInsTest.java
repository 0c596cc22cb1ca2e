package dev.headwater.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.serving.state.CatalogEntry;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An item of a history that has no row: its text stands in, or nothing does, never zeros. */
class StandInsTest {
  private static final String PATH = "/v1/domains/shop/recommendations";

  private final TestNode node = TestNode.withItems();

  @AfterEach
  void stop() {
    node.close();
  }

  private void accepted(String item, String title) {
    node.shop()
        .catalog(
            node.code(item),
            new CatalogEntry(
                false, true, 1, 900, title, "", List.of(), Map.of(), 900, 950, CatalogEntry.NONE));
  }

  @Test
  void anUnknownItemHasNoSayAndIsCounted() {
    var got = node.post(PATH, "{\"history\":[\"nobody-knows\"]}");
    assertThat(got.body().path("fallback").asText()).isEqualTo("popularity");
    assertThat(got.body().path("unknown_items").asInt()).isEqualTo(1);
    assertThat(got.body().has("text_items")).isFalse();
  }

  @Test
  void theTextOfAnAcceptedItemStandsInAndTheAnswerSaysSo() {
    accepted("new", "near d");
    var got = node.post(PATH, "{\"history\":[\"new\"],\"count\":2}");
    assertThat(got.items()).containsExactly("d", "c");
    assertThat(got.body().path("fallback").asText()).isEqualTo("text");
    assertThat(got.body().path("text_items").asInt()).isEqualTo(1);
    assertThat(got.body().has("unknown_items")).isFalse();
    assertThat(
            node.registry
                .get("headwater.serving.fallback.answers")
                .tag("kind", "text")
                .counter()
                .count())
        .isEqualTo(1);
  }

  @Test
  void besideOtherItemsItCountsAndTheAnswerIsTheModels() {
    accepted("new", "near d");
    String history = "{\"history\":[\"new\",\"new\",\"new\",\"new\",\"new\",\"a\"],\"count\":1}";
    node.post(PATH, history);
    var got = node.post(PATH, history);
    assertThat(got.items()).containsExactly("d");
    assertThat(got.body().path("text_items").asInt()).isEqualTo(5);
    assertThat(got.body().has("fallback")).isFalse();
  }

  @Test
  void aUsersVectorIsMadeAnewWhenTheRowCame() {
    accepted("new", "near d");
    node.user("ann", "e1", "new");
    var before = node.get("/v1/domains/shop/users/ann/recommendations?count=1");
    assertThat(before.items()).containsExactly("d");
    assertThat(before.body().path("fallback").asText()).isEqualTo("text");
    node.row("new", -1, -0.9f);
    var after = node.get("/v1/domains/shop/users/ann/recommendations?count=1");
    assertThat(after.items()).containsExactly("far");
    assertThat(after.body().has("fallback")).isFalse();
  }

  @Test
  void aTextThatMatchesNothingIsNoZeroVector() {
    accepted("odd", "like nothing else");
    var got = node.post(PATH, "{\"history\":[\"odd\"]}");
    assertThat(got.body().path("fallback").asText()).isEqualTo("popularity");
    assertThat(got.body().path("unknown_items").asInt()).isEqualTo(1);
  }

  @Test
  void theTextOfADeletedItemIsNotUsedAnyMore() {
    accepted("new", "near d");
    node.post(PATH, "{\"history\":[\"new\"]}");
    node.shop().catalog(node.code("new"), CatalogEntry.deletedAt(1_000, 1));
    var got = node.post(PATH, "{\"history\":[\"new\"]}");
    assertThat(got.body().path("fallback").asText()).isEqualTo("popularity");
  }

  @Test
  void itemsLikeOneWithoutARowAreFoundByItsText() {
    accepted("new", "near a");
    var got = node.get("/v1/domains/shop/items/new/similar?count=2");
    assertThat(got.items()).containsExactly("a", "b");
    assertThat(got.body().path("fallback").asText()).isEqualTo("text");
    assertThat(node.get("/v1/domains/shop/items/nothing/similar").code()).isEqualTo("unknown_item");
  }
}
