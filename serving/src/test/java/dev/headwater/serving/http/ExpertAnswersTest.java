package dev.headwater.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headwater.idp.rank.Feature;
import dev.headwater.serving.Rows;
import dev.headwater.serving.state.ExpertRows;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Answers from all experts. The rows of a, b, c lie at 0, 30 and 60 degrees, that of d points the
 * other way; d was taken with a, and the text of e is like that of a.
 */
class ExpertAnswersTest {
  private static final String USER = "/v1/domains/shop/users/u/recommendations";

  private final TestNode node = TestNode.ranked();

  @BeforeEach
  void items() {
    node.row(ExpertRows.cold(0, "a", new float[] {1, 0}));
    node.row(ExpertRows.cold(1, "b", new float[] {0.87f, 0.5f}));
    node.row(ExpertRows.cold(2, "c", new float[] {0.5f, 0.87f}));
    node.row(ExpertRows.cold(3, "d", new float[] {-1, 0}));
    node.row(ExpertRows.cold(4, "e", new float[] {0, -1}, "a"));
    node.row(ExpertRows.taken(5, "a", 1, 10, new float[] {1, 0}, "d"));
    node.row(ExpertRows.taken(6, "d", 1, 10, new float[] {-1, 0}, "a"));
    node.user("u", "e1", "a");
  }

  @AfterEach
  void close() {
    node.close();
  }

  private void weigh(long clicks, Feature feature) {
    node.table.onWeights(ExpertRows.weights(0, ExpertRows.of(clicks, feature)));
  }

  private static JsonNode item(TestNode.Got got, String item) {
    return StreamSupport.stream(got.body().path("items").spliterator(), false)
        .filter(each -> each.path("item").asText().equals(item))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatTheWeightsLookAtComesFirst() {
    weigh(1, Feature.LEARNED);
    assertThat(node.get(USER).items()).startsWith("b", "c");
    weigh(2, Feature.COUNTED);
    assertThat(node.get(USER).items()).startsWith("d");
    weigh(3, Feature.TEXTS);
    TestNode.Got byTexts = node.get(USER);
    assertThat(byTexts.items()).startsWith("e").doesNotContain("a");
    assertThat(byTexts.body().path("versions").path("ranker").asLong()).isEqualTo(3);
  }

  @Test
  void theAnswerSaysWhoSpokeAndForWhat() {
    TestNode.Got got = node.get(USER + "?explain=true");
    assertThat(got.body().path("versions").path("ranker").asLong()).as("the prior").isZero();
    JsonNode taken = item(got, "d");
    double sum = 0;
    for (JsonNode expert : taken.path("experts")) {
      sum += expert.path("score").asDouble();
      if (expert.path("expert").asText().equals("counts")) {
        assertThat(expert.path("items").findValuesAsText("item")).containsExactly("a");
        assertThat(expert.path("items").get(0).path("weight").asDouble()).isEqualTo(1);
      }
    }
    assertThat(taken.path("experts")).hasSize(4);
    assertThat(sum).isCloseTo(taken.path("score").asDouble(), within(1e-4));
    JsonNode read = item(got, "e").path("experts");
    assertThat(read.findValuesAsText("expert")).startsWith("texts");
    assertThat(read.get(0).path("items").get(0).path("weight").asDouble())
        .isCloseTo(0.9, within(1e-6));
    assertThat(item(node.get(USER), "d").has("experts")).as("only when asked").isFalse();
  }

  @Test
  void anExactAnswerIsThatOfAllItems() {
    assertThat(node.get(USER + "?exact=true").items()).isEqualTo(node.get(USER).items());
    assertThat(node.get(USER + "?exact=true").items())
        .containsExactlyInAnyOrder("b", "c", "d", "e");
    assertThat(node.get(USER + "?exact=true&include_seen=true").items()).contains("a").hasSize(5);
  }

  @Test
  void aHistoryWithoutAnyRowIsAnsweredByWhatIsKnownOfIt() {
    node.row(ExpertRows.cold(7, "f", new float[] {0, 1}, "gone"));
    weigh(1, Feature.TEXTS);
    TestNode.Got unknown =
        node.post("/v1/domains/shop/recommendations", "{\"history\": [\"gone\"]}");
    assertThat(unknown.body().path("fallback").asText())
        .as("the name says nothing alone")
        .isEmpty();
    assertThat(unknown.items()).startsWith("f");
    TestNode.Got nobody = node.get("/v1/domains/shop/users/nobody/recommendations");
    assertThat(nobody.body().path("fallback").asText()).isEqualTo("popularity");
  }

  @Test
  void aDeletedOrDeniedItemIsInNoAnswerThoughListsNameIt() {
    node.table.onRow(node.code("d"), Rows.inCold(99, null));
    node.catalog("e", false, 1);
    assertThat(node.get(USER).items()).containsExactlyInAnyOrder("b", "c");
    assertThat(node.get(USER + "?exact=true").items()).containsExactlyInAnyOrder("b", "c");
  }

  @Test
  void mixingPagingAndDrawsWorkOnTheRankersOrder() {
    TestNode.Got first = node.get(USER + "?count=2&paged=true");
    String cursor = first.body().path("cursor").asText();
    TestNode.Got second = node.get(USER + "?count=2&cursor=" + TestNode.encoded(cursor));
    assertThat(List.of(first.items(), second.items()))
        .as("no item twice, none left out")
        .satisfies(
            pages ->
                assertThat(pages.stream().flatMap(List::stream))
                    .containsExactlyInAnyOrder("b", "c", "d", "e"));
    assertThat(node.get(USER + "?explore=0.5&seed=3").items()).hasSize(4);
    assertThat(node.get(USER + "?diversity=0.5").items()).hasSize(4);
  }

  @Test
  void theShareOfEachExpertIsCounted() {
    node.get(USER);
    assertThat(
            node.registry.get("headwater.serving.ranked.items").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum())
        .isEqualTo(4);
    assertThat(node.registry.get("headwater.serving.candidates").summary().max()).isEqualTo(4);
  }
}
