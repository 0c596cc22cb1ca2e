package dev.headwater.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headwater.access.AccessConfig;
import dev.headwater.access.Rates;
import dev.headwater.tracing.Tracing;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/** A server on a free port with routes of a test, and a client of it. */
final class TestServer implements AutoCloseable {
  static final int BODY_MAX = 1_000;

  /** Two are made at a time and one waits; the fourth is sent away. */
  static final ServerConfig.Limits SMALL =
      new ServerConfig.Limits(BODY_MAX, 2, 1, 50, 1, 20_000, 5_000);

  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final ApiServer server;
  private final int port;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(20))
          .build();

  /** An answer as a caller sees it. */
  record Got(int status, JsonNode body, HttpResponse<String> http) {
    String code() {
      return body.path("code").asText();
    }

    String header(String name) {
      return http.headers().firstValue(name).orElse("");
    }
  }

  /** How many answers of a code were counted, once one was; it happens beside the answer. */
  long counted(String code) {
    long count = 0;
    for (int i = 0; i < 500 && count == 0; i++) {
      LockSupport.parkNanos(10_000_000);
      count =
          registry.find("requests").tag("code", code).timers().stream()
              .mapToLong(Timer::count)
              .sum();
    }
    return count;
  }

  TestServer(ServerConfig.Callers callers, ServerConfig.Limits limits, ApiRoute... routes) {
    server =
        new ApiServer(
            new ServerConfig(
                "test", new ServerConfig.Address("127.0.0.1", 0, null), callers, limits),
            new ServerParts(
                registry,
                new ServerParts.Meters("requests", "inside", "queued", "certificate"),
                Tracing.OFF,
                failure ->
                    failure instanceof IllegalStateException
                        ? Problem.of(
                            com.linecorp.armeria.common.HttpStatus.CONFLICT, "known", "as agreed")
                        : null,
                Json.MAPPER),
            List.of(routes));
    server.start();
    port = server.port();
  }

  /** Nobody is asked for a key or held to a rate. */
  static TestServer open(ServerConfig.Limits limits, ApiRoute... routes) {
    return new TestServer(ServerConfig.Callers.unlimited(AccessConfig.OPEN), limits, routes);
  }

  static ServerConfig.Callers callers(AccessConfig access, Rates rates, int addressRate) {
    return new ServerConfig.Callers(access, rates, Map.of(), addressRate);
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(30));
  }

  CompletableFuture<Got> later(String path) {
    return client
        .sendAsync(request(path).build(), BodyHandlers.ofString())
        .thenApply(TestServer::got);
  }

  Got get(String path) {
    return later(path).join();
  }

  Got post(String path, byte[] body) {
    return send(
        request(path)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofByteArray(body))
            .build());
  }

  Got post(String path, String body) {
    return post(path, body.getBytes(StandardCharsets.UTF_8));
  }

  Got send(HttpRequest request) {
    return client.sendAsync(request, BodyHandlers.ofString()).thenApply(TestServer::got).join();
  }

  private static Got got(HttpResponse<String> http) {
    try {
      boolean json = http.headers().firstValue("content-type").orElse("").contains("json");
      return new Got(http.statusCode(), Json.MAPPER.readTree(json ? http.body() : "{}"), http);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Not waited for: a server listens for a while before it ends, for who comes late. */
  @Override
  public void close() {
    var unused = server.stop();
  }
}
