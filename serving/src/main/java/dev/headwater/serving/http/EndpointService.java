package dev.headwater.serving.http;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Runs an endpoint on the workers, writes its answer, and measures both. */
final class EndpointService implements HttpService {
  private final String name;
  private final Endpoint endpoint;
  private final Executor workers;
  private final int bodyBytesMax;
  private final HttpMetrics metrics;

  EndpointService(
      String name, Endpoint endpoint, Executor workers, int bodyBytesMax, HttpMetrics metrics) {
    this.name = name;
    this.endpoint = endpoint;
    this.workers = workers;
    this.bodyBytesMax = bodyBytesMax;
    this.metrics = metrics;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    long start = System.nanoTime();
    CompletableFuture<HttpResponse> response =
        request.aggregate().thenApplyAsync(http -> answer(context, http, start), workers);
    return HttpResponse.of(
        response.exceptionally(
            failure -> problem(ProblemHandler.of(failure), start).toResponse().toHttpResponse()));
  }

  private HttpResponse answer(
      ServiceRequestContext context, AggregatedHttpRequest http, long start) {
    if (context.isTimedOut()) {
      throw ApiException.unavailable("timeout", "the request waited too long");
    }
    if (http.content().length() > bodyBytesMax) {
      throw new ApiException(
          HttpStatus.REQUEST_ENTITY_TOO_LARGE,
          "body_too_large",
          "the body may have " + bodyBytesMax + " bytes");
    }
    Object result = endpoint.handle(new ApiRequest(context, http));
    Reply reply = result instanceof Reply given ? given : Reply.json(HttpStatus.OK, result);
    metrics.answered(name, reply.status().code(), "", System.nanoTime() - start);
    MediaType type = reply.type();
    return HttpResponse.of(reply.status(), type, reply.body());
  }

  private Problem problem(Problem problem, long start) {
    metrics.answered(name, problem.status(), problem.code(), System.nanoTime() - start);
    return problem;
  }
}
