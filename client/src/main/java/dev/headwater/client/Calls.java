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
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
    Attempts<T> attempts = new Attempts<>(call, traceparent.get());
    attempts.next(1);
    return attempts.answer;
  }

  /** One call with its retries. */
  private final class Attempts<T> {
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private final Call<T> call;
    private final @Nullable String trace;

    Attempts(Call<T> call, @Nullable String trace) {
      this.call = call;
      this.trace = trace;
    }

    void next(int number) {
      try {
        HttpRequest request = request(call, trace);
        CompletableFuture<HttpResponse<byte[]>> sent =
            http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
        // The request's own timeout ends with the headers: a node may stand still in the body.
        var unused =
            sent.copy()
                .orTimeout(timeouts.answer().toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete(
                    (response, failure) -> {
                      if (failure instanceof TimeoutException) {
                        sent.cancel(true);
                        late(number);
                      } else {
                        heard(number, response, failure);
                      }
                    });
      } catch (RuntimeException e) {
        answer.completeExceptionally(asOurs(e));
      }
    }

    /** Not on the timer's thread: callers' own work may follow, and all timers share it. */
    private void late(int number) {
      var unused =
          CompletableFuture.runAsync(
              () -> heard(number, null, new HttpTimeoutException("the answer was not whole")));
    }

    private void heard(
        int number, @Nullable HttpResponse<byte[]> response, @Nullable Throwable failure) {
      try {
        if (response == null) {
          unanswered(number, Objects.requireNonNull(failure, "failure"));
        } else {
          answered(number, response);
        }
      } catch (RuntimeException e) {
        answer.completeExceptionally(asOurs(e));
      }
    }

    private void answered(int number, HttpResponse<byte[]> response) {
      int status = response.statusCode();
      if (status / 100 == 2 || status == call.told()) {
        answer.complete(read(response.body(), call.type()));
      } else if (isLast(call, number) || !Retries.mayRetry(status)) {
        answer.completeExceptionally(problem(response));
      } else {
        again(number, RetryAfter.in(response.headers(), Instant.now()));
      }
    }

    private void unanswered(int number, Throwable failure) {
      Throwable cause = cause(failure);
      if (isLast(call, number) || !(cause instanceof IOException)) {
        answer.completeExceptionally(
            new HeadwaterException(server + " did not answer: " + cause, cause));
      } else {
        again(number, Duration.ZERO);
      }
    }

    private void again(int number, Duration asked) {
      long waitMs = retries.waitAfter(number, asked).toMillis();
      CompletableFuture.delayedExecutor(waitMs, TimeUnit.MILLISECONDS)
          .execute(() -> next(number + 1));
    }
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
    Duration retryAfter = RetryAfter.in(response.headers(), Instant.now());
    try {
      ProblemDetails problem = JSON.readValue(response.body(), ProblemDetails.class);
      if (problem != null && problem.code() != null) {
        return new HeadwaterException(
            status, problem.code(), String.valueOf(problem.detail()), retryAfter);
      }
    } catch (IOException e) {
      // Told below: no problem of ours.
    }
    return new HeadwaterException(status, "http_" + status, "no problem details", retryAfter);
  }

  private static <T> T read(byte[] json, Class<T> type) {
    try {
      T answer = JSON.readValue(json, type);
      if (answer == null) {
        throw new IOException("it is null");
      }
      return answer;
    } catch (IOException e) {
      throw new HeadwaterException("the answer cannot be read: " + e.getMessage(), e);
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
