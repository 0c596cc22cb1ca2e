package dev.headwater.http;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.headwater.access.Principal;
import dev.headwater.access.Role;
import dev.headwater.access.TokenBuckets;
import dev.headwater.tracing.TraceParent;
import io.opentelemetry.api.trace.Span;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs an endpoint, writes its answer, and measures both. */
final class EndpointService implements HttpService {
  private static final AggregatedHttpResponse OVERLOADED =
      ProblemHandler.of(Door.closed(), Problems.NONE).toResponse();

  /** Stands in audits for a caller who was refused before it was known. */
  private static final Principal UNKNOWN =
      new Principal("unknown", Role.READ, Set.of(), null, false);

  private static final Duration REFUSAL_DELAY = Duration.ofMillis(50);

  private final ApiRoute route;
  private final Shared around;
  private final Executor executor;

  /**
   * What all endpoints share.
   *
   * @param workers make the answers of routes that are not light
   * @param entry lets requests in
   * @param guard asks who calls
   * @param metrics of requests
   * @param tracing of requests
   * @param audit of operators' calls
   * @param answers writes what endpoints return or throw
   */
  record Shared(
      Workers workers,
      Entry entry,
      Guard guard,
      HttpMetrics metrics,
      RequestTracing tracing,
      Audit audit,
      Answers answers) {}

  /**
   * What is asked of a request before anything is done for it; light routes pass the first two by.
   *
   * @param door lets only so many in
   * @param addresses what each client address may still send
   * @param addressRate requests a second of one client address; 0: any
   * @param bodyBytesMax largest body
   */
  record Entry(Door door, TokenBuckets<String> addresses, int addressRate, int bodyBytesMax) {
    boolean isTooFast(ServiceRequestContext context) {
      return !addresses.take(context.clientAddress().getHostAddress(), addressRate);
    }
  }

  EndpointService(ApiRoute route, Shared around) {
    this.route = route;
    this.around = around;
    executor = route.light() ? Runnable::run : around.workers();
  }

  /** One request: who sends it, since when it is here, and its span. */
  private record Visit(
      ServiceRequestContext context,
      Principal caller,
      long start,
      Span span,
      AtomicBoolean counted) {
    Visit(ServiceRequestContext context, Principal caller, long start, Span span) {
      this(context, caller, start, span, new AtomicBoolean());
    }
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    long start = System.nanoTime();
    boolean ofNode = BetweenNodes.is(route, request.headers());
    if (!route.light() && !ofNode && around.entry().isTooFast(context)) {
      return problem(tooFast(), new Visit(context, UNKNOWN, start, Span.getInvalid()));
    }
    boolean whole = request.method() == HttpMethod.GET;
    if (!route.light() && whole && around.entry().door().isFull()) {
      // Sent away before anything is done for it: under overload most requests end here.
      around.metrics().answered(route.name(), 503, Door.CODE, System.nanoTime() - start);
      return refused(context);
    }
    Span span = around.tracing().begin(context, request, route);
    Principal caller = UNKNOWN;
    try {
      caller = around.guard().identify(request.headers(), route);
      around.guard().permit(caller, context, route, ofNode);
      if (ofNode && !caller.role().covers(Role.OPERATOR) && around.entry().isTooFast(context)) {
        throw tooFast();
      }
    } catch (ApiException e) {
      ApiException why = ofNode && around.entry().isTooFast(context) ? tooFast() : e;
      return refused(request, why, new Visit(context, caller, start, span));
    }
    Visit visit = new Visit(context, caller, start, span);
    var unused = context.whenRequestCancelled().thenAccept(cause -> givenUp(cause, visit));
    return HttpResponse.of(handled(request, visit));
  }

  /** Whoever asks has had the answer of {@link ProblemHandler} by now. */
  private void givenUp(Throwable cause, Visit visit) {
    if (cause instanceof RequestTimeoutException) {
      count(visit, HttpStatus.SERVICE_UNAVAILABLE.code(), "timeout");
    }
  }

  private static ApiException tooFast() {
    return new ApiException(
        HttpStatus.TOO_MANY_REQUESTS, "rate_limited", "this client sends too many requests");
  }

  /**
   * The body is read and thrown away first: a stream that is answered before it is whole gets
   * reset, and then some clients never see the answer.
   */
  private HttpResponse refused(HttpRequest request, ApiException why, Visit visit) {
    var unused = request.subscribe();
    return HttpResponse.of(request.whenComplete().handle((done, failure) -> problem(why, visit)));
  }

  /** A refusal that comes at once is followed by the next try at once, and each costs something. */
  private HttpResponse refused(ServiceRequestContext context) {
    if (!around.entry().door().enterPorch()) {
      return OVERLOADED.toHttpResponse();
    }
    HttpResponse later = HttpResponse.delayed(OVERLOADED, REFUSAL_DELAY, context.eventLoop());
    var unused =
        later.whenComplete().whenComplete((done, failure) -> around.entry().door().leavePorch());
    return later;
  }

  /** A slow client stands outside until its request is whole. */
  private CompletableFuture<HttpResponse> handled(HttpRequest request, Visit visit) {
    return request
        .aggregate()
        .thenApply(EndpointService::readable)
        .thenCompose(http -> route.light() ? run(visit, http) : admitted(visit, http))
        .thenApply(result -> written(result, visit))
        .exceptionally(failure -> problem(failure, visit));
  }

  private static AggregatedHttpRequest readable(AggregatedHttpRequest http) {
    if (!PercentText.isWell(http.path())) {
      throw ApiException.badRequest("bad_path", "the path's escapes are not UTF-8");
    }
    return http;
  }

  private CompletableFuture<Object> admitted(Visit visit, AggregatedHttpRequest http) {
    if (!around.entry().door().enter()) {
      return CompletableFuture.failedFuture(Door.closed());
    }
    CompletableFuture<Object> result = run(visit, http);
    var unused = result.whenComplete((done, failure) -> around.entry().door().leave());
    return result;
  }

  private CompletableFuture<Object> run(Visit visit, AggregatedHttpRequest http) {
    return CompletableFuture.completedFuture(http)
        .thenComposeAsync(whole -> answer(visit, whole), executor);
  }

  private CompletionStage<Object> answer(Visit visit, AggregatedHttpRequest http) {
    ApiRequest.requireTime(visit.context());
    if (http.content().length() > around.entry().bodyBytesMax()) {
      throw new ApiException(
          HttpStatus.REQUEST_ENTITY_TOO_LARGE,
          "body_too_large",
          "the body may have " + around.entry().bodyBytesMax() + " bytes");
    }
    ApiRequest request = new ApiRequest(visit.context(), http, visit.caller(), around);
    Object result = around.tracing().within(visit.span(), () -> route.endpoint().handle(request));
    return result instanceof Later later
        ? later.result().thenApply(value -> (Object) value)
        : CompletableFuture.completedStage(result);
  }

  private HttpResponse written(Object result, Visit visit) {
    Reply reply = around.answers().reply(result);
    count(visit, reply.status().code(), "");
    ResponseHeadersBuilder headers =
        ResponseHeaders.builder(reply.status()).contentType(reply.type()).add(reply.headers());
    String trace = TraceParent.of(visit.span().getSpanContext());
    if (trace != null) {
      headers.add(RequestTracing.RESPONSE_HEADER, trace);
    }
    return reply.body().toResponse(headers.build());
  }

  private HttpResponse problem(Throwable failure, Visit visit) {
    Problem problem = around.answers().problem(failure);
    count(visit, problem.status(), problem.code());
    return problem.toResponse().toHttpResponse();
  }

  /** Once: what is done too late was answered otherwise. */
  private void count(Visit visit, int status, String code) {
    if (!visit.counted().compareAndSet(false, true)) {
      return;
    }
    around.metrics().answered(route.name(), status, code, System.nanoTime() - visit.start());
    around.tracing().end(visit.span(), status, code);
    around.audit().called(route, visit.context(), visit.caller(), status, code);
  }
}
