package dev.headwater.serving.http;

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
import dev.headwater.access.Role;
import dev.headwater.access.ServerIdentity;
import dev.headwater.access.TlsFiles;
import dev.headwater.client.answers.LagReport;
import dev.headwater.client.answers.Readiness;
import dev.headwater.serving.config.Protection;
import dev.headwater.serving.config.ServingConfig;
import dev.headwater.serving.config.ServingLimits;
import dev.headwater.serving.intake.DenyList;
import dev.headwater.serving.intake.PublicIntake;
import dev.headwater.serving.recommend.Recommender;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.QualityWindows;
import dev.headwater.serving.state.Rejections;
import dev.headwater.serving.status.ItemStatuses;
import dev.headwater.tracing.Tracing;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The server and its routes. Started by {@link #start}, stopped by {@link #close}. */
public final class HttpApi implements AutoCloseable {
  private static final String DOMAIN = "/v1/domains/{domain}";
  private static final String ITEM = DOMAIN + "/items/{item}";

  /** A body up to this many times the limit is read and refused politely; beyond, cut off. */
  private static final int BODY_READ_FACTOR = 4;

  /** After its own limit a request still gets its refusal. */
  private static final int STOP_MARGIN_MS = 1_000;

  private final Server server;
  private final Workers workers;
  private final List<ApiRoute> table = new ArrayList<>();
  private final Gate gate;
  private final @Nullable ServerIdentity identity;
  private volatile boolean draining;

  /**
   * What the endpoints need.
   *
   * @param domains the state
   * @param recommender makes answers
   * @param looks what people look at beside answers
   * @param readiness tells whether this node may get traffic
   * @param intake what callers may write
   * @param lag tells how late every hop is
   * @param registry for metrics of this and everybody else
   * @param tracing for spans of requests
   */
  public record Parts(
      Domains domains,
      Recommender recommender,
      Looks looks,
      Supplier<Readiness> readiness,
      Intake intake,
      Supplier<LagReport> lag,
      PrometheusMeterRegistry registry,
      Tracing tracing) {}

  /**
   * What people look at beside answers.
   *
   * @param statuses tells where items are
   * @param rejections tells why items were refused
   * @param quality tells how good the answers are
   */
  public record Looks(ItemStatuses statuses, Rejections rejections, QualityWindows quality) {}

  /**
   * What callers may write.
   *
   * @param records events and items
   * @param denyList what is not to be shown
   */
  public record Intake(PublicIntake records, DenyList denyList) {}

  /** Builds the server; nothing listens yet. */
  public HttpApi(ServingConfig config, Parts parts) {
    ServingLimits limits = config.limits();
    workers = new Workers(limits.workers(), parts.registry());
    gate = new Gate("serving", config.protection().access());
    TlsFiles tls = config.protection().tls();
    identity = tls == null ? null : new ServerIdentity(tls);
    if (identity != null) {
      Gauge.builder("headwater.serving.certificate.remaining.seconds", identity, HttpApi::remaining)
          .description("until the certificate in use expires")
          .register(parts.registry());
    }
    ServerBuilder builder =
        Ports.listening(config.host(), config.port(), identity)
            .maxRequestLength(BODY_READ_FACTOR * (long) limits.bodyBytesMax())
            .requestTimeoutMillis(limits.requestTimeoutMs())
            .idleTimeout(Duration.ofSeconds(60))
            .workerGroup(limits.eventLoops())
            .maxNumConnections(limits.connectionsMax())
            .gracefulShutdownTimeout(
                Duration.ofMillis(200),
                Duration.ofMillis(limits.requestTimeoutMs() + STOP_MARGIN_MS))
            .decorator(this::leave)
            .errorHandler(new ProblemHandler());
    routes(builder, config, parts);
    server = builder.build();
  }

  private static double remaining(ServerIdentity identity) {
    return Duration.between(Instant.now(), identity.goodUntil()).toMillis() / 1000.0;
  }

  private void routes(ServerBuilder builder, ServingConfig config, Parts parts) {
    ServingLimits limits = config.limits();
    Door door = new Door(limits.workers() + limits.queueMax());
    parts.registry().gauge("headwater.serving.requests.inside", door, Door::inside);
    Protection protection = config.protection();
    Quotas quotas =
        new Quotas(protection.callerRates(), protection.domainRates(), System::nanoTime);
    EndpointService.Surroundings around =
        new EndpointService.Surroundings(
            workers,
            door,
            new ClientRates(limits.clientRate(), System::nanoTime),
            new Guard(gate, quotas),
            limits.bodyBytesMax(),
            new HttpMetrics(parts.registry()),
            new RequestTracing(parts.tracing()));
    table.addAll(routes(config, parts));
    List<String> listing = new ArrayList<>();
    table.forEach(route -> listing.add(route.method() + " " + route.path()));
    table.addAll(consoleRoutes());
    listing.add("GET /");
    table.add(ApiRoute.open("landing", "/", new Landing(listing)));
    table.forEach(route -> add(builder, route, around));
  }

  private static void add(
      ServerBuilder builder, ApiRoute route, EndpointService.Surroundings around) {
    builder.service(
        Route.builder().path(route.path()).methods(route.method()).build(),
        new EndpointService(route, around));
  }

  private static List<ApiRoute> routes(ServingConfig config, Parts parts) {
    List<ApiRoute> routes = new ArrayList<>(intakeRoutes(config, parts));
    routes.addAll(answerRoutes(config, parts));
    routes.addAll(lookRoutes(config, parts));
    routes.addAll(storeRoutes(config, parts.domains()));
    routes.addAll(nodeRoutes(config, parts));
    return routes;
  }

  private static List<ApiRoute> answerRoutes(ServingConfig config, Parts parts) {
    ServingLimits limits = config.limits();
    Domains domains = parts.domains();
    Recommender recommender = parts.recommender();
    ItemStatuses statuses = parts.looks().statuses();
    return List.of(
        ApiRoute.get(
            Role.READ,
            "user_recommendations",
            DOMAIN + "/users/{user}/recommendations",
            new UserRecommendations(domains, recommender, limits)),
        ApiRoute.post(
            Role.READ,
            "history_recommendations",
            DOMAIN + "/recommendations",
            new HistoryRecommendations(domains, recommender, limits)),
        ApiRoute.post(
            Role.READ,
            "batch_recommendations",
            DOMAIN + "/users/recommendations",
            new BatchRecommendations(domains, recommender, limits)),
        ApiRoute.get(
            Role.READ,
            "similar_items",
            ITEM + "/similar",
            new SimilarItems(domains, recommender, limits)),
        ApiRoute.get(
            Role.READ, "item_status", ITEM + "/status", new OneItemStatus(domains, statuses)),
        ApiRoute.post(
            Role.READ,
            "item_statuses",
            DOMAIN + "/items/status",
            new ManyItemStatuses(domains, statuses, limits)));
  }

  /** Pages of this node, not a part of the API. */
  private static List<ApiRoute> consoleRoutes() {
    return List.of(
        ApiRoute.open("console", "/console", ConsoleFiles.redirect()),
        ApiRoute.open("console", "/console/", ConsoleFiles.page()),
        ApiRoute.open("console", "/console/{file}", ConsoleFiles.file()));
  }

  /** Who the users are, and what they did, is not for every key that may ask for answers. */
  private static List<ApiRoute> lookRoutes(ServingConfig config, Parts parts) {
    Domains domains = parts.domains();
    ServingLimits limits = config.limits();
    Looks looks = parts.looks();
    return List.of(
        ApiRoute.own(Role.READ, "domains", "/v1/domains", new DomainList(domains)),
        ApiRoute.get(Role.READ, "find_items", DOMAIN + "/items", new FindItems(domains, limits)),
        ApiRoute.get(
            Role.READ,
            "rejected_items",
            DOMAIN + "/items/rejected",
            new RejectedItems(domains, looks.rejections(), limits)),
        ApiRoute.get(
            Role.MERCHANT, "find_users", DOMAIN + "/users", new FindUsers(domains, limits)),
        ApiRoute.get(
            Role.MERCHANT,
            "user_history",
            DOMAIN + "/users/{user}/history",
            new KnownHistory(domains)),
        ApiRoute.get(
            Role.READ,
            "quality",
            DOMAIN + "/quality",
            new QualityHistory(domains, looks.quality())),
        ApiRoute.get(Role.READ, "versions", DOMAIN + "/versions", new ServedVersions(domains)));
  }

  private static List<ApiRoute> storeRoutes(ServingConfig config, Domains domains) {
    StoreCalls store =
        config.storeAdmin() == null
            ? StoreCalls.NONE
            : new StoreForward(config.storeAdmin(), config.protection().toStore());
    return List.of(
        ApiRoute.get(
            Role.READ,
            "kept_versions",
            DOMAIN + "/versions/kept",
            new StoreLook(StoreLook.Kind.VERSIONS, domains, store)),
        ApiRoute.get(
            Role.READ,
            "diff",
            DOMAIN + "/versions/diff",
            new StoreLook(StoreLook.Kind.DIFF, domains, store)),
        ApiRoute.get(
            Role.READ,
            "audit",
            DOMAIN + "/audit",
            new StoreLook(StoreLook.Kind.AUDIT, domains, store)),
        ApiRoute.post(
            Role.OPERATOR,
            "pin",
            DOMAIN + "/pin",
            new OperatorCall(OperatorCall.Kind.PIN, domains, store)),
        ApiRoute.post(
            Role.OPERATOR,
            "unpin",
            DOMAIN + "/unpin",
            new OperatorCall(OperatorCall.Kind.UNPIN, domains, store)),
        ApiRoute.post(
            Role.OPERATOR,
            "rollback",
            DOMAIN + "/rollback",
            new OperatorCall(OperatorCall.Kind.ROLLBACK, domains, store)));
  }

  private static List<ApiRoute> nodeRoutes(ServingConfig config, Parts parts) {
    return List.of(
        ApiRoute.light(
            Role.OPERATOR, "config", "/v1/config", new Configuration(config.protection().shown())),
        ApiRoute.light(Role.READ, "lag", "/v1/lag", new Lag(parts.lag())),
        ApiRoute.open("openapi", "/openapi.json", new OpenApi()),
        ApiRoute.open("health", "/health", new Health(parts.readiness())),
        ApiRoute.open("ready", "/ready", new Ready(parts.readiness())),
        ApiRoute.light(Role.READ, "metrics", "/metrics", new PrometheusMetrics(parts.registry())));
  }

  private static List<ApiRoute> intakeRoutes(ServingConfig config, Parts parts) {
    Domains domains = parts.domains();
    PublicIntake records = parts.intake().records();
    DenyList denyList = parts.intake().denyList();
    return List.of(
        ApiRoute.post(
            Role.MERCHANT, "events", DOMAIN + "/events", PublicRecordsIn.events(domains, records)),
        ApiRoute.post(
            Role.MERCHANT, "items", DOMAIN + "/items", PublicRecordsIn.items(domains, records)),
        ApiRoute.delete(Role.MERCHANT, "remove_item", ITEM, new RemoveItem(domains, records)),
        ApiRoute.post(
            Role.OPERATOR, "deny", DOMAIN + "/deny", new DenyCall(domains, denyList, true)),
        ApiRoute.post(
            Role.OPERATOR, "allow", DOMAIN + "/allow", new DenyCall(domains, denyList, false)),
        ApiRoute.get(
            Role.READ, "denied", DOMAIN + "/denied", new DeniedItems(domains, config.limits())));
  }

  /** Listens. */
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
  List<ApiRoute> table() {
    return List.copyOf(table);
  }

  /** Returns the port. */
  public int port() {
    return server.activeLocalPort();
  }

  /** Stops listening, answers what is in work, then stops; complete when all is done. */
  public CompletableFuture<Void> stop() {
    return server
        .stop()
        .thenRun(
            () -> {
              workers.close();
              gate.close();
              if (identity != null) {
                identity.close();
              }
            });
  }

  @Override
  public void close() {
    stop().join();
  }
}
