package dev.headwater.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headwater.client.answers.AnswerJson;
import dev.headwater.client.answers.ProblemDetails;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes calls, and makes them again where that helps. Thread-safe. */
final class Calls {
  static final JsonMapper JSON = AnswerJson.reader().build();

  private final URI server;
  private final Retries retries;
  private final Credentials credentials;
  private final Timeouts timeouts;
  private final HttpClient http;
  private final Supplier<@Nullable String> traceparent;

  Calls(URI server, Retries retries, Credentials credentials, Timeouts timeouts) {
    this.server = server;
    this.retries = retries;
    this.credentials = credentials;
    this.timeouts = timeouts;
    HttpClient.Builder client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(timeouts.connect());
    http = credentials.trustedBy(client).build();
    traceparent = () -> null;
  }

  private Calls(Calls of, Supplier<@Nullable String> traceparent) {
    server = of.server;
    retries = of.retries;
    credentials = of.credentials;
    timeouts = of.timeouts;
    http = of.http;
    this.traceparent = traceparent;
  }

  /** Returns the same calls, with the header {@code traceparent} where there is one. */
  Calls tracedBy(Supplier<@Nullable String> text) {
    return new Calls(this, text);
  }

  /** Makes a call and waits for its answer. */
  <T> T answer(Call<T> call) {
    CompletableFuture<T> answer = send(call);
    try {
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HeadwaterException("interrupted", e);
    } catch (ExecutionException e) {
      throw asOurs(e);
    }
  }

  /** Makes a call; fails with a {@link HeadwaterException} only. */
  <T> CompletableFuture<T> send(Call<T> call) {
    return attempt(call, traceparent.get(), 1);
  }

  private <T> CompletableFuture<T> attempt(Call<T> call, @Nullable String trace, int number) {
    HttpRequest request;
    try {
      request = request(call, trace);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(asOurs(e));
    }
    return http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
        .handle(
            (response, failure) ->
                failure == null
                    ? answered(call, trace, number, response)
                    : unanswered(call, trace, number, failure))
        .thenCompose(Function.identity());
  }

  private <T> CompletableFuture<T> answered(
      Call<T> call, @Nullable String trace, int number, HttpResponse<byte[]> response) {
    int status = response.statusCode();
    if (status / 100 == 2 || status == call.told()) {
      return read(response.body(), call.type());
    }
    if (isLast(call, number) || !Retries.mayRetry(status)) {
      return CompletableFuture.failedFuture(problem(response));
    }
    return again(call, trace, number, RetryAfter.in(response.headers(), Instant.now()));
  }

  private <T> CompletableFuture<T> unanswered(
      Call<T> call, @Nullable String trace, int number, Throwable failure) {
    Throwable cause = cause(failure);
    if (isLast(call, number) || !(cause instanceof IOException)) {
      return CompletableFuture.failedFuture(
          new HeadwaterException(server + " did not answer: " + cause, cause));
    }
    return again(call, trace, number, Duration.ZERO);
  }

  private <T> CompletableFuture<T> again(
      Call<T> call, @Nullable String trace, int number, Duration asked) {
    long waitMs = retries.waitAfter(number, asked).toMillis();
    return CompletableFuture.supplyAsync(
            () -> attempt(call, trace, number + 1),
            CompletableFuture.delayedExecutor(waitMs, TimeUnit.MILLISECONDS))
        .thenCompose(Function.identity());
  }

  private boolean isLast(Call<?> call, int number) {
    return !call.repeatable() || number >= retries.attempts();
  }

  private HttpRequest request(Call<?> call, @Nullable String trace) {
    HttpRequest.Builder request =
        credentials.shownIn(
            HttpRequest.newBuilder(server.resolve(call.path())).timeout(timeouts.answer()));
    if (trace != null) {
      request.header("traceparent", trace);
    }
    byte[] body = call.body();
    if (body == null) {
      return request.method(call.method(), HttpRequest.BodyPublishers.noBody()).build();
    }
    return request
        .header("content-type", "application/json")
        .method(call.method(), HttpRequest.BodyPublishers.ofByteArray(body))
        .build();
  }

  /** What stands between us and a node may answer in words of its own. */
  private static HeadwaterException problem(HttpResponse<byte[]> response) {
    int status = response.statusCode();
    try {
      ProblemDetails problem = JSON.readValue(response.body(), ProblemDetails.class);
      if (problem != null && problem.code() != null) {
        return new HeadwaterException(status, problem.code(), String.valueOf(problem.detail()));
      }
    } catch (IOException e) {
      // Told below: no problem of ours.
    }
    return new HeadwaterException(status, "http_" + status, "no problem details");
  }

  private static <T> CompletableFuture<T> read(byte[] json, Class<T> type) {
    try {
      T answer = JSON.readValue(json, type);
      if (answer == null) {
        throw new IOException("it is null");
      }
      return CompletableFuture.completedFuture(answer);
    } catch (IOException e) {
      return CompletableFuture.failedFuture(
          new HeadwaterException("the answer cannot be read: " + e.getMessage(), e));
    }
  }

  private static HeadwaterException asOurs(Exception e) {
    Throwable cause = cause(e);
    return cause instanceof HeadwaterException ours
        ? ours
        : new HeadwaterException("the call cannot be made: " + cause, cause);
  }

  private static Throwable cause(Throwable thrown) {
    boolean wraps = thrown instanceof CompletionException || thrown instanceof ExecutionException;
    return wraps && thrown.getCause() != null ? thrown.getCause() : thrown;
  }

  static byte[] bytes(Object body) {
    try {
      return JSON.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
