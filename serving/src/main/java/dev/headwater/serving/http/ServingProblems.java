package dev.headwater.serving.http;

import com.linecorp.armeria.common.HttpStatus;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.http.Problem;
import dev.headwater.serving.intake.TopicWriter;
import dev.headwater.serving.recommend.NotReadyException;
import dev.headwater.serving.shard.TooManyException;
import dev.headwater.serving.users.BatchingEncoder.EncoderBusyException;
import org.jspecify.annotations.Nullable;

/** What callers of a serving node are told of the failures of the rooms below. */
final class ServingProblems {
  private ServingProblems() {}

  static @Nullable Problem of(Throwable cause) {
    if (cause instanceof NotReadyException) {
      return unavailable("not_ready", String.valueOf(cause.getMessage()));
    }
    if (cause instanceof RejectedRecordException rejected) {
      return Problem.of(HttpStatus.BAD_REQUEST, rejected.reason().code(), rejected.detail());
    }
    if (cause instanceof TopicWriter.NotWrittenException) {
      return unavailable("log_unavailable", "the record could not be written now");
    }
    if (cause instanceof TooManyException) {
      return unavailable(
          "overloaded", "exact=true would gather too many items: " + cause.getMessage());
    }
    if (cause instanceof EncoderBusyException) {
      return unavailable("overloaded", "too many requests are in work");
    }
    return null;
  }

  private static Problem unavailable(String code, String detail) {
    return Problem.of(HttpStatus.SERVICE_UNAVAILABLE, code, detail);
  }
}
