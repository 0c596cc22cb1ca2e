package dev.headwater.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headwater.access.Outgoing;
import dev.headwater.store.admin.StandbyConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Asks the other store of a pair for its health. One that hangs takes connections and answers
 * nothing: that counts as gone after a second. Thread-safe.
 */
final class PeerHealth {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration ANSWER_MAX = Duration.ofSeconds(1);

  private final String node;
  private final HttpClient http;
  private final HttpRequest request;

  /**
   * Creates one.
   *
   * @param node this store's own name
   */
  PeerHealth(String node, StandbyConfig config) {
    this.node = node;
    Outgoing outgoing = Outgoing.of(config.authorities(), null);
    URI peer = Objects.requireNonNull(config.peer(), "peer");
    http = outgoing.client(ANSWER_MAX).build();
    request = outgoing.request(peer.resolve("/v1/health")).timeout(ANSWER_MAX).GET().build();
  }

  /** Begins to ask; the answer is there within about a second, and never a failure. */
  CompletableFuture<PrimaryWatch.Peer> ask() {
    return http.sendAsync(request, HttpResponse.BodyHandlers.ofString())
        .orTimeout(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS)
        .handle(
            (answer, failure) ->
                answer == null || answer.statusCode() != 200
                    ? PrimaryWatch.Peer.GONE
                    : read(node, answer.body()));
  }

  static PrimaryWatch.Peer read(String node, String health) {
    JsonNode json;
    try {
      json = JSON.readTree(health);
    } catch (JsonProcessingException e) {
      return PrimaryWatch.Peer.GONE;
    }
    boolean well = json.path("status").asText().equals("up");
    String role = json.path("role").asText();
    if (well && role.equals("primary")) {
      return PrimaryWatch.Peer.PRIMARY;
    }
    boolean before = json.path("node").asText().compareTo(node) < 0;
    return well && role.equals("standby") && before
        ? PrimaryWatch.Peer.STANDBY_BEFORE
        : PrimaryWatch.Peer.GONE;
  }
}
