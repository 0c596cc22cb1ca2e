package dev.headwater.http;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.headwater.access.Gate;
import dev.headwater.access.Quotas;
import dev.headwater.access.ServerIdentity;
import dev.headwater.access.TlsFiles;
import dev.headwater.access.TokenBuckets;
import io.micrometer.core.instrument.Gauge;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Serves a table of routes: every request is counted, its caller asked for a key and held to the
 * route's role, its answer or its problem written as JSON. Started by {@link #start}, stopped by
 * {@link #close}; between the two {@link #drain} sends callers elsewhere. Thread-safe.
 */
public final class ApiServer implements AutoCloseable {
  /** A body up to this many times the limit is read and refused politely; beyond, cut off. */
  private static final int BODY_READ_FACTOR = 4;

  /** Client addresses whose rates are kept at a time. */
  private static final int ADDRESSES_MAX = 10_000;

  private static final Duration QUIET_BEFORE_STOP = Duration.ofMillis(200);
  private static final Duration IDLE_MAX = Duration.ofSeconds(60);

  private static final Executor LOOK_AGAIN =
      CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS);

  private final List<ApiRoute> table;
  private final Server server;
  private final Workers workers;
  private final Gate gate;
  private final @Nullable ServerIdentity identity;
  private volatile boolean draining;

  /**
   * Builds the server; nothing listens yet.
   *
   * @throws dev.headwater.access.AccessSetupException when keys or certificate cannot be used
   */
  public ApiServer(ServerConfig config, ServerParts parts, List<ApiRoute> table) {
    this.table = List.copyOf(table);
    ServerConfig.Limits limits = config.limits();
    gate = new Gate(config.name(), config.callers().access());
    TlsFiles tls = config.address().tls();
    identity = tls == null ? null : new ServerIdentity(tls);
    watchCertificate(parts);
    workers = new Workers(config.name(), limits.workers());
    parts.registry().gauge(parts.meters().queued(), workers, Workers::waiting);
    ServerBuilder builder =
        ListenPorts.listening(config.address().host(), config.address().port(), identity)
            .maxRequestLength(BODY_READ_FACTOR * (long) limits.bodyBytesMax())
            .requestTimeoutMillis(limits.requestTimeoutMs())
            .idleTimeout(IDLE_MAX)
            .workerGroup(limits.eventLoops())
            .maxNumConnections(limits.connectionsMax())
            .gracefulShutdownTimeout(
                QUIET_BEFORE_STOP,
                Duration.ofMillis(Math.max(limits.stopMs(), QUIET_BEFORE_STOP.toMillis())))
            .decorator(this::leave)
            .errorHandler(new ProblemHandler(parts.problems()));
    EndpointService.Shared around = surroundings(config, parts);
    this.table.forEach(route -> add(builder, route, around));
    server = builder.build();
  }

  private void watchCertificate(ServerParts parts) {
    if (identity != null) {
      Gauge.builder(parts.meters().certificate(), identity, ApiServer::remaining)
          .description("until the certificate in use expires")
          .register(parts.registry());
    }
  }

  private static double remaining(ServerIdentity identity) {
    return Duration.between(Instant.now(), identity.goodUntil()).toMillis() / 1000.0;
  }

  private EndpointService.Shared surroundings(ServerConfig config, ServerParts parts) {
    ServerConfig.Callers callers = config.callers();
    ServerConfig.Limits limits = config.limits();
    Door door = new Door(limits.workers() + limits.queueMax());
    parts.registry().gauge(parts.meters().inside(), door, Door::inside);
    Quotas quotas = new Quotas(callers.rates(), callers.domainRates(), System::nanoTime);
    return new EndpointService.Shared(
        workers,
        new EndpointService.Entry(
            door,
            new TokenBuckets<>(ADDRESSES_MAX, System::nanoTime),
            callers.addressRate(),
            limits.bodyBytesMax()),
        new Guard(gate, quotas),
        new HttpMetrics(parts.registry(), parts.meters().requests()),
        new RequestTracing(parts.tracing()),
        new Audit(config.name()),
        new Answers(parts.json(), parts.problems()));
  }

  private static void add(ServerBuilder builder, ApiRoute route, EndpointService.Shared around) {
    builder.service(
        Route.builder().path(route.path()).methods(route.method()).build(),
        new EndpointService(route, around));
  }

  /**
   * Listens.
   *
   * @throws java.util.concurrent.CompletionException when the address cannot be had
   */
  public void start() {
    server.start().join();
  }

  /** Takes requests on, but each answer from now on ends its connection. */
  public void drain() {
    draining = true;
  }

  /**
   * A caller that keeps its connection would learn that the node has ended from a failure. Looked
   * at when a request comes and again when its answer leaves: it may have been in work since
   * before.
   */
  private HttpResponse leave(HttpService next, ServiceRequestContext context, HttpRequest request)
      throws Exception {
    if (draining) {
      var unused = context.initiateConnectionShutdown();
    }
    return next.serve(context, request).mapHeaders(this::last);
  }

  private ResponseHeaders last(ResponseHeaders headers) {
    return draining
        ? headers.withMutations(h -> h.set(HttpHeaderNames.CONNECTION, "close"))
        : headers;
  }

  /** Returns every route that is served. */
  public List<ApiRoute> table() {
    return table;
  }

  /** Returns the port. */
  public int port() {
    return server.activeLocalPort();
  }

  /**
   * Answers what is in work and stops listening; complete when nobody is answered any more. The
   * threads end after that, which takes them some seconds of quiet, and nobody waits for it.
   */
  public CompletableFuture<Void> stop() {
    CompletableFuture<Void> ended = server.stop();
    return silent(ended).whenComplete((silent, failure) -> release());
  }

  private CompletableFuture<Void> silent(CompletableFuture<Void> ended) {
    // The ports are closed first, then the connections that were kept.
    if (ended.isDone() || (server.activePorts().isEmpty() && server.numConnections() == 0)) {
      return CompletableFuture.completedFuture(null);
    }
    return CompletableFuture.runAsync(() -> {}, LOOK_AGAIN).thenCompose(look -> silent(ended));
  }

  private void release() {
    workers.close();
    gate.close();
    if (identity != null) {
      identity.close();
    }
  }

  @Override
  public void close() {
    stop().join();
  }
}
