package dev.headwater.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which calls are made again, which are not, and what a caller hears in the end. */
class CallsTest {
  private static final Wish ONE = Wish.of(1);

  private final ScriptedServer server;

  CallsTest() throws IOException {
    server = new ScriptedServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HeadwaterException failure(int attempts) {
    return catchThrowableOfType(
        HeadwaterException.class, () -> server.shop(attempts).forUser("ann", ONE));
  }

  @ParameterizedTest
  @CsvSource({
    "400,bad_count",
    "400,unknown_parameter",
    "401,unauthenticated",
    "403,forbidden",
    "404,unknown_domain",
    "404,unknown_item",
    "405,method_not_allowed",
    "408,request_timeout",
    "409,store_refused",
    "413,body_too_large",
    "415,wrong_content_type",
    "500,internal"
  })
  void asksOnceWhereAskingAgainWouldNotHelp(int status, String code) {
    server.thenProblem(status, code);
    HeadwaterException e = failure(3);
    assertThat(e.status()).isEqualTo(status);
    assertThat(e.code()).isEqualTo(code);
    assertThat(e).hasMessage(code + ": said so");
    assertThat(server.asked).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "429,rate_limited",
    "429,quota_exceeded",
    "502,http_502",
    "503,overloaded",
    "503,not_ready",
    "503,log_unavailable",
    "503,timeout",
    "504,http_504"
  })
  void asksAgainAsOftenAsAgreed(int status, String code) {
    server.thenProblem(status, code);
    HeadwaterException e = failure(3);
    assertThat(e.status()).isEqualTo(status);
    assertThat(e.code()).isEqualTo(code);
    assertThat(server.asked).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 502, 503, 504})
  void anAnswerAfterRefusalsIsTheAnswer(int status) {
    server.thenProblem(status, "x").thenProblem(status, "x").thenAnswer(200, ScriptedServer.ANSWER);
    assertThat(server.shop(3).forUser("ann", ONE).recommendationId()).isEqualTo("r1");
    assertThat(server.asked).hasSize(3);
  }

  @Test
  void brokenConnectionsAreTriedAgain() {
    server.thenHangUp().thenHangUpHalfway().thenAnswer(200, ScriptedServer.ANSWER);
    List<String> history = List.of("a");
    assertThat(server.shop(3).forHistory(history, ONE).recommendationId()).isEqualTo("r1");
    assertThat(server.asked).hasSize(3);
  }

  @Test
  void brokenConnectionsEndSomeTime() {
    server.thenHangUp();
    List<String> history = List.of("a");
    HeadwaterException e =
        catchThrowableOfType(
            HeadwaterException.class, () -> server.shop(2).forHistory(history, ONE));
    assertThat(e.status()).isEqualTo(HeadwaterException.NO_ANSWER);
    assertThat(e.code()).isEqualTo("no_answer");
    assertThat(e).hasCauseInstanceOf(IOException.class);
    assertThat(server.asked).hasSize(2);
  }

  @Test
  void saysSoWhenNobodyListens() {
    NodeClient nobody =
        NodeClient.at(URI.create("http://127.0.0.1:1"))
            .with(new Retries(2, Duration.ofMillis(1), Duration.ofMillis(2)));
    HeadwaterException e =
        catchThrowableOfType(HeadwaterException.class, () -> nobody.shop("shop").status("a"));
    assertThat(e.status()).isEqualTo(HeadwaterException.NO_ANSWER);
    assertThat(e).hasMessageContaining("http://127.0.0.1:1");
  }

  @Test
  void aSilentServerIsGivenUp() {
    server.thenSilence();
    NodeClient node = server.node(1).with(Timeouts.of(Duration.ofMillis(100)));
    HeadwaterException e =
        catchThrowableOfType(HeadwaterException.class, () -> node.shop("shop").status("a"));
    assertThat(e.status()).isEqualTo(HeadwaterException.NO_ANSWER);
    assertThat(e.getCause()).isInstanceOf(java.net.http.HttpTimeoutException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "<html>Bad Gateway</html>", "null", "[]", "7", "{}", "{\"code\":null}", "{"})
  void aProblemInOtherWordsIsNamedByItsStatus(String body) {
    server.thenAnswer(500, body);
    HeadwaterException e = failure(1);
    assertThat(e.status()).isEqualTo(500);
    assertThat(e.code()).isEqualTo("http_500");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "<html>", "null", "[]", "7", "{}", "{\"items\":null}", "{\"items\":{}}"})
  void anAnswerThatIsNoneIsAProblem(String body) {
    server.thenAnswer(200, body);
    HeadwaterException e = failure(3);
    assertThat(e).hasMessageContaining("cannot be read");
    assertThat(server.asked).hasSize(1);
  }

  @Test
  void aRedirectIsNotFollowed() {
    server.thenAnswer(302, "");
    assertThat(failure(3).code()).isEqualTo("http_302");
  }

  /** Ten minutes asked, fifty milliseconds granted: this test would not end otherwise. */
  @ParameterizedTest
  @ValueSource(strings = {"600", "Fri, 31 Dec 2100 23:59:59 GMT", "999999999"})
  void aServerMayNotAskForLongerThanAgreed(String retryAfter) {
    server.thenRetryAfter(503, retryAfter).thenAnswer(200, ScriptedServer.ANSWER);
    assertThat(server.shop(2).forUser("ann", ONE).recommendationId()).isEqualTo("r1");
  }

  @Test
  void waitsAsLongAsTheServerAsks() {
    server.thenRetryAfter(503, "1").thenAnswer(200, ScriptedServer.ANSWER);
    List<Long> times = new ArrayList<>();
    HeadwaterClient shop =
        NodeClient.at(server.address())
            .with(new Retries(2, Duration.ofMillis(1), Duration.ofSeconds(5)))
            .with(
                Credentials.of(
                    () -> {
                      times.add(System.nanoTime());
                      return "key";
                    }))
            .shop("shop");
    shop.forUser("ann", ONE);
    assertThat(Duration.ofNanos(times.get(1) - times.get(0)))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void changesOfVersionsAreMadeOnce() {
    server.thenProblem(503, "store_unreachable");
    DomainClient shop = server.node(3).domain("shop");
    assertThatThrownBy(() -> shop.pin(7, "why", "me")).hasMessageContaining("store_unreachable");
    assertThatThrownBy(() -> shop.unpin("why", "me")).isInstanceOf(HeadwaterException.class);
    assertThatThrownBy(() -> shop.rollback(7, "why", "me")).isInstanceOf(HeadwaterException.class);
    assertThat(server.asked).hasSize(3);
    assertThatThrownBy(shop::keptVersions).isInstanceOf(HeadwaterException.class);
    assertThat(server.asked).hasSize(6);
  }

  @Test
  void theFutureFailsAsTheCallWould() {
    server.thenProblem(404, "unknown_domain");
    CompletableFuture<?> answer = server.shop(2).async().forUser("ann", ONE);
    assertThatThrownBy(answer::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            HeadwaterException.class, e -> assertThat(e.code()).isEqualTo("unknown_domain"));
  }

  @Test
  void whoAsksAsynchronouslyDoesNotWait() {
    server.thenSilence();
    HeadwaterClient shop = server.node(1).with(Timeouts.of(Duration.ofSeconds(60))).shop("shop");
    List<CompletableFuture<?>> answers =
        List.of(
            shop.async().forUser("ann", ONE),
            shop.async().forUsers(List.of("ann"), ONE),
            shop.async().forHistory(List.of("a"), ONE),
            shop.async().similar("a", ONE),
            shop.async().status("a"),
            shop.async().statuses(List.of("a")),
            shop.async().removeItem("a"));
    assertThat(answers).noneMatch(CompletableFuture::isDone);
    answers.forEach(each -> each.cancel(true));
  }

  @Test
  void anInterruptedCallerStopsWaitingAndStaysInterrupted() throws InterruptedException {
    server.thenSilence();
    HeadwaterClient shop = server.node(1).with(Timeouts.of(Duration.ofSeconds(60))).shop("shop");
    AtomicReference<Throwable> heard = new AtomicReference<>();
    AtomicReference<Boolean> still = new AtomicReference<>();
    Thread caller =
        new Thread(
            () -> {
              try {
                shop.status("a");
              } catch (HeadwaterException e) {
                heard.set(e);
                still.set(Thread.currentThread().isInterrupted());
              }
            });
    caller.start();
    caller.interrupt();
    caller.join();
    assertThat(heard.get()).hasMessageContaining("interrupted");
    assertThat(still.get()).isTrue();
  }

  @Test
  void aRefusalSaysHowLongTheNodeAsksToWait() {
    server.thenRetryAfter(429, "7").thenAnswer(404, "");
    HeadwaterClient shop = server.shop(1);
    assertThatThrownBy(() -> shop.status("a"))
        .isInstanceOfSatisfying(
            HeadwaterException.class,
            refused -> assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(7)));
    assertThatThrownBy(() -> shop.status("a"))
        .isInstanceOfSatisfying(
            HeadwaterException.class,
            refused -> assertThat(refused.retryAfter()).isEqualTo(Duration.ZERO));
  }

  /** The request's timeout ends with its headers. */
  @Test
  void whoeverStandsStillInTheBodyHasNotAnswered() {
    server.thenStandStillHalfway();
    HeadwaterClient shop = server.node(2).with(Timeouts.of(Duration.ofMillis(300))).shop("shop");
    HeadwaterException e =
        assertTimeoutPreemptively(
            Duration.ofSeconds(20),
            () -> catchThrowableOfType(HeadwaterException.class, () -> shop.forUser("ann", ONE)));
    assertThat(e).hasMessageContaining("did not answer");
    assertThat(server.asked).as("and was asked again").hasSize(2);
  }
}
