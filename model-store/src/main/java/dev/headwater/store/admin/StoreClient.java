package dev.headwater.store.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headwater.access.Outgoing;
import dev.headwater.store.snapshot.Restore;
import dev.headwater.store.snapshot.SnapshotFetcher;
import dev.headwater.store.snapshot.SnapshotManifest;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.StoreException.Code;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * Asks a running store, for the launcher's verbs; one method a verb. Answers are the store's JSON.
 * A refusal is a {@link StoreException} with the store's code. Thread-safe.
 */
public final class StoreClient {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final URI base;
  private final Outgoing outgoing;
  private final HttpClient http;

  /**
   * Creates one that shows no key.
   *
   * @param base the store's address, {@code http://127.0.0.1:port}
   */
  public StoreClient(URI base) {
    this(base, Outgoing.NONE);
  }

  /**
   * Creates one.
   *
   * @param base the store's address, {@code http://host:port} or {@code https://…}
   * @param outgoing whom it trusts and the key it shows
   */
  public StoreClient(URI base, Outgoing outgoing) {
    this.base = base;
    this.outgoing = outgoing;
    http = outgoing.client(Duration.ofSeconds(5)).build();
  }

  /** {@code versions}: what is kept, under {@code versions[]}. */
  public JsonNode versions() throws InterruptedException {
    return get("/v1/versions");
  }

  /** What is kept of one domain, under {@code versions[]}. */
  public JsonNode versions(String domain) throws InterruptedException {
    return get("/v1/versions?domain=" + encoded(domain));
  }

  /** What each domain serves, under {@code announced[]}. */
  public JsonNode announced() throws InterruptedException {
    return get("/v1/announced");
  }

  /** Who did what, when and why, under {@code audit[]}. */
  public JsonNode audit() throws InterruptedException {
    return get("/v1/audit");
  }

  /** Who did what to one domain, when and why, under {@code audit[]}. */
  public JsonNode audit(String domain) throws InterruptedException {
    return get("/v1/audit?domain=" + encoded(domain));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** {@code diff A B}. */
  public JsonNode diff(long a, long b) throws InterruptedException {
    return get("/v1/diff?a=" + a + "&b=" + b);
  }

  /** {@code verify-table V}; {@code ok} false names the first difference. */
  public JsonNode verify(long version) throws InterruptedException {
    return get("/v1/verify?version=" + version);
  }

  /** {@code pin V}. */
  public JsonNode pin(long version, String why, String who) throws InterruptedException {
    return post("/v1/pin", Map.of("version", version, "why", why, "who", who));
  }

  /** {@code pin V}, refused when it is not a version of the domain. */
  public JsonNode pin(String domain, long version, String why, String who)
      throws InterruptedException {
    return post("/v1/pin", Map.of("domain", domain, "version", version, "why", why, "who", who));
  }

  /** {@code unpin}. */
  public JsonNode unpin(String domain, String why, String who) throws InterruptedException {
    return post("/v1/unpin", Map.of("domain", domain, "why", why, "who", who));
  }

  /** {@code rollback V --why W}. */
  public JsonNode rollback(long version, String why, String who) throws InterruptedException {
    return post("/v1/rollback", Map.of("version", version, "why", why, "who", who));
  }

  /** {@code rollback V --why W}, refused when it is not a version of the domain. */
  public JsonNode rollback(String domain, long version, String why, String who)
      throws InterruptedException {
    return post(
        "/v1/rollback", Map.of("domain", domain, "version", version, "why", why, "who", who));
  }

  /** {@code publish}: makes a bundle the domain's model. */
  public JsonNode announceModel(String domain, String model, String who)
      throws InterruptedException {
    return announceModel(domain, model, "", who);
  }

  /** {@code publish}, saying how the table is to be indexed. */
  public JsonNode announceModel(String domain, String model, String indexParameters, String who)
      throws InterruptedException {
    return post(
        "/v1/models",
        Map.of("domain", domain, "model", model, "index_parameters", indexParameters, "who", who));
  }

  /** {@code delete-item D/I}. */
  public JsonNode deleteItem(String domain, String item, String who) throws InterruptedException {
    return post("/v1/deletions", Map.of("domain", domain, "item", item, "who", who));
  }

  /** {@code snapshot OUT}: takes one and fetches it. */
  public SnapshotManifest snapshot(Path out) throws InterruptedException {
    return fetch(takeSnapshot(), out);
  }

  /** Takes a snapshot and returns its id. */
  public String takeSnapshot() throws InterruptedException {
    return post("/v1/snapshots", Map.of()).path("id").asText();
  }

  /** {@code snapshot OUT --id ID}: fetches one taken before; goes on where it stopped. */
  public SnapshotManifest fetch(String id, Path out) throws InterruptedException {
    return new SnapshotFetcher(base, outgoing).fetch(id, out);
  }

  /**
   * {@code restore IN}: makes a fetched snapshot the directory of a node that is not running.
   *
   * @param directory the node's {@code StoreConfig.directory()}
   */
  public static SnapshotManifest restore(Path in, Path directory, Clock clock) {
    return Restore.install(in, directory, clock.millis());
  }

  private JsonNode get(String path) throws InterruptedException {
    return send(outgoing.request(base.resolve(path)).GET());
  }

  private JsonNode post(String path, Map<String, ?> body) throws InterruptedException {
    String json = JSON.valueToTree(body).toString();
    return send(
        outgoing
            .request(base.resolve(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  private JsonNode send(HttpRequest.Builder request) throws InterruptedException {
    try {
      HttpResponse<String> response =
          http.send(request.timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() == 401 || response.statusCode() == 403) {
        throw denied(response);
      }
      JsonNode body = JSON.readTree(response.body());
      if (response.statusCode() == 200) {
        return body;
      }
      throw new StoreException(code(body), body.path("detail").asText("no detail"));
    } catch (IOException e) {
      throw new StoreException(
          Code.STORAGE_FAILED, "no store answers at " + base + ": " + e.getMessage(), e);
    }
  }

  private static StoreException denied(HttpResponse<String> response) throws IOException {
    String detail = JSON.readTree(response.body()).path("detail").asText("no detail");
    return new StoreException(
        Code.ACCESS_DENIED, "the store answered " + response.statusCode() + ": " + detail);
  }

  private static Code code(JsonNode problem) {
    try {
      return Code.valueOf(problem.path("code").asText("").toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      return Code.STORAGE_FAILED;
    }
  }
}
