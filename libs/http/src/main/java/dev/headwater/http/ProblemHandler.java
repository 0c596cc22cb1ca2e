package dev.headwater.http;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseCompleteException;
import com.linecorp.armeria.common.stream.AbortedStreamException;
import com.linecorp.armeria.common.stream.ClosedStreamException;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns every failure into a problem, those of the HTTP layer too. What went wrong inside is logged
 * and never shown.
 */
final class ProblemHandler implements ServerErrorHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ProblemHandler.class);

  private final Problems problems;

  ProblemHandler(Problems problems) {
    this.problems = problems;
  }

  @Override
  public HttpResponse onServiceException(ServiceRequestContext context, Throwable cause) {
    boolean slow = cause instanceof RequestTimeoutException && !isWhole(context);
    return (slow ? ofStatus(HttpStatus.REQUEST_TIMEOUT) : of(cause, problems))
        .toResponse()
        .toHttpResponse();
  }

  /** A timeout of a request that arrived whole is the server's, any other the client's. */
  private static boolean isWhole(ServiceRequestContext context) {
    var arrived = context.request().whenComplete();
    return arrived.isDone() && !arrived.isCompletedExceptionally();
  }

  static Problem of(Throwable thrown, Problems problems) {
    Throwable cause =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    if (cause instanceof ApiException api) {
      return Problem.of(api.status(), api.code(), api.detail(), api.headers());
    }
    Problem known = problems.of(cause);
    if (known != null) {
      return known;
    }
    if (cause instanceof RejectedExecutionException) {
      return Problem.of(
          HttpStatus.SERVICE_UNAVAILABLE, "overloaded", "too many requests are in work");
    }
    if (cause instanceof RequestTimeoutException) {
      return Problem.of(
          HttpStatus.SERVICE_UNAVAILABLE, "timeout", "the request was not answered in time");
    }
    if (cause instanceof ContentTooLargeException) {
      return Problem.of(
          HttpStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large", "the body is too large");
    }
    if (cause instanceof HttpStatusException status) {
      return ofStatus(status.httpStatus());
    }
    if (isGone(cause)) {
      return Problem.of(HttpStatus.CLIENT_CLOSED_REQUEST, "client_gone", "the client hung up");
    }
    LOG.error("a request failed", cause);
    return Problem.of(HttpStatus.INTERNAL_SERVER_ERROR, "internal", "the request failed");
  }

  /** Nobody hears the answer, and no log should fill because somebody hangs up. */
  private static boolean isGone(Throwable cause) {
    return cause instanceof ClosedStreamException
        || cause instanceof ResponseCompleteException
        || cause instanceof AbortedStreamException;
  }

  @Override
  public AggregatedHttpResponse renderStatus(
      @Nullable ServiceRequestContext context,
      ServiceConfig config,
      @Nullable RequestHeaders headers,
      HttpStatus status,
      @Nullable String description,
      @Nullable Throwable cause) {
    return ofStatus(status).toResponse();
  }

  @Override
  public AggregatedHttpResponse onProtocolViolation(
      ServiceConfig config,
      @Nullable RequestHeaders headers,
      HttpStatus status,
      @Nullable String description,
      @Nullable Throwable cause) {
    return ofStatus(status).toResponse();
  }

  private static Problem ofStatus(HttpStatus status) {
    return switch (status.code()) {
      case 400 ->
          Problem.of(
              status,
              "bad_path",
              "the path cannot be read; identifiers that HTTP forbids there go into a body");
      case 404 -> Problem.of(status, "not_found", "there is nothing at this path; see GET /");
      case 405 ->
          Problem.of(
              status, "method_not_allowed", "this path does not take this method; see GET /");
      case 408 -> Problem.of(status, "request_timeout", "the request did not arrive in time");
      case 413 -> Problem.of(status, "body_too_large", "the body is too large");
      case 415 -> Problem.of(status, "wrong_content_type", "the body must be application/json");
      case 503 -> Problem.of(status, "unavailable", "the server cannot answer now");
      default -> Problem.of(status, "http_" + status.code(), "the request was refused: " + status);
    };
  }
}
