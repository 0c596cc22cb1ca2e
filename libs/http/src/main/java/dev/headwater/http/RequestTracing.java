package dev.headwater.http;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.headwater.tracing.TraceParent;
import dev.headwater.tracing.Tracing;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import java.util.function.Supplier;

/**
 * The server span of a request, named as OpenTelemetry's conventions for HTTP have it. The path
 * itself is left out, for it names people; the route stands in its place. Light routes (health,
 * metrics, the console's files) have none. Thread-safe.
 */
final class RequestTracing {
  /** Header of an answer, as in the draft of W3C Trace Context Level 2. */
  static final String RESPONSE_HEADER = "traceresponse";

  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
  private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
  private static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
  private static final AttributeKey<Long> STATUS =
      AttributeKey.longKey("http.response.status_code");
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
  private static final AttributeKey<String> DOMAIN = AttributeKey.stringKey("headwater.domain");
  private static final int SERVER_ERROR = 500;

  private final Tracing tracing;

  RequestTracing(Tracing tracing) {
    this.tracing = tracing;
  }

  /** Begins the span; an invalid one where none is made. */
  Span begin(ServiceRequestContext context, HttpRequest request, ApiRoute route) {
    if (!tracing.isOn() || route.light()) {
      return Span.getInvalid();
    }
    SpanBuilder builder =
        tracing.span(
            route.method() + " " + route.path(),
            SpanKind.SERVER,
            TraceParent.context(request.headers().get(TraceParent.NAME)));
    if (builder == null) {
      return Span.getInvalid();
    }
    Span span = builder.startSpan();
    if (span.isRecording()) {
      span.setAttribute(METHOD, route.method().name());
      span.setAttribute(ROUTE, route.path());
      span.setAttribute(SCHEME, context.sessionProtocol().isTls() ? "https" : "http");
      span.setAttribute(DOMAIN, Guard.domain(context));
    }
    return span;
  }

  /** Does something with the span current. */
  @SuppressWarnings("try") // The scope is there to be closed.
  <T> T within(Span span, Supplier<T> work) {
    if (!tracing.isOn()) {
      return work.get();
    }
    try (Scope scope = span.makeCurrent()) {
      return work.get();
    }
  }

  /** Ends the span with its answer. */
  void end(Span span, int status, String code) {
    if (span.isRecording()) {
      span.setAttribute(STATUS, (long) status);
      if (!code.isEmpty()) {
        span.setAttribute(ERROR, code);
      }
      if (status >= SERVER_ERROR) {
        span.setStatus(StatusCode.ERROR);
      }
      span.end();
    }
  }
}
