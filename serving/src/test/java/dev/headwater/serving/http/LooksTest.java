package dev.headwater.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.client.answers.Rejection;
import dev.headwater.events.wire.QualityWindow;
import dev.headwater.events.wire.RankingQuality;
import dev.headwater.serving.state.CatalogEntry;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What people look at beside answers: domains, items, users, refusals, quality, the store. */
class LooksTest {
  private final TestNode node = TestNode.withItems();

  @AfterEach
  void stop() {
    node.close();
  }

  private void item(String id, String title, String brand, long receivedMs) {
    node.shop()
        .catalog(
            node.code(id),
            new CatalogEntry(
                false,
                true,
                1,
                receivedMs,
                title,
                brand,
                List.of("Toys"),
                Map.of(),
                receivedMs,
                receivedMs,
                CatalogEntry.NONE));
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThat(node.get("/v1/domains/shop/items?count=0").code()).isEqualTo("bad_count");
    assertThat(node.get("/v1/domains/shop/items?q=x").code()).isEqualTo("unknown_parameter");
    assertThat(node.get("/v1/domains/shop/items?query=" + "x".repeat(201)).code())
        .isEqualTo("bad_query");
    assertThat(node.get("/v1/domains/shop/users?count=x").code()).isEqualTo("bad_count");
    assertThat(node.get("/v1/domains/shop/quality?count=5001").code()).isEqualTo("bad_count");
    assertThat(node.get("/v1/domains/shop/quality?since_ms=x").code()).isEqualTo("bad_since_ms");
    assertThat(node.get("/v1/domains/shop/versions/diff?a=1").code()).isEqualTo("bad_b");
    for (String path :
        List.of("items", "items/rejected", "users", "users/a/history", "quality", "audit")) {
      assertThat(node.get("/v1/domains/other/" + path).code()).isEqualTo("unknown_domain");
    }
  }

  @Test
  void listsTheDomains() {
    var got = node.get("/v1/domains");
    assertThat(got.body().path("domains")).hasSize(2);
    assertThat(got.body().at("/domains/1/domain").asText()).isEqualTo("shop");
    assertThat(got.body().at("/domains/1/items").asInt()).isEqualTo(5);
    assertThat(got.body().at("/domains/0").has("model")).isFalse();
  }

  @Test
  void findsItemsByWordsTheIdFirst() {
    item("t1", "Wooden train set", "Acme", 10);
    item("t2", "Train of wood", "Acme", 20);
    item("train", "A puzzle", "Other", 5);
    item("gone", "Train that is gone", "Acme", 30);
    node.shop().catalog(node.code("gone"), CatalogEntry.deletedAt(40, 1));
    assertThat(found("?query=TRAIN")).containsExactly("train", "t2", "t1");
    assertThat(found("?query=acme%20wood")).containsExactly("t2", "t1");
    assertThat(found("?query=acme%20%20Set")).containsExactly("t1");
    assertThat(found("?query=nothing%20here")).isEmpty();
    assertThat(found("?count=2")).containsExactly("t2", "t1");
    assertThat(found("?query=acme&newest=true&count=1")).containsExactly("t2");
    var first = node.get("/v1/domains/shop/items?query=t1").body().at("/items/0");
    assertThat(first.path("title").asText()).isEqualTo("Wooden train set");
    assertThat(first.at("/categories/0").asText()).isEqualTo("Toys");
  }

  private List<String> found(String query) {
    return node.get("/v1/domains/shop/items" + query).items();
  }

  @Test
  void findsUsersAndTellsTheirHistory() {
    node.user("ann", "ev1", "a", "b");
    node.user("bob", "ev2", "c");
    var users = node.get("/v1/domains/shop/users?prefix=an").body();
    assertThat(users.path("known").asInt()).isEqualTo(2);
    assertThat(users.path("users")).hasSize(1);
    assertThat(users.at("/users/0/items").asInt()).isEqualTo(2);
    var ann = node.get("/v1/domains/shop/users/ann/history").body();
    assertThat(ann.path("items").toString()).isEqualTo("[\"a\",\"b\"]");
    assertThat(ann.at("/based_on/event_id").asText()).isEqualTo("ev1");
    var nobody = node.get("/v1/domains/shop/users/" + TestNode.encoded("a/b<i>") + "/history");
    assertThat(nobody.status()).isEqualTo(200);
    assertThat(nobody.body().path("known").asBoolean()).isFalse();
  }

  @Test
  void listsRefusalsOfItsDomainTheNewestFirst() {
    node.rejections.add("shop/x", new Rejection("item_without_title", "no title", 1));
    node.rejections.add("other/y", new Rejection("not_json", "…", 2));
    node.rejections.add("shop/a/b", new Rejection("missing_field", "…", 3));
    var got = node.get("/v1/domains/shop/items/rejected?count=5");
    assertThat(got.items()).containsExactly("a/b", "x");
    assertThat(got.body().at("/items/1/reason").asText()).isEqualTo("item_without_title");
  }

  @Test
  void tellsTheNewestWindowsOfQualityOldestFirst() {
    for (int i = 0; i < 6; i++) {
      node.quality.add(
          QualityWindow.newBuilder()
              .setDomain("shop")
              .setModel("m1")
              .setFromMs(i * 10L)
              .setToMs(i * 10L + 10)
              .setLive(RankingQuality.newBuilder().setHr10(i / 10.0).setEvents(7))
              .build());
    }
    var all = node.get("/v1/domains/shop/quality").body().path("windows");
    assertThat(all).as("the node keeps four").hasSize(4);
    assertThat(all.path(3).at("/live/hr10").asDouble()).isEqualTo(0.5);
    assertThat(all.path(0).path("shards").asInt()).isEqualTo(1);
    assertThat(all.path(0).has("frozen")).isFalse();
    var since = node.get("/v1/domains/shop/quality?since_ms=50&count=9").body().path("windows");
    assertThat(since).hasSize(1);
    assertThat(node.get("/v1/domains/empty/quality").body().path("windows")).isEmpty();
  }

  @Test
  void needsAStoreForWhatTheStoreKnows() {
    for (String path : List.of("versions/kept", "versions/diff?a=1&b=2", "audit")) {
      assertThat(node.get("/v1/domains/shop/" + path).code()).isEqualTo("store_not_configured");
    }
  }
}
