package dev.headwater.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.common.HttpStatus;
import dev.headwater.access.AccessConfig;
import dev.headwater.access.KeyLine;
import dev.headwater.access.Principal;
import dev.headwater.access.Rates;
import dev.headwater.access.Role;
import dev.headwater.access.Secrets;
import dev.headwater.http.TestServer.Got;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a server promises whatever it serves: bounds, refusals, errors, and how it ends. */
@Timeout(60)
class ApiServerTest {
  record Greeting(String toWhom, int timesSaid, @Nullable String whispered) {}

  private final Semaphore arrived = new Semaphore(0);
  private final CountDownLatch gate = new CountDownLatch(1);

  private static ApiRoute get(String path, Endpoint endpoint) {
    return ApiRoute.get(Role.READ, path.substring(1), path, endpoint);
  }

  /** Answers when the test lets it. */
  private Object held() {
    arrived.release();
    try {
      return gate.await(30, TimeUnit.SECONDS) ? "done" : "never let go";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }

  private List<CompletableFuture<Got>> hold(TestServer server, String path, int arriving) {
    List<CompletableFuture<Got>> waiting = new ArrayList<>();
    for (int i = 0; i < arriving; i++) {
      waiting.add(server.later(path));
    }
    return waiting;
  }

  private static void ok(List<CompletableFuture<Got>> all) {
    all.forEach(each -> assertThat(each.join().status()).isEqualTo(200));
  }

  @Test
  void answersInSnakeCaseAndLeavesOutWhatIsAbsent() {
    try (TestServer server =
        TestServer.open(TestServer.SMALL, get("/hello", r -> new Greeting("ann", 2, null)))) {
      Got got = server.get("/hello");
      assertThat(got.http().body()).isEqualTo("{\"to_whom\":\"ann\",\"times_said\":2}");
      assertThat(got.header("content-type")).startsWith("application/json");
    }
  }

  @Test
  void whatFailsInsideIsNotShownAndWhatIsKnownIsSaid() {
    try (TestServer server =
        TestServer.open(
            TestServer.SMALL,
            get("/inner", r -> fail(new IllegalArgumentException("canary"))),
            get("/known", r -> fail(new IllegalStateException("canary"))),
            get("/later", r -> later(new IllegalStateException("canary"))),
            get("/api", r -> fail(ApiException.notFound("no_such", "nothing here"))))) {
      told(server.get("/inner"), 500, "internal");
      told(server.get("/known"), 409, "known");
      told(server.get("/later"), 409, "known");
      told(server.get("/api"), 404, "no_such");
      told(server.get("/elsewhere"), 404, "not_found");
      assertThat(
              server.registry.get("requests").tag("endpoint", "inner").tag("status", "500").timer())
          .satisfies(timer -> assertThat(timer.count()).isEqualTo(1));
    }
  }

  private static Object fail(RuntimeException failure) {
    throw failure;
  }

  private static Object later(RuntimeException failure) {
    return new Later(CompletableFuture.failedFuture(failure));
  }

  private static void told(Got got, int status, String code) {
    assertThat(got.status()).isEqualTo(status);
    assertThat(got.code()).isEqualTo(code);
    assertThat(got.header("content-type")).startsWith("application/problem+json");
    assertThat(got.http().body()).doesNotContain("canary");
  }

  @Test
  void beyondItsWorkersAndItsQueueItSendsAwayAtOnceAndStillSaysThatItIsWell() throws Exception {
    try (TestServer server =
        TestServer.open(
            TestServer.SMALL,
            get("/held", r -> held()),
            ApiRoute.open("health", "/health", r -> "well"))) {
      List<CompletableFuture<Got>> inside = hold(server, "/held", 3);
      arrived.acquire(2);
      while (server.registry.get("inside").gauge().value() < 3) {
        Thread.sleep(5); // the third waits for a worker, of which only the server can tell
      }
      Got refused = server.get("/held");
      told(refused, 503, "overloaded");
      assertThat(refused.header("retry-after")).isEqualTo("1");
      assertThat(server.get("/health").status()).isEqualTo(200);
      gate.countDown();
      ok(inside);
      assertThat(server.get("/held").status()).as("once they have gone").isEqualTo(200);
    }
  }

  @Test
  void answersThatLookAtVeryMuchWaitForEachOtherAndNobodyForThem() throws Exception {
    ServerConfig.Limits roomy = new ServerConfig.Limits(1_000, 2, 100, 50, 1, 20_000, 5_000);
    try (TestServer server =
        TestServer.open(
            roomy, get("/scan", r -> r.scan(this::held)), get("/quick", r -> "quick"))) {
      List<CompletableFuture<Got>> scans = hold(server, "/scan", 22);
      arrived.acquire();
      assertThat(server.get("/quick").status()).isEqualTo(200);
      CountDownLatch refused = new CountDownLatch(5);
      for (CompletableFuture<Got> scan : scans) {
        var unused = scan.thenAccept(got -> refused.countDown());
      }
      refused.await();
      scans.stream()
          .filter(CompletableFuture::isDone)
          .forEach(scan -> told(scan.join(), 503, "overloaded"));
      gate.countDown();
      long answered = scans.stream().filter(scan -> scan.join().status() == 200).count();
      assertThat(answered).as("one in work and sixteen that waited").isEqualTo(17);
    }
  }

  @Test
  void anAnswerThatTakesTooLongIsGivenUp() {
    ServerConfig.Limits hasty = new ServerConfig.Limits(1_000, 2, 100, 50, 1, 100, 1_000);
    try (TestServer server =
        TestServer.open(
            hasty,
            get("/never", r -> new Later(new CompletableFuture<>())),
            get(
                "/patient",
                r -> {
                  r.mayTake(Duration.ofSeconds(20));
                  return new Later(
                      CompletableFuture.supplyAsync(
                          () -> "done",
                          CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS)));
                }))) {
      told(server.get("/never"), 503, "timeout");
      assertThat(server.counted("timeout")).as("as it was answered").isEqualTo(1);
      assertThat(server.get("/patient").status()).isEqualTo(200);
    }
  }

  @Test
  void aClientThatSendsTooFastIsHeldBackWhoeverItIs() {
    try (TestServer server =
        new TestServer(
            TestServer.callers(AccessConfig.OPEN, Rates.ANY, 2),
            TestServer.SMALL,
            get("/hello", r -> "hello"),
            ApiRoute.open("health", "/health", r -> "well"))) {
      List<Got> all = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        all.add(server.get("/hello"));
      }
      assertThat(all).filteredOn(got -> got.status() == 200).hasSizeBetween(2, 19);
      Got refused = all.stream().filter(got -> got.status() != 200).findFirst().orElseThrow();
      told(refused, 429, "rate_limited");
      assertThat(refused.header("retry-after")).isEqualTo("1");
      for (int i = 0; i < 20; i++) {
        assertThat(server.get("/health").status()).as("a probe").isEqualTo(200);
      }
    }
  }

  @Test
  void aCallerBeyondItsQuotaIsToldWhenToComeBack() {
    String key = "hw_key";
    Principal ann = new Principal("ann", Role.READ, Set.of("*"), new Rates(0, 5, 0), false);
    AccessConfig access =
        new AccessConfig(
            List.of(new KeyLine(ann, Secrets.sha256(key)).format()),
            null,
            null,
            Duration.ofSeconds(60));
    ApiRoute route =
        get(
            "/domains/{domain}/events",
            r -> {
              r.spend(Rates.Kind.EVENTS, 500);
              return r.path("domain");
            });
    try (TestServer server =
        new TestServer(TestServer.callers(access, Rates.ANY, 0), TestServer.SMALL, route)) {
      var request = server.request("/domains/shop/events").header("x-api-key", key).build();
      assertThat(server.send(request).status()).as("a large batch goes through").isEqualTo(200);
      Got refused = server.send(request);
      told(refused, 429, "quota_exceeded");
      assertThat(Integer.parseInt(refused.header("retry-after"))).isBetween(90, 100);
      assertThat(refused.http().body()).contains("events a second");
    }
  }

  @Test
  void anAnswerThatIsDrainedEndsItsConnection() {
    try (TestServer server = TestServer.open(TestServer.SMALL, get("/hello", r -> "hello"))) {
      assertThat(server.get("/hello").header("connection")).isEmpty();
      server.server.drain();
      Got last = server.get("/hello");
      assertThat(last.status()).isEqualTo(200);
      assertThat(last.header("connection")).isEqualTo("close");
    }
  }

  @Test
  void aStopAnswersWhatIsInWorkAndThenListensNoMore() throws Exception {
    try (TestServer server = TestServer.open(TestServer.SMALL, get("/held", r -> held()))) {
      List<CompletableFuture<Got>> inside = hold(server, "/held", 2);
      arrived.acquire(2);
      CompletableFuture<Void> stopped = server.server.stop();
      assertThat(stopped).isNotDone();
      gate.countDown();
      ok(inside);
      stopped.get(30, TimeUnit.SECONDS);
      assertThatThrownBy(() -> server.get("/held"))
          .hasRootCauseInstanceOf(java.io.IOException.class);
    }
  }

  @Test
  void aReplyHasTheStatusTypeAndHeadersThatItsEndpointGave() {
    try (TestServer server =
        TestServer.open(
            TestServer.SMALL,
            get("/made", r -> Reply.json(HttpStatus.CREATED, new Greeting("bob", 1, "psst"))))) {
      Got got = server.get("/made");
      assertThat(got.status()).isEqualTo(201);
      assertThat(got.body().path("whispered").asText()).isEqualTo("psst");
    }
  }
}
