package dev.headwater.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimilarItemsTest {
  private final TestNode node = TestNode.withItems();

  @AfterEach
  void stop() {
    node.close();
  }

  private TestNode.Got similar(String item, String query) {
    return node.get(
        "/v1/domains/shop/items/" + TestNode.encoded(item) + "/similar?count=2" + query);
  }

  @Test
  void doesNotKnowAnItemWithoutARow() {
    var got = similar("nowhere", "");
    assertThat(got.status()).isEqualTo(404);
    assertThat(got.code()).isEqualTo("unknown_item");
  }

  @Test
  void refusesBadCountsAndParameters() {
    assertThat(node.get("/v1/domains/shop/items/a/similar?count=0").code()).isEqualTo("bad_count");
    assertThat(similar("a", "&x=1").code()).isEqualTo("unknown_parameter");
  }

  @Test
  void returnsTheNearestByAngleWhateverTheLength() {
    node.row("long", 0, 9);
    var got = similar("a", "");
    assertThat(got.items()).containsExactly("b", "c");
    assertThat(got.body().at("/items/1/score").floatValue()).isBetween(0.49f, 0.51f);
  }

  @Test
  void leavesOutExcludedAndRemovedItems() {
    assertThat(similar("a", "&exclude=b").items()).containsExactly("c", "d");
    node.tombstone("c");
    assertThat(similar("a", "&exclude=b").items()).containsExactly("d", "far");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a/b",
        "/",
        "a//b",
        "ü",
        "a b",
        "\"quoted\"",
        "'; drop table",
        "50%",
        "a+b",
        "a?b=c&d",
        "a#b",
        "a;b=1",
        "..x",
        "日本",
        "😀",
        "a\\b",
        "{x}",
        "a:b",
        "%2F"
      })
  void takesAnyIdentifierPercentEncoded(String item) {
    node.row(item, 1, 0.01f);
    assertThat(similar("a", "").items()).startsWith(item);
    var got = similar(item, "");
    assertThat(got.status()).isEqualTo(200);
    assertThat(got.items()).containsExactly("a", "b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "\u0001"})
  void refusesInAPathWhatHttpForbidsThereButTakesItInABody(String item) {
    node.row(item, 1, 0.01f);
    assertThat(similar(item, "").status()).isEqualTo(400);
    assertThat(similar(item, "").code()).isEqualTo("bad_path");
    String body = "{\"history\":[\"" + item.replace("\u0001", "\\u0001") + "\"],\"count\":1}";
    assertThat(node.post("/v1/domains/shop/recommendations", body).items()).containsExactly("a");
  }
}
