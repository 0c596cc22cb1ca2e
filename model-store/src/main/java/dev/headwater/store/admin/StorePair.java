package dev.headwater.store.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headwater.access.Outgoing;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where the store is: at one address, or at that one of two which announces. Which one it is, is
 * asked anew after a second, for a primary that hangs is replaced while its callers go on. Where
 * neither announces, calls go to one that is well, and otherwise to the first. Thread-safe.
 */
final class StorePair {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration ANSWER_MAX = Duration.ofSeconds(1);
  private static final long KNOWN_FOR_NS = Duration.ofSeconds(1).toNanos();

  private static final int PRIMARY = 3;

  private final List<URI> addresses;
  private final Outgoing outgoing;
  private final Duration answerMax;
  private final HttpClient http;
  private volatile @Nullable Found found;

  private record Found(URI address, long atNs) {}

  /**
   * Creates one.
   *
   * @param other null: there is one store
   */
  StorePair(URI base, @Nullable URI other, Outgoing outgoing) {
    this(base, other, outgoing, ANSWER_MAX);
  }

  /**
   * Creates one.
   *
   * @param answerMax one that has not answered by then is thought away
   */
  StorePair(URI base, @Nullable URI other, Outgoing outgoing, Duration answerMax) {
    this.answerMax = answerMax;
    addresses = other == null ? List.of(base) : List.of(base, other);
    this.outgoing = outgoing;
    http = outgoing.client(answerMax).build();
  }

  /** Returns the addresses. */
  List<URI> addresses() {
    return addresses;
  }

  /** Finds the store to call; completes within about a second, never with a failure. */
  CompletableFuture<URI> find() {
    Found known = found;
    if (addresses.size() == 1) {
      return CompletableFuture.completedFuture(addresses.get(0));
    }
    if (known != null && System.nanoTime() - known.atNs < KNOWN_FOR_NS) {
      return CompletableFuture.completedFuture(known.address);
    }
    CompletableFuture<JsonNode> first = health(addresses.get(0));
    CompletableFuture<JsonNode> second = health(addresses.get(1));
    return first.thenCombine(
        second,
        (one, two) -> {
          URI address = rank(two) > rank(one) ? addresses.get(1) : addresses.get(0);
          if (Math.max(rank(one), rank(two)) == PRIMARY) {
            found = new Found(address, System.nanoTime());
          }
          return address;
        });
  }

  private static int rank(JsonNode health) {
    if (health.isMissingNode()) {
      return 0;
    }
    if (!health.path("status").asText().equals("up")) {
      return 1;
    }
    return health.path("role").asText().equals("primary") ? PRIMARY : 2;
  }

  /** Asks for the health at an address; a missing node where none answers. */
  CompletableFuture<JsonNode> health(URI address) {
    return http.sendAsync(
            outgoing.request(address.resolve("/v1/health")).timeout(answerMax).GET().build(),
            HttpResponse.BodyHandlers.ofString())
        .orTimeout(answerMax.toMillis(), TimeUnit.MILLISECONDS)
        .handle((answer, failure) -> answer == null ? JSON.missingNode() : read(answer.body()));
  }

  private static JsonNode read(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return JSON.missingNode();
    }
  }

  /** Returns what each store says of itself, with its address. */
  List<CompletableFuture<JsonNode>> healths() {
    List<CompletableFuture<JsonNode>> asked = new ArrayList<>();
    for (URI address : addresses) {
      asked.add(
          health(address)
              .thenApply(
                  health ->
                      (JsonNode)
                          JSON.createObjectNode()
                              .put("address", address.toString())
                              .put("status", health.path("status").asText("no answer"))
                              .put("role", health.path("role").asText("unknown"))
                              .put("reason", health.path("reason").asText(""))));
    }
    return asked;
  }
}
