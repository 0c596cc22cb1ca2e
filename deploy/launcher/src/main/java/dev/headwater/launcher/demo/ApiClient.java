package dev.headwater.launcher.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.platform.report.VerbException;
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

/** Calls the HTTP API of one domain as any client would. Thread-safe. */
public final class ApiClient {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final HttpClient http;
  private final String base;
  private final String domainPath;

  /** Makes a client of a server on loopback. */
  public ApiClient(int port, String domain) {
    http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    base = "http://127.0.0.1:" + port;
    domainPath = "/v1/domains/" + encode(domain);
  }

  /** Returns the address of the server. */
  public String base() {
    return base;
  }

  /** Asks what a user should be shown. */
  public JsonNode recommendations(String user, int count) {
    return get(domainPath + "/users/" + encode(user) + "/recommendations?count=" + count);
  }

  /** Asks what to show after a history. */
  public JsonNode recommendationsFor(List<String> history, int count) {
    ObjectNode body = JSON.createObjectNode();
    history.forEach(body.putArray("history")::add);
    body.put("count", count);
    return post(domainPath + "/recommendations", body);
  }

  /** Asks where an item is on its way. */
  public JsonNode status(String item) {
    return get(domainPath + "/items/" + encode(item) + "/status");
  }

  /** Asks where several items are on their way. */
  public JsonNode status(List<String> items) {
    ObjectNode body = JSON.createObjectNode();
    items.forEach(body.putArray("items")::add);
    return post(domainPath + "/items/status", body);
  }

  /** Asks for the items nearest to one. */
  public JsonNode similar(String item, int count) {
    return get(domainPath + "/items/" + encode(item) + "/similar?count=" + count);
  }

  /** Asks what is served. */
  public JsonNode versions() {
    return get(domainPath + "/versions");
  }

  private JsonNode get(String path) {
    return send(request(path).GET().build());
  }

  private JsonNode post(String path, ObjectNode body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(20));
  }

  private JsonNode send(HttpRequest request) {
    try {
      HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
      if (response.statusCode() != 200) {
        throw new VerbException(
            "%s %s answered %d: %s"
                .formatted(
                    request.method(),
                    request.uri(),
                    response.statusCode(),
                    new String(response.body(), StandardCharsets.UTF_8)));
      }
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VerbException("interrupted");
    }
  }

  private static String encode(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
