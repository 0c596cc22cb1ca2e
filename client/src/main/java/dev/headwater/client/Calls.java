package dev.headwater.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes calls, and makes them again where that helps. */
final class Calls {
  /** Unknown fields are left out: a newer server may say more. */
  static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofSeconds(15);

  private final URI node;
  private final Retries retries;
  private final Credentials credentials;
  private final HttpClient http;
  private final Supplier<@Nullable String> traceparent;

  Calls(URI node, Retries retries, Credentials credentials) {
    this.node = node;
    this.retries = retries;
    this.credentials = credentials;
    HttpClient.Builder client =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT);
    http = credentials.trustedBy(client).build();
    traceparent = () -> null;
  }

  private Calls(Calls of, Supplier<@Nullable String> traceparent) {
    node = of.node;
    retries = of.retries;
    credentials = of.credentials;
    http = of.http;
    this.traceparent = traceparent;
  }

  /** Returns the same calls, with the header {@code traceparent} where there is one. */
  Calls tracedBy(Supplier<@Nullable String> text) {
    return new Calls(this, text);
  }

  <T> T call(String method, String path, byte @Nullable [] body, Class<T> type) {
    for (int attempt = 1; ; attempt++) {
      boolean last = attempt == retries.attempts();
      Duration asked = Duration.ZERO;
      try {
        HttpRequest request = request(method, path, body);
        HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() / 100 == 2) {
          return read(response.body(), type);
        }
        if (last || !Retries.mayRetry(response.statusCode())) {
          throw problem(response);
        }
        asked = retryAfter(response);
      } catch (IOException e) {
        if (last) {
          throw new HeadwaterException(node + " did not answer: " + e, e);
        }
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
      sleep(retries.waitAfter(attempt, asked));
    }
  }

  private HttpRequest request(String method, String path, byte @Nullable [] body) {
    HttpRequest.Builder request =
        credentials.shownIn(HttpRequest.newBuilder(node.resolve(path)).timeout(ANSWER));
    String trace = traceparent.get();
    if (trace != null) {
      request.header("traceparent", trace);
    }
    if (body == null) {
      return request.method(method, HttpRequest.BodyPublishers.noBody()).build();
    }
    return request
        .header("content-type", "application/json")
        .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
        .build();
  }

  private static HeadwaterException problem(HttpResponse<byte[]> response) {
    try {
      JsonNode problem = JSON.readTree(response.body());
      return new HeadwaterException(
          response.statusCode(),
          problem.path("code").asText("http_" + response.statusCode()),
          problem.path("detail").asText());
    } catch (IOException e) {
      return new HeadwaterException(
          response.statusCode(), "http_" + response.statusCode(), "no problem details");
    }
  }

  /** Seconds; a date, which servers of ours never send, counts as nothing. */
  private static Duration retryAfter(HttpResponse<?> response) {
    String text = response.headers().firstValue("retry-after").orElse("");
    return text.matches("[0-9]{1,6}") ? Duration.ofSeconds(Long.parseLong(text)) : Duration.ZERO;
  }

  private static void sleep(Duration wait) {
    try {
      Thread.sleep(wait.toMillis());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static HeadwaterException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new HeadwaterException("interrupted", e);
  }

  private static <T> T read(byte[] json, Class<T> type) {
    try {
      return JSON.readValue(json, type);
    } catch (IOException e) {
      throw new HeadwaterException("the answer cannot be read: " + e.getMessage(), e);
    }
  }

  static JsonNode read(byte[] json) {
    return read(json, JsonNode.class);
  }

  static byte[] bytes(JsonNode node) {
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  static String query(Map<String, List<String>> values) {
    StringJoiner query = new StringJoiner("&", "?", "");
    values.forEach(
        (name, list) -> list.forEach(value -> query.add(encoded(name) + "=" + encoded(value))));
    return query.toString();
  }
}
