package dev.headwater.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.client.answers.Rejection;
import dev.headwater.serving.Rows;
import dev.headwater.serving.state.CatalogEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ItemStatusTest {
  private final TestNode node = TestNode.withItems();

  @AfterEach
  void stop() {
    node.close();
  }

  private TestNode.Got status(String item) {
    return node.get("/v1/domains/shop/items/" + TestNode.encoded(item) + "/status");
  }

  private String state(String item) {
    return status(item).body().path("state").asText();
  }

  @Test
  void doesNotKnowOtherDomainsAndParameters() {
    assertThat(node.get("/v1/domains/other/items/a/status").code()).isEqualTo("unknown_domain");
    assertThat(node.get("/v1/domains/shop/items/a/status?x=1").code())
        .isEqualTo("unknown_parameter");
  }

  @Test
  void saysUnknownOfAnItemNeverHeardOf() {
    var got = status("nowhere");
    assertThat(got.status()).isEqualTo(200);
    assertThat(got.body().path("state").asText()).isEqualTo("unknown");
    assertThat(got.body().has("row")).isFalse();
  }

  @Test
  void tellsWhyAnItemWasRejected() {
    node.rejections.add("shop/bad", new Rejection("item_without_title", "no title", 77));
    var got = status("bad");
    assertThat(got.body().path("state").asText()).isEqualTo("rejected");
    assertThat(got.body().at("/rejected/reason").asText()).isEqualTo("item_without_title");
    assertThat(got.body().at("/rejected/time_ms").asLong()).isEqualTo(77);
  }

  @Test
  void followsAnItemFromReceivedToVisible() {
    node.catalog("new", true, 1);
    assertThat(state("new")).isEqualTo("received");
    node.row("new", 1, 1);
    var got = status("new");
    assertThat(got.body().path("state").asText()).isEqualTo("visible");
    assertThat(got.body().path("received_ms").asLong()).isEqualTo(900);
    assertThat(got.body().path("accepted_ms").asLong()).isEqualTo(950);
    assertThat(got.body().path("encoded_ms").asLong()).isEqualTo(1_010);
    assertThat(got.body().path("published_ms").asLong()).isEqualTo(1_020);
    assertThat(got.body().path("visible_ms").asLong()).isEqualTo(TestNode.NOW_MS);
    assertThat(got.body().at("/matches/0/item").asText()).isEqualTo("s1");
    assertThat(got.body().at("/row/origin").asText()).isEqualTo("cold_start");
    assertThat(got.body().at("/row").has("newest_event_id")).isFalse();
  }

  @Test
  void showsTheLiveRowThatLearnedAClick() {
    node.table.onRow(node.code("a"), Rows.inTuned(0, Rows.tuned("shop", "a", 1, 7, 1, 0)));
    var row = status("a").body().path("row");
    assertThat(row.path("origin").asText()).isEqualTo("fine_tuned");
    assertThat(row.at("/version/epoch").asLong()).isEqualTo(5);
    assertThat(row.at("/version/step").asLong()).isEqualTo(7);
    assertThat(row.path("interactions_learned").asLong()).isEqualTo(7);
    assertThat(row.path("newest_event_id").asText()).isEqualTo("e7");
    assertThat(row.path("newest_event_time_ms").asLong()).isEqualTo(2_007);
    assertThat(row.path("visible_ms").asLong()).isEqualTo(TestNode.NOW_MS);
  }

  @Test
  void tellsRefusedUnavailableAndDeletedApart() {
    node.row("huge", 1e9f, 0);
    assertThat(state("huge")).isEqualTo("refused");
    assertThat(status("huge").body().path("refused").asText()).isEqualTo("norm_too_large");
    node.catalog("a", false, 1);
    assertThat(state("a")).isEqualTo("unavailable");
    node.shop().catalog(node.code("b"), CatalogEntry.deletedAt(99, 1));
    assertThat(state("b")).isEqualTo("deleted");
  }

  @Test
  void answersForManyItemsInTheOrderAsked() {
    var got = node.post("/v1/domains/shop/items/status", "{\"items\":[\"b\",\"x\",\"a\"]}");
    assertThat(got.status()).isEqualTo(200);
    assertThat(got.items()).startsWith("b");
    assertThat(got.body().at("/items/1/state").asText()).isEqualTo("unknown");
    assertThat(got.body().at("/items/2/item").asText()).isEqualTo("a");
    assertThat(node.post("/v1/domains/shop/items/status", "{}").code()).isEqualTo("bad_items");
  }
}
