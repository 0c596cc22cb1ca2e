package dev.headwater.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.client.answers.Readiness;
import java.net.http.HttpRequest;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Landing page, health, readiness, metrics, versions, operator calls, and what HTTP itself refuses.
 */
class OperationsTest {
  private final TestNode node = TestNode.withItems();

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void answersProblemsForUnknownPathsAndMethods() {
    var nothing = node.get("/v2/nothing");
    assertThat(nothing.status()).isEqualTo(404);
    assertThat(nothing.code()).isEqualTo("not_found");
    var method = node.send(node.request("/v1/domains/shop/recommendations").DELETE().build());
    assertThat(method.status()).isEqualTo(405);
    assertThat(method.code()).isEqualTo("method_not_allowed");
    var get = node.get("/v1/domains/shop/recommendations");
    assertThat(get.status()).isEqualTo(405);
  }

  @Test
  void listsItsEndpoints() {
    var got = node.get("/");
    assertThat(got.status()).isEqualTo(200);
    assertThat(got.body().path("endpoints").toString()).contains("/recommendations", "/ready");
  }

  @Test
  void tellsReadinessAsANumber() {
    assertThat(node.get("/ready").status()).isEqualTo(200);
    node.readiness = new Readiness(false, 0.25, 3, List.of("the topics"), null);
    var got = node.get("/ready");
    assertThat(got.status()).isEqualTo(503);
    assertThat(got.body().path("fraction_loaded").asDouble()).isEqualTo(0.25);
    assertThat(got.body().at("/waiting_for/0").asText()).isEqualTo("the topics");
    assertThat(node.get("/health").status()).isEqualTo(200);
  }

  @Test
  void isUnhealthyWhenAFollowerStopped() {
    node.readiness = new Readiness(false, 1, 0, List.of(), "boom");
    var got = node.get("/health");
    assertThat(got.status()).isEqualTo(503);
    assertThat(got.body().path("why").asText()).isEqualTo("boom");
  }

  @Test
  void measuresRequestsForPrometheus() {
    node.get("/v1/domains/shop/users/ann/recommendations");
    node.get("/v1/domains/shop/users/ann/recommendations?count=0");
    String text = node.get("/metrics").http().body();
    assertThat(text)
        .contains("headwater_serving_requests_seconds_bucket")
        .contains("code=\"bad_count\"")
        .contains("headwater_serving_fallback_answers_total{kind=\"popularity\"} 1.0");
  }

  @Test
  void countsAnswersThatAreShortOfItemsWhereNobodyAskedForFewer() {
    node.get("/v1/domains/shop/users/ann/recommendations?count=2");
    node.get("/v1/domains/shop/users/ann/recommendations?count=50&brand=none");
    assertThat(node.get("/metrics").http().body())
        .contains("headwater_serving_short_answers_total 0.0");
    node.get("/v1/domains/shop/users/ann/recommendations?count=50");
    assertThat(node.get("/metrics").http().body())
        .contains("headwater_serving_short_answers_total 1.0");
  }

  @Test
  void tellsWhatIsServed() {
    var got = node.get("/v1/domains/shop/versions");
    assertThat(got.body().at("/serving/model").asText()).isEqualTo("m1");
    assertThat(got.body().at("/serving/items").asInt()).isEqualTo(5);
    assertThat(got.body().has("announced")).isFalse();
    assertThat(node.get("/v1/domains/empty/versions").body().has("serving")).isFalse();
  }

  @Test
  void refusesOperatorCallsWithoutAStore() {
    String good = "{\"version\":3,\"why\":\"test\",\"who\":\"me\"}";
    assertThat(node.post("/v1/domains/shop/rollback", good).code())
        .isEqualTo("store_not_configured");
    assertThat(node.post("/v1/domains/shop/pin", "{\"version\":\"3\"}").code())
        .isEqualTo("bad_version");
    assertThat(node.post("/v1/domains/shop/unpin", "{}").code()).isEqualTo("bad_why");
  }

  @Test
  void takesRequestsWithoutTrustingTheirHeaders() {
    var got =
        node.send(
            node.request("/v1/domains/shop/recommendations")
                .header("content-type", "nonsense")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build());
    assertThat(got.status()).isEqualTo(415);
  }
}
