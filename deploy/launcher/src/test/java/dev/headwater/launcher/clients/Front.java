package dev.headwater.launcher.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a client and a node: gives what a case says, then what the node answers. Remembers
 * when each request came. Thread-safe.
 */
final class Front implements AutoCloseable {
  private static final List<String> CARRIED =
      List.of("content-type", "x-api-key", "authorization", "accept");
  private static final List<String> CARRIED_BACK =
      List.of("content-type", "retry-after", "www-authenticate");

  /** IMF-fixdate (RFC 9110, 5.6.7). {@code RFC_1123_DATE_TIME} writes a day of one digit. */
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);

  private final URI node;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Deque<JsonNode> first = new ArrayDeque<>();
  private final List<Long> cameNanos = new ArrayList<>();
  private @Nullable JsonNode always;
  private CountDownLatch next = new CountDownLatch(1);

  Front(URI node) throws IOException {
    this.node = node;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /**
   * Begins a case.
   *
   * @param answers given first, one a request: {@code {status, code?, detail?, body?, type?,
   *     retry_after?}} (a value, or {@code {date_in_seconds}}), {@code {drop}}, or one that ends
   *     after a part of its body: {@code {breaks}} by a broken connection, {@code {stalls}} until
   *     the next case
   * @param rest given after those; null: what the node answers
   */
  synchronized void script(JsonNode answers, @Nullable JsonNode rest) {
    next.countDown();
    next = new CountDownLatch(1);
    first.clear();
    answers.forEach(first::add);
    always = rest;
    cameNanos.clear();
  }

  /** Returns when the requests of the case came. */
  synchronized List<Long> cameNanos() {
    return List.copyOf(cameNanos);
  }

  private synchronized @Nullable JsonNode next() {
    cameNanos.add(System.nanoTime());
    return first.isEmpty() ? always : first.poll();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      JsonNode answer = next();
      if (answer == null) {
        forward(exchange, body);
      } else if (answer.has("breaks") || answer.has("stalls")) {
        part(exchange, answer.has("stalls"));
      } else if (!answer.has("drop")) {
        give(exchange, answer);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void part(HttpExchange exchange, boolean stalls)
      throws IOException, InterruptedException {
    CountDownLatch until = untilNext();
    exchange.getResponseHeaders().set("content-type", "application/json");
    exchange.sendResponseHeaders(200, 100);
    exchange.getResponseBody().write('{');
    exchange.getResponseBody().flush();
    if (stalls) {
      until.await();
    }
  }

  private synchronized CountDownLatch untilNext() {
    return next;
  }

  private static void give(HttpExchange exchange, JsonNode answer) throws IOException {
    int status = answer.path("status").asInt();
    var headers = exchange.getResponseHeaders();
    String body = answer.path("body").asText();
    headers.set("content-type", answer.path("type").asText());
    if (!answer.has("body")) {
      headers.set("content-type", "application/problem+json");
      String code = answer.path("code").asText();
      ObjectNode problem = new ObjectMapper().createObjectNode();
      problem.put("type", "urn:headwater:problem:" + code).put("title", "Of a test");
      problem.put("status", status).put("code", code).put("detail", answer.path("detail").asText());
      body = problem.toString();
    }
    if (answer.has("retry_after")) {
      headers.set("retry-after", retryAfter(answer.path("retry_after")));
    }
    write(exchange, status, body.getBytes(StandardCharsets.UTF_8));
  }

  /** A date counts from the answer: the client's process may take seconds to start. */
  private static String retryAfter(JsonNode asked) {
    return asked.has("date_in_seconds")
        ? HTTP_DATE.format(
            ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(asked.path("date_in_seconds").asLong()))
        : asked.asText();
  }

  private static void write(HttpExchange exchange, int status, byte[] bytes) throws IOException {
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private void forward(HttpExchange exchange, byte[] body)
      throws IOException, InterruptedException {
    // The path as it came: identifiers hold escapes.
    String asked = exchange.getRequestURI().toString();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(node + asked))
            .method(
                exchange.getRequestMethod(),
                body.length == 0
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    for (String name : CARRIED) {
      String value = exchange.getRequestHeaders().getFirst(name);
      if (value != null) {
        request.header(name, value);
      }
    }
    HttpResponse<byte[]> got =
        client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    for (String name : CARRIED_BACK) {
      got.headers().firstValue(name).ifPresent(v -> exchange.getResponseHeaders().set(name, v));
    }
    write(exchange, got.statusCode(), got.body());
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
