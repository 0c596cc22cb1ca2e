package dev.headwater.serving.http;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Runs an endpoint, writes its answer, and measures both. */
final class EndpointService implements HttpService {
  private static final AggregatedHttpResponse OVERLOADED =
      ProblemHandler.of(Door.closed()).toResponse();

  private static final Duration REFUSAL_DELAY = Duration.ofMillis(50);

  private final ApiRoute route;
  private final Surroundings around;
  private final Executor executor;

  /**
   * What all endpoints share.
   *
   * @param workers make the answers of routes that are not light
   * @param door lets requests in; light routes pass it by
   * @param rates of clients; light routes pass them by
   * @param bodyBytesMax largest body
   * @param metrics of requests
   */
  record Surroundings(
      Executor workers, Door door, ClientRates rates, int bodyBytesMax, HttpMetrics metrics) {}

  EndpointService(ApiRoute route, Surroundings around) {
    this.route = route;
    this.around = around;
    executor = route.light() ? Runnable::run : around.workers();
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    long start = System.nanoTime();
    if (route.light()) {
      return HttpResponse.of(handled(context, request, start));
    }
    if (!around.rates().allows(context.clientAddress().getHostAddress())) {
      return problem(
          new ApiException(
              HttpStatus.TOO_MANY_REQUESTS, "rate_limited", "this client sends too many requests"),
          start);
    }
    boolean whole = request.method() == HttpMethod.GET;
    if (whole && around.door().isFull()) {
      // Sent away before anything is done for it: under overload most requests end here.
      around.metrics().answered(route.name(), 503, Door.CODE, System.nanoTime() - start);
      return refused(context);
    }
    return HttpResponse.of(handled(context, request, start));
  }

  /** A refusal that comes at once is followed by the next try at once, and each costs something. */
  private HttpResponse refused(ServiceRequestContext context) {
    if (!around.door().enterPorch()) {
      return OVERLOADED.toHttpResponse();
    }
    HttpResponse later = HttpResponse.delayed(OVERLOADED, REFUSAL_DELAY, context.eventLoop());
    var unused = later.whenComplete().whenComplete((done, failure) -> around.door().leavePorch());
    return later;
  }

  /** A slow client stands outside until its request is whole. */
  private CompletableFuture<HttpResponse> handled(
      ServiceRequestContext context, HttpRequest request, long start) {
    return request
        .aggregate()
        .thenApply(EndpointService::readable)
        .thenCompose(http -> route.light() ? run(context, http) : admitted(context, http))
        .thenApply(result -> written(result, start))
        .exceptionally(failure -> problem(failure, start));
  }

  private static AggregatedHttpRequest readable(AggregatedHttpRequest http) {
    if (!PercentText.isWell(http.path())) {
      throw ApiException.badRequest("bad_path", "the path's escapes are not UTF-8");
    }
    return http;
  }

  private CompletableFuture<Object> admitted(
      ServiceRequestContext context, AggregatedHttpRequest http) {
    if (!around.door().enter()) {
      return CompletableFuture.failedFuture(Door.closed());
    }
    CompletableFuture<Object> result = run(context, http);
    var unused = result.whenComplete((done, failure) -> around.door().leave());
    return result;
  }

  private CompletableFuture<Object> run(ServiceRequestContext context, AggregatedHttpRequest http) {
    return CompletableFuture.completedFuture(http)
        .thenComposeAsync(whole -> answer(context, whole), executor);
  }

  private CompletionStage<Object> answer(
      ServiceRequestContext context, AggregatedHttpRequest http) {
    if (context.isTimedOut()) {
      throw ApiException.unavailable("timeout", "the request waited too long");
    }
    if (http.content().length() > around.bodyBytesMax()) {
      throw new ApiException(
          HttpStatus.REQUEST_ENTITY_TOO_LARGE,
          "body_too_large",
          "the body may have " + around.bodyBytesMax() + " bytes");
    }
    Object result = route.endpoint().handle(new ApiRequest(context, http, executor));
    return result instanceof Later later
        ? later.result().thenApply(value -> (Object) value)
        : CompletableFuture.completedStage(result);
  }

  private HttpResponse written(Object result, long start) {
    Reply reply = result instanceof Reply given ? given : Reply.json(HttpStatus.OK, result);
    around.metrics().answered(route.name(), reply.status().code(), "", System.nanoTime() - start);
    ResponseHeaders headers =
        ResponseHeaders.builder(reply.status())
            .contentType(reply.type())
            .add(reply.headers())
            .build();
    return HttpResponse.of(headers, reply.body());
  }

  private HttpResponse problem(Throwable failure, long start) {
    Problem problem = ProblemHandler.of(failure);
    around
        .metrics()
        .answered(route.name(), problem.status(), problem.code(), System.nanoTime() - start);
    return problem.toResponse().toHttpResponse();
  }
}
