package dev.headwater.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.Topics;
import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.UserHistory;
import dev.headwater.serving.follow.FollowMetrics;
import dev.headwater.serving.follow.HistoriesHandler;
import dev.headwater.tracing.Tracing;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From a history record with dislikes to the answers. */
class DislikesTest {
  private static final String ANSWER = "/v1/domains/shop/users/ann/recommendations?count=9";

  private final TestNode node = TestNode.withItems();
  private final HistoriesHandler handler =
      new HistoriesHandler(
          node.domains, new FollowMetrics(node.registry, Clock.systemUTC()), Tracing.OFF);

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void whatIsDislikedIsNoContextAndNeverAnswered() {
    follow(entry("a", 1), entry("far", -1));
    assertThat(node.get(ANSWER).items()).containsExactly("b", "c", "d");
    assertThat(node.get(ANSWER + "&include_seen=true").items())
        .as("seen items may be wanted, disliked ones never")
        .containsExactly("a", "b", "c", "d");
    var history = node.get("/v1/domains/shop/users/ann/history").body();
    assertThat(history.path("items").toString()).isEqualTo("[\"a\"]");
    assertThat(history.path("disliked").toString()).isEqualTo("[\"far\"]");
  }

  @Test
  void theLatestWordOnAnItemStands() {
    follow(entry("far", 1), entry("a", 1), entry("far", -1));
    assertThat(node.get(ANSWER).items()).as("far no longer draws away").startsWith("b");
    follow(entry("far", -1), entry("a", 1), entry("far", 1));
    assertThat(node.get(ANSWER + "&include_seen=true").items()).contains("far");
  }

  @Test
  void whoOnlyDislikesGetsWhatIsPopularWithoutIt() {
    node.shop().popularity().add(node.code("a"));
    node.shop().popularity().add(node.code("b"));
    follow(entry("a", -1));
    var answer = node.get(ANSWER);
    assertThat(answer.body().path("fallback").asText()).isEqualTo("popularity");
    assertThat(answer.items()).contains("b").doesNotContain("a");
  }

  @Test
  void howLongAUserWasAwayIsMeasuredByTheDomainsNewestEvent() {
    assertThat(node.shop().sinceMs(5)).isZero();
    node.shop().happened(1_000);
    node.shop().happened(700);
    assertThat(node.shop().sinceMs(400)).isEqualTo(600);
    assertThat(node.shop().sinceMs(0)).as("a history without an event").isNegative();
  }

  private void follow(HistoryEntry... entries) {
    UserHistory history =
        UserHistory.newBuilder()
            .setDomain(TestNode.SHOP)
            .setUser("ann")
            .setCause(UserHistory.Cause.EVENT)
            .setNewIndex(entries.length - 1)
            .setEventId("e")
            .addAllEntries(List.of(entries))
            .build();
    byte[] key = "shop/ann".getBytes(StandardCharsets.UTF_8);
    handler.onRecord(
        new ConsumerRecord<>(Topics.DEFAULT.userHistories(), 0, 0, key, history.toByteArray()));
  }

  private static HistoryEntry entry(String item, float weight) {
    return HistoryEntry.newBuilder().setItem(item).setWeight(weight).build();
  }
}
