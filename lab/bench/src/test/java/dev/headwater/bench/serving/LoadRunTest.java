package dev.headwater.bench.serving;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that answers as its path says: every answer must be counted as what it is. */
@Timeout(60)
class LoadRunTest {
  private static final String TEN = "{\"item\":\"item-0\"},{\"item\":\"bad-1\"}," + items(8);

  private static final long SLOW_MS = 30;

  /** Who asked for {@code /peer}. */
  private static final Set<InetSocketAddress> PEERS = ConcurrentHashMap.newKeySet();

  private static HttpServer server;
  private static ExecutorService threads;

  private static String items(int count) {
    StringBuilder items = new StringBuilder();
    for (int i = 0; i < count; i++) {
      items.append(i == 0 ? "" : ",").append("{\"item\":\"item-").append(i + 1).append("\"}");
    }
    return items.toString();
  }

  @BeforeAll
  static void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    threads = Executors.newCachedThreadPool();
    server.setExecutor(threads);
    server.createContext("/", LoadRunTest::answer);
    server.start();
  }

  @AfterAll
  static void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  private static void answer(HttpExchange exchange) throws IOException {
    switch (exchange.getRequestURI().getPath()) {
      case "/whole" -> send(exchange, 200, "{\"items\":[" + TEN + "]}");
      case "/short" -> send(exchange, 200, "{\"items\":[" + items(9) + "]}");
      case "/fallback" -> send(exchange, 200, "{\"fallback\":\"popular\",\"items\":[" + TEN + "]}");
      case "/shed" -> {
        exchange.getResponseHeaders().set("Retry-After", "1");
        send(exchange, 503, "{}");
      }
      case "/limited" -> {
        exchange.getResponseHeaders().set("Retry-After", "1");
        send(exchange, 429, "{}");
      }
      case "/rude" -> send(exchange, 503, "{}");
      case "/slow" -> {
        for (long end = System.nanoTime() + SLOW_MS * 1_000_000L; System.nanoTime() < end; ) {
          LockSupport.parkNanos(end - System.nanoTime());
        }
        send(exchange, 200, "{\"items\":[" + TEN + "]}");
      }
      case "/peer" -> {
        PEERS.add(exchange.getRemoteAddress());
        send(exchange, 200, "{\"items\":[" + TEN + "]}");
      }
      case "/broken" -> exchange.close();
      default -> send(exchange, 500, "{}");
    }
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private final List<RawClient> clients = new ArrayList<>();

  @BeforeEach
  void connect() throws IOException {
    for (int i = 0; i < 3; i++) {
      clients.add(new RawClient(server.getAddress().getPort()));
    }
  }

  @AfterEach
  void disconnect() throws IOException {
    for (RawClient client : clients) {
      client.close();
    }
  }

  private LoadRun.Result run(int requests, String... paths) throws InterruptedException {
    return new LoadRun(
            clients,
            i -> paths[(int) (i % paths.length)],
            item -> item.startsWith("bad-"),
            requests)
        .at(10_000, 30);
  }

  @Test
  void everyAnswerIsCountedOnceAsWhatItIs() throws Exception {
    LoadRun.Result result =
        run(140, "/whole", "/short", "/fallback", "/shed", "/limited", "/rude", "/else");
    assertThat(result.shed()).isEqualTo(40);
    assertThat(result.errors()).as("without Retry-After, and 500").isEqualTo(40);
    assertThat(result.unsent()).isZero();
    assertThat(result.fallbacks()).isEqualTo(20);
    assertThat(result.shorts()).isEqualTo(20);
    assertThat(result.forbidden()).isEqualTo(40);
    assertThat(result.rps() * 30).as("answered with 200").isBetween(59.9, 60.1);
  }

  @Test
  void aBrokenConnectionIsAnErrorAndTheNextRequestHasANewOne() throws Exception {
    LoadRun.Result result = run(40, "/broken", "/whole");
    assertThat(result.errors()).isEqualTo(20);
    assertThat(result.unsent()).isZero();
    assertThat(result.rps()).isPositive();
  }

  @Test
  void aSecondRunGoesOnOverTheSameConnections() throws Exception {
    int before = PEERS.size();
    run(30, "/peer");
    int first = PEERS.size() - before;
    assertThat(first).isBetween(1, 3);
    assertThat(run(300, "/peer").errors()).isZero();
    assertThat(PEERS.size() - before).as("never more than there are").isLessThanOrEqualTo(3);
  }

  @Test
  void whatWasDueAndNotSentIsSaid() throws Exception {
    LoadRun late = new LoadRun(clients.subList(0, 1), i -> "/whole", item -> false, 1_000_000);
    LoadRun.Result result = late.at(1_000_000_000.0, 0.2);
    assertThat(result.unsent()).isPositive();
    assertThat(Math.round(result.rps() * 0.2) + result.unsent()).isLessThanOrEqualTo(1_000_000);
    assertThat(result.errors() + result.shed()).isZero();
  }

  @Test
  void latencyIsToldForEachSecond() throws Exception {
    LoadRun run = new LoadRun(clients, i -> i < 40 ? "/whole" : "/slow", item -> false, 60);
    List<Double> seconds = run.at(40, 30).p99MsBySecond();
    assertThat(seconds).hasSize(2);
    assertThat(seconds.get(1)).as("requests 40 to 59").isGreaterThanOrEqualTo(SLOW_MS);
  }

  @Test
  void whereNothingWasAnsweredNoPercentileIsClaimed() throws Exception {
    LoadRun.Result result = run(5, "/rude");
    assertThat(result.p50Ms()).isNaN();
    assertThat(result.p99Ms()).isNaN();
    assertThat(result.rps()).isZero();
  }

  @Test
  void theClientReadsStatusBodyAndWhenToRetry() throws Exception {
    try (RawClient client = new RawClient(server.getAddress().getPort())) {
      assertThat(client.get("/shed")).isEqualTo(new RawClient.Answer(503, "{}", true));
      assertThat(client.post("/rude", "{}").saysWhenToRetry()).isFalse();
      assertThatThrownBy(() -> client.get("/broken")).isInstanceOf(EOFException.class);
      client.reconnect();
      assertThat(Answers.items(client.get("/short").body())).hasSize(9).endsWith("item-9");
    }
  }

  @Test
  void itemsAreReadInTheirOrderAndNothingElse() {
    assertThat(
            Answers.items(
                "{\"items\":[{\"item\":\"b\",\"score\":1.0},{\"item\":\"a\"}],"
                    + "\"based_on\":{\"last_item\":\"c\"}}"))
        .containsExactly("b", "a");
    assertThat(Answers.items("{\"items\":[]}")).isEmpty();
  }
}
