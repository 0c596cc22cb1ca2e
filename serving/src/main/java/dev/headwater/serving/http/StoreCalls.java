package dev.headwater.serving.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.linecorp.armeria.common.HttpStatus;
import dev.headwater.access.Outgoing;
import dev.headwater.http.ApiException;
import dev.headwater.store.admin.StoreCall;
import dev.headwater.store.admin.StoreClient;
import dev.headwater.store.table.StoreException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the model store for callers. No thread waits for the answer: only so many questions are out
 * at a time, each is given up by itself, and a store that hangs costs its own callers a 503 and
 * nobody else anything. Orders have places of their own, so that questions cannot keep an operator
 * out. Thread-safe.
 */
final class StoreCalls {
  /** An order may copy or rewrite a table before it is answered. */
  static final Duration ORDER_MAX = Duration.ofMinutes(2);

  private static final int QUESTIONS_MAX = 16;
  private static final int ORDERS_MAX = 4;

  private final @Nullable StoreClient client;
  private final Duration questionMax;
  private final Duration orderMax;
  private final Semaphore questions = new Semaphore(QUESTIONS_MAX);
  private final Semaphore orders = new Semaphore(ORDERS_MAX);

  /**
   * Creates it.
   *
   * @param store the store's address; null: every call is refused
   * @param other that of the other one of a pair; null: there is one store
   * @param outgoing whom this node trusts and the key it shows
   * @param questionMax how long a question may take
   */
  StoreCalls(@Nullable URI store, @Nullable URI other, Outgoing outgoing, Duration questionMax) {
    this(store, other, outgoing, questionMax, ORDER_MAX);
  }

  /** Creates it with another bound for orders. */
  StoreCalls(
      @Nullable URI store,
      @Nullable URI other,
      Outgoing outgoing,
      Duration questionMax,
      Duration orderMax) {
    this.orderMax = orderMax;
    client = store == null ? null : new StoreClient(store, other, outgoing);
    this.questionMax = questionMax;
  }

  /** Asks what the store keeps; a version that it does not keep is 404. */
  CompletableFuture<JsonNode> ask(StoreCall question) {
    return send(question, questions, questionMax, StoreCalls::unanswered);
  }

  /** Has the store do something; what it refuses is 409, what it may still do 504. */
  CompletableFuture<JsonNode> order(StoreCall order) {
    return send(order, orders, orderMax, this::unconfirmedOrRefused);
  }

  /** Says to people what the store said to this node. */
  private interface Words {
    ApiException of(StoreException refusal);
  }

  private CompletableFuture<JsonNode> send(
      StoreCall call, Semaphore places, Duration timeMax, Words words) {
    StoreClient store = client;
    if (store == null) {
      throw ApiException.unavailable(
          "store_not_configured", "this node knows no model store to forward this to");
    }
    if (!places.tryAcquire()) {
      throw ApiException.unavailable(
          "store_busy", "as many calls as may be wait for the model store already");
    }
    return released(places, () -> store.begin(call, timeMax))
        .handle(
            (answer, failure) -> {
              if (answer != null) {
                return answer;
              }
              throw told(failure, words);
            });
  }

  private static CompletableFuture<JsonNode> released(
      Semaphore places, Supplier<CompletableFuture<JsonNode>> sent) {
    try {
      return sent.get().whenComplete((answer, failure) -> places.release());
    } catch (RuntimeException e) {
      places.release();
      throw e;
    }
  }

  private static RuntimeException told(@Nullable Throwable failure, Words words) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof StoreException refusal
        ? words.of(refusal)
        : new IllegalStateException("a call to the store failed", cause);
  }

  private static ApiException unanswered(StoreException refusal) {
    return refusal.code() == StoreException.Code.UNKNOWN_VERSION
        ? ApiException.notFound("unknown_version", String.valueOf(refusal.getMessage()))
        : refused(refusal);
  }

  /** The store was asked and works on: a second order would come on top of the first. */
  private ApiException unconfirmedOrRefused(StoreException refusal) {
    return refusal.getCause() instanceof TimeoutException
        ? new ApiException(
            HttpStatus.GATEWAY_TIMEOUT,
            "order_unconfirmed",
            "the model store has not answered in %d s: it may still do what was ordered, so look at the versions before you order again"
                .formatted(orderMax.toSeconds()))
        : refused(refusal);
  }

  private static ApiException refused(StoreException refusal) {
    return switch (refusal.code()) {
      case STORAGE_FAILED ->
          ApiException.unavailable("store_unreachable", "the model store does not answer");
      case LOG_UNAVAILABLE ->
          ApiException.unavailable("log_unavailable", String.valueOf(refusal.getMessage()));
      case ACCESS_DENIED ->
          ApiException.unavailable(
              "store_unreachable", "the model store does not take this node's key");
      default ->
          new ApiException(
              HttpStatus.CONFLICT,
              "store_refused",
              refusal.code().name().toLowerCase(Locale.ROOT) + ": " + refusal.getMessage());
    };
  }
}
