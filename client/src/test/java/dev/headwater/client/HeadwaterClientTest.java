package dev.headwater.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.json.RejectedRecordException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Retries and typed answers over real sockets; against a real node: serving's ClientIT. */
class HeadwaterClientTest {
  private static final String PROBLEM =
      "{\"status\":%d,\"code\":\"%s\",\"detail\":\"said so\",\"type\":\"t\",\"title\":\"t\"}";
  private static final String ANSWER =
      "{\"recommendation_id\":\"r1\",\"items\":[{\"item\":\"b\",\"score\":0.5,"
          + "\"origin\":\"cold_start\",\"a_newer_field\":1}],"
          + "\"versions\":{\"model\":\"m\",\"table\":3,\"index\":\"scan\",\"view\":1}}";

  private record Planned(int status, String retryAfter, String body) {}

  private final Deque<Planned> plan = new ArrayDeque<>();
  private final List<String> asked = new ArrayList<>();
  private final List<String> traces = new ArrayList<>();
  private final HttpServer server;

  HeadwaterClientTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          traces.add(exchange.getRequestHeaders().getFirst("traceparent"));
          exchange.getRequestBody().readAllBytes();
          Planned next = plan.size() > 1 ? plan.poll() : plan.element();
          if (!next.retryAfter().isEmpty()) {
            exchange.getResponseHeaders().add("retry-after", next.retryAfter());
          }
          byte[] body = next.body().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(next.status(), body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private HeadwaterClient client(int attempts) {
    return HeadwaterClient.of(
        URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
        "shop",
        new Retries(attempts, Duration.ofMillis(10), Duration.ofSeconds(2)));
  }

  @Test
  void callsGoOnInTheCallersTrace() throws RejectedRecordException {
    String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    plan.add(new Planned(202, "", "{\"topic\":\"interactions\",\"partition\":1,\"offset\":7}"));
    Interaction click = Interaction.click("e1", "shop", "u", "a", 5);
    client(1).publish(click);
    client(1).tracedBy(() -> trace).publish(click);
    client(1).tracedBy(() -> null).publish(click);
    assertThat(traces).containsExactly(null, trace, null);
  }

  @Test
  void readsAnAnswerOfANewerServer() {
    plan.add(new Planned(200, "", ANSWER));
    Recommendations answer = client(1).forUser("ann/é", Wish.of(3).category("a b").explain());
    assertThat(answer.items().get(0).item()).isEqualTo("b");
    assertThat(answer.versions().table()).isEqualTo(3);
    assertThat(answer.fallback()).isNull();
    assertThat(asked)
        .containsExactly(
            "GET /v1/domains/shop/users/ann%2F%C3%A9/recommendations"
                + "?category=a%20b&count=3&explain=true");
  }

  @Test
  void waitsAsLongAsTheServerAsksAndTriesAgain() {
    plan.add(new Planned(503, "1", PROBLEM.formatted(503, "overloaded")));
    plan.add(new Planned(200, "", ANSWER));
    long start = System.nanoTime();
    assertThat(client(3).forUser("ann", Wish.of(3)).recommendationId()).isEqualTo("r1");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(990));
    assertThat(asked).hasSize(2);
  }

  @Test
  void givesUpAfterTheAgreedNumberOfCalls() {
    plan.add(new Planned(429, "", PROBLEM.formatted(429, "rate_limited")));
    assertThatThrownBy(() -> client(3).status("a"))
        .isInstanceOfSatisfying(
            HeadwaterException.class,
            e -> {
              assertThat(e.status()).isEqualTo(429);
              assertThat(e.code()).isEqualTo("rate_limited");
            });
    assertThat(asked).hasSize(3);
  }

  @Test
  void asksOnceWhereTheCallerIsWrong() {
    plan.add(new Planned(400, "", PROBLEM.formatted(400, "bad_count")));
    assertThatThrownBy(() -> client(3).similar("a", Wish.of(0))).hasMessageContaining("bad_count");
    assertThat(asked).hasSize(1);
  }

  @Test
  void sendsNoEventThatWouldBeRefused() {
    plan.add(new Planned(202, "", "{}"));
    assertThatThrownBy(() -> client(1).publish(Interaction.click("e1", "shop", "", "a", 1)))
        .isInstanceOf(RejectedRecordException.class);
    assertThat(asked).isEmpty();
  }

  @Test
  void saysSoWhenNobodyAnswers() {
    HeadwaterClient nobody =
        HeadwaterClient.of(
            URI.create("http://127.0.0.1:1"),
            "shop",
            new Retries(2, Duration.ofMillis(1), Duration.ofMillis(2)));
    assertThatThrownBy(() -> nobody.status("a"))
        .isInstanceOfSatisfying(
            HeadwaterException.class,
            e -> assertThat(e.status()).isEqualTo(HeadwaterException.NO_ANSWER));
  }
}
