package dev.headwater.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.serving.config.ServingLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A model store that takes connections and never answers, as one that was stopped does. */
class HungStoreTest {
  private static final String ANSWER = "/v1/domains/shop/users/ann/recommendations";
  private static final List<String> LOOKS =
      List.of(
          "/v1/domains/shop/versions/kept",
          "/v1/domains/shop/versions/diff?a=1&b=2",
          "/v1/domains/shop/audit");
  private static final String PIN = "{\"version\":1,\"why\":\"w\",\"who\":\"ann\"}";

  /** One worker, 64 beside it; a request may take two seconds. */
  private static final ServingLimits ONE_WORKER =
      ServingLimits.of(
          Map.of("workers", 1, "queue", 64, "connections", 1_000, "request-timeout", "2 s"));

  private final HttpClient client = HttpClient.newHttpClient();
  private ServerSocket hung;
  private TestNode node;

  @BeforeEach
  void start() throws IOException {
    // The system takes connections into its queue; nobody ever reads them.
    hung = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    URI store = URI.create("http://127.0.0.1:" + hung.getLocalPort());
    node = TestNode.before(store, ONE_WORKER);
  }

  @AfterEach
  void stop() throws IOException {
    node.close();
    hung.close();
  }

  private CompletableFuture<HttpResponse<String>> begin(HttpRequest.Builder request) {
    return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private List<CompletableFuture<HttpResponse<String>>> looks(int times) {
    List<CompletableFuture<HttpResponse<String>>> begun = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      LOOKS.forEach(path -> begun.add(begin(node.request(path).GET())));
    }
    return begun;
  }

  private HttpRequest.Builder pin() {
    return node.request("/v1/domains/shop/pin")
        .header("content-type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(PIN));
  }

  @Test
  void recommendationsAreAnsweredMeanwhileAndTheQuestionsFailByThemselves() {
    var waiting = looks(4);
    var pin = begin(pin());
    for (int i = 0; i < 20; i++) {
      assertThat(node.get(ANSWER).status()).isEqualTo(200);
    }
    assertThat(pin).as("an order has time").isNotDone();
    for (var each : waiting) {
      HttpResponse<String> got = each.join();
      assertThat(got.statusCode()).isEqualTo(503);
      assertThat(got.body()).contains("\"code\":\"store_unreachable\"");
    }
    assertThat(node.get(ANSWER).status()).isEqualTo(200);
  }

  @Test
  void onlySoManyWaitForTheStoreAndTheyTakeNobodysPlace() {
    var waiting = looks(20); // 60; at most 16 are let through to the store
    for (int i = 0; i < 20; i++) {
      assertThat(node.get(ANSWER).status()).isEqualTo(200);
    }
    List<String> codes =
        waiting.stream().map(CompletableFuture::join).map(HttpResponse::body).toList();
    assertThat(codes).filteredOn(body -> body.contains("store_unreachable")).hasSize(16);
    assertThat(codes).filteredOn(body -> body.contains("store_busy")).hasSize(44);
  }

  @Test
  void questionsDoNotKeepAnOperatorOut() throws IOException {
    var waiting = looks(20);
    var order = begin(pin());
    waiting.forEach(CompletableFuture::join);
    assertThat(order).as("is with the store").isNotDone();
    hung.close(); // the connection is reset
    assertThat(order.join().body()).contains("store_unreachable");
  }
}
