package dev.headwater.serving.recommend;

import dev.headwater.client.answers.Recommendations;
import dev.headwater.serving.users.UserState;
import dev.headwater.serving.users.UserVector;
import dev.headwater.tracing.Tracing;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Spans of an answer in the making. The request's span is current on the thread that calls; off, or
 * where the request is not recorded, everything is passed through. Thread-safe.
 */
final class AnswerTracing {
  private static final AttributeKey<Long> ITEMS = AttributeKey.longKey("headwater.items");

  private final Tracing tracing;

  AnswerTracing(Tracing tracing) {
    this.tracing = tracing;
  }

  private boolean isRecording() {
    return tracing.isOn() && Span.current().isRecording();
  }

  /** Links the request to the trace of the last click that the user's state knows. */
  void link(UserState state) {
    if (isRecording()) {
      SpanContext click = state.click();
      if (click.isValid()) {
        Span.current().addLink(click);
      }
    }
  }

  /** Measures how long a request waits for its user vector. */
  CompletableFuture<UserVector> waiting(CompletableFuture<UserVector> vector) {
    if (vector.isDone() || !isRecording()) {
      return vector;
    }
    Span span = tracing.work("encode history", Context.current());
    return vector.whenComplete((made, failure) -> span.end());
  }

  /** Measures the ranking, on whatever threads it is done. */
  Function<UserVector, CompletableFuture<Recommendations>> ranking(
      Function<UserVector, CompletableFuture<Recommendations>> ranking) {
    if (!isRecording()) {
      return ranking;
    }
    Context request = Context.current();
    return vector -> {
      Span span = tracing.work("rank", request);
      try {
        return ranking.apply(vector).whenComplete((answer, failure) -> end(span, answer));
      } catch (RuntimeException e) {
        span.end();
        throw e;
      }
    };
  }

  private static void end(Span span, @Nullable Recommendations answer) {
    if (answer != null) {
      span.setAttribute(ITEMS, (long) answer.items().size());
    }
    span.end();
  }
}
