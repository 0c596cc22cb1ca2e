package dev.headwater.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserRecommendationsTest {
  private static final String ANN = "/v1/domains/shop/users/ann/recommendations";

  private final TestNode node = TestNode.withItems();

  @AfterEach
  void stop() {
    node.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1001", "abc", "", "1.5", "99999999999", "1e3", "%20"})
  void refusesBadCounts(String count) {
    var got = node.get(ANN + "?count=" + count);
    assertThat(got.status()).isEqualTo(400);
    assertThat(got.code()).isEqualTo("bad_count");
    assertThat(got.http().headers().firstValue("content-type").orElse(""))
        .startsWith("application/problem+json");
    assertThat(got.body().path("status").asInt()).isEqualTo(400);
    assertThat(got.body().path("type").asText()).isEqualTo("urn:headwater:problem:bad_count");
  }

  @Test
  void refusesAParameterThatItDoesNotKnow() {
    assertThat(node.get(ANN + "?cuont=3").code()).isEqualTo("unknown_parameter");
  }

  @Test
  void refusesABadFlagAndALongId() {
    assertThat(node.get(ANN + "?include_seen=yes").code()).isEqualTo("bad_include_seen");
    String longUser = "u".repeat(257);
    assertThat(node.get("/v1/domains/shop/users/" + longUser + "/recommendations").code())
        .isEqualTo("bad_id");
    assertThat(node.get(ANN + "?exclude=" + longUser).code()).isEqualTo("bad_id");
  }

  @Test
  void doesNotKnowOtherDomains() {
    var got = node.get("/v1/domains/other/users/ann/recommendations");
    assertThat(got.status()).isEqualTo(404);
    assertThat(got.code()).isEqualTo("unknown_domain");
  }

  @Test
  void asksToComeAgainWhileNothingIsAnnounced() {
    var got = node.get("/v1/domains/empty/users/ann/recommendations");
    assertThat(got.status()).isEqualTo(503);
    assertThat(got.code()).isEqualTo("not_ready");
    assertThat(got.http().headers().firstValue("retry-after")).isPresent();
  }

  @Test
  void ranksByTheHistoryAndLeavesItOut() {
    node.user("ann", "ev1", "a");
    var got = node.get(ANN + "?count=2");
    assertThat(got.status()).isEqualTo(200);
    assertThat(got.items()).containsExactly("b", "c");
    assertThat(got.body().at("/items/0/origin").asText()).isEqualTo("cold_start");
    assertThat(got.body().at("/items/0/score").floatValue()).isEqualTo(0.87f);
    assertThat(got.body().at("/based_on/event_id").asText()).isEqualTo("ev1");
    assertThat(got.body().at("/based_on/event_time").asLong()).isEqualTo(123);
    assertThat(got.body().at("/versions/model").asText()).isEqualTo("m1");
    assertThat(got.body().at("/versions/index").asText()).isEqualTo("scan");
    assertThat(got.body().path("recommendation_id").asText()).isNotEmpty();
    assertThat(got.body().has("fallback")).isFalse();
  }

  @Test
  void aNewHistoryChangesTheAnswer() {
    node.user("ann", "ev1", "a");
    assertThat(node.get(ANN + "?count=1").items()).containsExactly("b");
    node.user("ann", "ev2", "a", "d", "d", "d");
    var got = node.get(ANN + "?count=1");
    assertThat(got.items()).containsExactly("c");
    assertThat(got.body().at("/based_on/event_id").asText()).isEqualTo("ev2");
  }

  @Test
  void aMovedRowOfTheHistoryChangesTheAnswer() {
    node.user("ann", "ev1", "a");
    assertThat(node.get(ANN + "?count=1").items()).containsExactly("b");
    node.row("a", -1, -1);
    assertThat(node.get(ANN + "?count=1").items()).containsExactly("far");
  }

  @Test
  void showsSeenItemsWhenAskedAndExcludesWhatItIsTold() {
    node.user("ann", "ev1", "a");
    assertThat(node.get(ANN + "?count=2&include_seen=true").items()).containsExactly("a", "b");
    assertThat(node.get(ANN + "?count=2&exclude=b&exclude=nowhere").items())
        .containsExactly("c", "d");
  }

  @Test
  void answersAnUnknownUserByPopularityAndSaysSo() {
    node.shop().popularity().add(node.code("d"));
    node.shop().popularity().add(node.code("c"));
    node.shop().popularity().add(node.code("c"));
    var got = node.get(ANN + "?count=3");
    assertThat(got.status()).isEqualTo(200);
    assertThat(got.items()).hasSize(3).startsWith("c", "d");
    assertThat(got.body().path("fallback").asText()).isEqualTo("popularity");
    assertThat(got.body().has("based_on")).isFalse();
  }

  @Test
  void answersByPopularityWhenNoItemOfTheHistoryHasARow() {
    node.user("ann", "ev9", "nowhere");
    var got = node.get(ANN);
    assertThat(got.body().path("fallback").asText()).isEqualTo("popularity");
    assertThat(got.body().at("/based_on/event_id").asText()).isEqualTo("ev9");
    assertThat(got.body().path("unknown_items").asInt()).isEqualTo(1);
    assertThat(got.items()).hasSize(5);
  }

  @Test
  void filtersByCategoryBrandAndAttributes() {
    node.user("ann", "ev1", "a");
    node.entry("c", "acme", List.of("toys", "red"), Map.of("size", "xl"));
    node.entry("d", "acme", List.of("toys"), Map.of("size", "s"));
    node.entry("far", "other", List.of("food"), Map.of());
    assertThat(node.get(ANN + "?category=toys").items()).containsExactly("c", "d");
    assertThat(node.get(ANN + "?category=red&category=food").items()).containsExactly("c", "far");
    assertThat(node.get(ANN + "?brand=acme&attribute=size:s").items()).containsExactly("d");
    assertThat(node.get(ANN + "?brand=nobody").items()).isEmpty();
    assertThat(node.get(ANN + "?attribute=size").code()).isEqualTo("bad_attribute");
    assertThat(
            node.post(
                    "/v1/domains/shop/recommendations",
                    "{\"history\":[\"a\"],\"categories\":[\"toys\"],\"attributes\":{\"size\":\"xl\"}}")
                .items())
        .containsExactly("c");
  }

  @Test
  void explainsByHistoryAndByWhatLentTheEmbedding() {
    node.user("ann", "ev1", "d", "a");
    var first = node.get(ANN + "?count=1&explain=true").body().at("/items/0");
    assertThat(first.path("item").asText()).isIn("b", "c");
    assertThat(first.at("/because/0/item").asText())
        .isEqualTo(first.path("item").asText().equals("b") ? "a" : "d");
    assertThat(first.at("/because/0/weight").floatValue()).isBetween(0.8f, 0.9f);
    assertThat(first.at("/matches/0/item").asText()).isEqualTo("s1");
    assertThat(node.get(ANN).body().at("/items/0").has("because")).isFalse();
  }

  @Test
  void neverShowsWhatIsUnavailableDeletedOrOfAnEarlierIncarnation() {
    node.user("ann", "ev1", "a");
    node.catalog("b", false, 1);
    node.tombstone("c");
    node.catalog("d", true, 2);
    assertThat(node.get(ANN + "?count=1000").items()).containsExactly("far");
  }
}
