package dev.headwater.store.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.access.Outgoing;
import dev.headwater.store.snapshot.Restore;
import dev.headwater.store.snapshot.SnapshotFetcher;
import dev.headwater.store.snapshot.SnapshotManifest;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.StoreException.Code;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a running store. {@link #begin} is for callers whose threads must not wait; the other
 * methods, one a verb of the launcher, wait up to five minutes. Answers are the store's JSON. A
 * refusal is a {@link StoreException} with the store's code, a store that does not answer {@code
 * STORAGE_FAILED}. Thread-safe.
 */
public final class StoreClient {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
  private static final Duration ANSWER_MAX = Duration.ofMinutes(5);

  private static final Duration LEAST = Duration.ofMillis(10);
  private static final int SERVER_ERROR = 500;
  private static final int TOO_MANY = 429;

  private final StorePair stores;
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
    this(base, null, outgoing);
  }

  /**
   * Creates one for a pair of stores: it asks the one that announces.
   *
   * @param other the other one's address; null: there is one store
   */
  public StoreClient(URI base, @Nullable URI other, Outgoing outgoing) {
    stores = new StorePair(base, other, outgoing);
    this.outgoing = outgoing;
    http = outgoing.client(CONNECT_MAX).build();
  }

  /**
   * Sends a call.
   *
   * @param timeMax after which it is given up, whatever the store has answered by then
   * @return the answer, or a {@link CompletionException} with the {@link StoreException}; completed
   *     on a thread of this client
   */
  public CompletableFuture<JsonNode> begin(StoreCall call, Duration timeMax) {
    long beganNs = System.nanoTime();
    return stores
        .find()
        .thenCompose(base -> begin(base, call, left(timeMax, System.nanoTime() - beganNs)));
  }

  private static Duration left(Duration timeMax, long tookNs) {
    Duration left = timeMax.minusNanos(tookNs);
    return left.compareTo(LEAST) < 0 ? LEAST : left;
  }

  private CompletableFuture<JsonNode> begin(URI base, StoreCall call, Duration timeMax) {
    CompletableFuture<HttpResponse<String>> answer =
        http.sendAsync(request(base, call, timeMax), HttpResponse.BodyHandlers.ofString());
    return answer
        .copy()
        .orTimeout(timeMax.toMillis(), TimeUnit.MILLISECONDS)
        .handle(
            (response, failure) -> {
              if (response == null) {
                answer.cancel(true);
                throw unanswered(base, failure);
              }
              return read(base, response);
            });
  }

  /** Sends a call and waits for the answer: 5 minutes, or 15 until what was ordered is done. */
  public JsonNode call(StoreCall call) throws InterruptedException {
    CompletableFuture<JsonNode> answer =
        begin(call, call.body() == null ? ANSWER_MAX : StoreCall.DONE_MAX);
    try {
      return answer.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StoreException refused) {
        throw refused;
      }
      throw unanswered(stores.addresses().get(0), e.getCause());
    }
  }

  /**
   * {@code store-health}: what each store of the installation says of itself, under {@code
   * stores[]}.
   */
  public JsonNode health() {
    ObjectNode all = JSON.createObjectNode();
    ArrayNode list = all.putArray("stores");
    stores.healths().forEach(each -> list.add(each.join()));
    return all;
  }

  /** {@code versions}: what is kept, under {@code versions[]}. */
  public JsonNode versions() throws InterruptedException {
    return call(StoreCall.versions(null));
  }

  /** What each domain serves, under {@code announced[]}. */
  public JsonNode announced() throws InterruptedException {
    return call(StoreCall.announced());
  }

  /** Who did what, when and why, under {@code audit[]}. */
  public JsonNode audit() throws InterruptedException {
    return call(StoreCall.audit(null));
  }

  /** {@code diff A B}. */
  public JsonNode diff(long a, long b) throws InterruptedException {
    return call(StoreCall.diff(null, a, b));
  }

  /** {@code verify-table V}; {@code ok} false names the first difference. */
  public JsonNode verify(long version) throws InterruptedException {
    return call(StoreCall.verify(version));
  }

  /** {@code pin V}. */
  public JsonNode pin(long version, String why, String who) throws InterruptedException {
    return call(StoreCall.pin(null, version, why, who));
  }

  /** {@code unpin}. */
  public JsonNode unpin(String domain, String why, String who) throws InterruptedException {
    return call(StoreCall.unpin(domain, why, who));
  }

  /** {@code rollback V --why W}. */
  public JsonNode rollback(long version, String why, String who) throws InterruptedException {
    return call(StoreCall.rollback(null, version, why, who));
  }

  /** {@code publish}: makes a bundle the domain's model. */
  public JsonNode announceModel(String domain, String model, String who)
      throws InterruptedException {
    return announceModel(domain, model, "", who);
  }

  /** {@code publish}, saying how the table is to be indexed. */
  public JsonNode announceModel(String domain, String model, String indexParameters, String who)
      throws InterruptedException {
    return call(StoreCall.publish(domain, model, indexParameters, who));
  }

  /** {@code retire D/BUNDLE}. */
  public JsonNode retire(String domain, String model, String why, String who)
      throws InterruptedException {
    return call(StoreCall.retire(domain, model, why, who));
  }

  /** {@code delete-item D/I}. */
  public JsonNode deleteItem(String domain, String item, String who) throws InterruptedException {
    return call(StoreCall.deleteItem(domain, item, who));
  }

  /** {@code snapshot OUT}: takes one and fetches it. */
  public SnapshotManifest snapshot(Path out) throws InterruptedException {
    return fetch(takeSnapshot(), out);
  }

  /** Takes a snapshot and returns its id. */
  public String takeSnapshot() throws InterruptedException {
    return call(StoreCall.takeSnapshot()).path("id").asText();
  }

  /** {@code snapshot OUT --id ID}: fetches one taken before; goes on where it stopped. */
  public SnapshotManifest fetch(String id, Path out) throws InterruptedException {
    return new SnapshotFetcher(stores.find().join(), outgoing).fetch(id, out);
  }

  /**
   * {@code restore IN}: makes a fetched snapshot the directory of a node that is not running.
   *
   * @param directory the node's {@code StoreConfig.directory()}
   */
  public static SnapshotManifest restore(Path in, Path directory, Clock clock) {
    return Restore.install(in, directory, clock.millis());
  }

  private HttpRequest request(URI base, StoreCall call, Duration timeMax) {
    HttpRequest.Builder request = outgoing.request(base.resolve(call.path())).timeout(timeMax);
    if (call.body() == null) {
      return request.GET().build();
    }
    return request
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(JSON.valueToTree(call.body()).toString()))
        .build();
  }

  private static JsonNode read(URI base, HttpResponse<String> response) {
    try {
      JsonNode body = JSON.readTree(response.body());
      int status = response.statusCode();
      if (status == 200) {
        return body;
      }
      String detail = body.path("detail").asText("no detail");
      if (status == 401 || status == 403) {
        throw new StoreException(
            Code.ACCESS_DENIED, "the store answered " + status + ": " + detail);
      }
      throw new StoreException(code(body, status), detail);
    } catch (IOException e) {
      throw unanswered(base, e);
    }
  }

  /**
   * Says that no answer came. Where one may still come, because the store was asked, the cause is a
   * {@link TimeoutException}, whoever of the two that watch the time was first: an order is carried
   * out all the same, and who gave it is to look, not to repeat.
   */
  static StoreException unanswered(URI base, @Nullable Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    boolean sent = !(cause instanceof HttpConnectTimeoutException);
    if (sent && cause instanceof HttpTimeoutException) {
      cause = new TimeoutException().initCause(cause);
    }
    StoreException told = new StoreException(Code.STORAGE_FAILED, saying(base, cause));
    told.initCause(cause);
    return told;
  }

  private static String saying(URI base, @Nullable Throwable cause) {
    if (cause instanceof TimeoutException) {
      return "the store at "
          + base
          + " has not answered in time; what it was told may still be under way";
    }
    String why = cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage();
    return "no store answers at " + base + why;
  }

  /** A code that only HTTP knows is the caller's mistake, or the store is not able to answer. */
  private static Code code(JsonNode problem, int status) {
    try {
      return Code.valueOf(problem.path("code").asText("").toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      boolean caller = status < SERVER_ERROR && status != TOO_MANY;
      return caller ? Code.BAD_REQUEST : Code.STORAGE_FAILED;
    }
  }
}
