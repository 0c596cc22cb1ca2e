package dev.headwater.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A real server that answers as it is told, one step a request; the last step goes on for ever. */
final class ScriptedServer implements AutoCloseable {
  static final String ANSWER =
      "{\"recommendation_id\":\"r1\",\"items\":[{\"item\":\"b\",\"score\":0.5,"
          + "\"origin\":\"cold_start\"}],"
          + "\"versions\":{\"model\":\"m\",\"table\":3,\"index\":\"scan\",\"view\":1}}";

  /** What is done with one request. */
  interface Step {
    void handle(HttpExchange exchange) throws IOException, InterruptedException;
  }

  /** What a request said. */
  record Asked(String method, String path, String body, String key, String trace) {}

  final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final Queue<Step> steps = new ConcurrentLinkedQueue<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;

  ScriptedServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    asked.add(
        new Asked(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            body,
            exchange.getRequestHeaders().getFirst("authorization"),
            exchange.getRequestHeaders().getFirst("traceparent")));
    Step step = steps.size() > 1 ? steps.poll() : steps.element();
    try (exchange) {
      step.handle(exchange);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Adds a step. */
  ScriptedServer then(Step step) {
    steps.add(step);
    return this;
  }

  ScriptedServer thenAnswer(int status, String body) {
    return then(exchange -> write(exchange, status, body));
  }

  ScriptedServer thenProblem(int status, String code) {
    return thenAnswer(status, problem(status, code));
  }

  ScriptedServer thenRetryAfter(int status, String retryAfter) {
    return then(
        exchange -> {
          exchange.getResponseHeaders().add("retry-after", retryAfter);
          write(exchange, status, problem(status, "overloaded"));
        });
  }

  /** The connection ends without a word. */
  ScriptedServer thenHangUp() {
    return then(exchange -> {});
  }

  /** The answer ends in its middle. */
  ScriptedServer thenHangUpHalfway() {
    return then(ScriptedServer::writeHalf);
  }

  private static void writeHalf(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, ANSWER.length());
    exchange.getResponseBody().write(ANSWER.substring(0, 20).getBytes(StandardCharsets.UTF_8));
    exchange.getResponseBody().flush();
  }

  /** The head of an answer and some of its body, and then nothing while the server lives. */
  ScriptedServer thenStandStillHalfway() {
    return then(
        exchange -> {
          writeHalf(exchange);
          closed.await();
        });
  }

  /** No answer while the server lives. */
  ScriptedServer thenSilence() {
    return then(exchange -> closed.await());
  }

  static String problem(int status, String code) {
    return "{\"status\":%d,\"code\":\"%s\",\"detail\":\"said so\",\"type\":\"t\",\"title\":\"t\"}"
        .formatted(status, code);
  }

  static void write(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** A client with short waits. */
  NodeClient node(int attempts) {
    return NodeClient.at(address())
        .with(new Retries(attempts, Duration.ofMillis(5), Duration.ofMillis(50)));
  }

  HeadwaterClient shop(int attempts) {
    return node(attempts).shop("shop");
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
