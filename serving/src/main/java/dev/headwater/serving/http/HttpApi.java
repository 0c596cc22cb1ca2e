package dev.headwater.serving.http;

import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import dev.headwater.serving.ServingConfig;
import dev.headwater.serving.ServingLimits;
import dev.headwater.serving.intake.DenyList;
import dev.headwater.serving.intake.PublicIntake;
import dev.headwater.serving.lag.LagReport;
import dev.headwater.serving.recommend.Recommender;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.QualityWindows;
import dev.headwater.serving.state.Readiness;
import dev.headwater.serving.state.Rejections;
import dev.headwater.serving.status.ItemStatuses;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The server and its routes. Started by {@link #start}, stopped by {@link #close}. */
public final class HttpApi implements AutoCloseable {
  private static final String DOMAIN = "/v1/domains/{domain}";
  private static final String ITEM = DOMAIN + "/items/{item}";

  /** A body up to this many times the limit is read and refused politely; beyond, cut off. */
  private static final int BODY_READ_FACTOR = 4;

  private final Server server;
  private final Workers workers;

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
   */
  public record Parts(
      Domains domains,
      Recommender recommender,
      Looks looks,
      Supplier<Readiness> readiness,
      Intake intake,
      Supplier<LagReport> lag,
      PrometheusMeterRegistry registry) {}

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
    ServerBuilder builder =
        Server.builder()
            .http(new InetSocketAddress(config.host(), config.port()))
            .maxRequestLength(BODY_READ_FACTOR * (long) limits.bodyBytesMax())
            .requestTimeoutMillis(limits.requestTimeoutMs())
            .idleTimeout(Duration.ofSeconds(60))
            .workerGroup(limits.eventLoops())
            .maxNumConnections(limits.connectionsMax())
            .gracefulShutdownTimeout(Duration.ofMillis(200), Duration.ofSeconds(5))
            .errorHandler(new ProblemHandler());
    routes(builder, config, parts);
    server = builder.build();
  }

  private void routes(ServerBuilder builder, ServingConfig config, Parts parts) {
    ServingLimits limits = config.limits();
    Door door = new Door(limits.workers() + limits.queueMax());
    parts.registry().gauge("headwater.serving.requests.inside", door, Door::inside);
    EndpointService.Surroundings around =
        new EndpointService.Surroundings(
            workers,
            door,
            new ClientRates(limits.clientRate(), System::nanoTime),
            limits.bodyBytesMax(),
            new HttpMetrics(parts.registry()));
    List<String> listing = new ArrayList<>();
    for (ApiRoute route : routes(config, parts)) {
      add(builder, route, around);
      listing.add(route.method() + " " + route.path());
    }
    consoleRoutes().forEach(route -> add(builder, route, around));
    listing.add("GET /");
    add(builder, ApiRoute.light("landing", "/", new Landing(listing)), around);
  }

  private static void add(
      ServerBuilder builder, ApiRoute route, EndpointService.Surroundings around) {
    builder.service(
        Route.builder().path(route.path()).methods(route.method()).build(),
        new EndpointService(route, around));
  }

  private static List<ApiRoute> routes(ServingConfig config, Parts parts) {
    ServingLimits limits = config.limits();
    Domains domains = parts.domains();
    Recommender recommender = parts.recommender();
    StoreCalls store =
        config.storeAdmin() == null ? StoreCalls.NONE : new StoreForward(config.storeAdmin());
    List<ApiRoute> routes = new ArrayList<>(intakeRoutes(config, parts));
    routes.addAll(lookRoutes(config, parts));
    routes.addAll(storeRoutes(domains, store));
    routes.addAll(
        List.of(
            ApiRoute.get(
                "user_recommendations",
                DOMAIN + "/users/{user}/recommendations",
                new UserRecommendations(domains, recommender, limits)),
            ApiRoute.post(
                "history_recommendations",
                DOMAIN + "/recommendations",
                new HistoryRecommendations(domains, recommender, limits)),
            ApiRoute.post(
                "batch_recommendations",
                DOMAIN + "/users/recommendations",
                new BatchRecommendations(domains, recommender, limits)),
            ApiRoute.get(
                "similar_items", ITEM + "/similar", new SimilarItems(domains, recommender, limits)),
            ApiRoute.get(
                "item_status",
                ITEM + "/status",
                new OneItemStatus(domains, parts.looks().statuses())),
            ApiRoute.post(
                "item_statuses",
                DOMAIN + "/items/status",
                new ManyItemStatuses(domains, parts.looks().statuses(), limits)),
            ApiRoute.light("lag", "/v1/lag", new Lag(parts.lag())),
            ApiRoute.light("openapi", "/openapi.json", new OpenApi()),
            ApiRoute.light("health", "/health", new Health(parts.readiness())),
            ApiRoute.light("ready", "/ready", new Ready(parts.readiness())),
            ApiRoute.light("metrics", "/metrics", new PrometheusMetrics(parts.registry()))));
    return routes;
  }

  /** Pages of this node, not a part of the API. */
  private static List<ApiRoute> consoleRoutes() {
    return List.of(
        ApiRoute.light("console", "/console", ConsoleFiles.redirect()),
        ApiRoute.light("console", "/console/", ConsoleFiles.page()),
        ApiRoute.light("console", "/console/{file}", ConsoleFiles.file()));
  }

  private static List<ApiRoute> lookRoutes(ServingConfig config, Parts parts) {
    Domains domains = parts.domains();
    ServingLimits limits = config.limits();
    Looks looks = parts.looks();
    return List.of(
        ApiRoute.get("domains", "/v1/domains", new DomainList(domains)),
        ApiRoute.get("find_items", DOMAIN + "/items", new FindItems(domains, limits)),
        ApiRoute.get(
            "rejected_items",
            DOMAIN + "/items/rejected",
            new RejectedItems(domains, looks.rejections(), limits)),
        ApiRoute.get("find_users", DOMAIN + "/users", new FindUsers(domains, limits)),
        ApiRoute.get("user_history", DOMAIN + "/users/{user}/history", new KnownHistory(domains)),
        ApiRoute.get("quality", DOMAIN + "/quality", new QualityHistory(domains, looks.quality())),
        ApiRoute.get("versions", DOMAIN + "/versions", new ServedVersions(domains)));
  }

  private static List<ApiRoute> storeRoutes(Domains domains, StoreCalls store) {
    return List.of(
        ApiRoute.get(
            "kept_versions",
            DOMAIN + "/versions/kept",
            new StoreLook(StoreLook.Kind.VERSIONS, domains, store)),
        ApiRoute.get(
            "diff", DOMAIN + "/versions/diff", new StoreLook(StoreLook.Kind.DIFF, domains, store)),
        ApiRoute.get(
            "audit", DOMAIN + "/audit", new StoreLook(StoreLook.Kind.AUDIT, domains, store)),
        ApiRoute.post(
            "pin", DOMAIN + "/pin", new OperatorCall(OperatorCall.Kind.PIN, domains, store)),
        ApiRoute.post(
            "unpin", DOMAIN + "/unpin", new OperatorCall(OperatorCall.Kind.UNPIN, domains, store)),
        ApiRoute.post(
            "rollback",
            DOMAIN + "/rollback",
            new OperatorCall(OperatorCall.Kind.ROLLBACK, domains, store)));
  }

  private static List<ApiRoute> intakeRoutes(ServingConfig config, Parts parts) {
    Domains domains = parts.domains();
    PublicIntake records = parts.intake().records();
    DenyList denyList = parts.intake().denyList();
    return List.of(
        ApiRoute.post("events", DOMAIN + "/events", PublicRecordsIn.events(domains, records)),
        ApiRoute.post("items", DOMAIN + "/items", PublicRecordsIn.items(domains, records)),
        ApiRoute.delete("remove_item", ITEM, new RemoveItem(domains, records)),
        ApiRoute.post("deny", DOMAIN + "/deny", new DenyCall(domains, denyList, true)),
        ApiRoute.post("allow", DOMAIN + "/allow", new DenyCall(domains, denyList, false)),
        ApiRoute.get("denied", DOMAIN + "/denied", new DeniedItems(domains, config.limits())));
  }

  /** Listens. */
  public void start() {
    server.start().join();
  }

  /** Returns the port. */
  public int port() {
    return server.activeLocalPort();
  }

  /** Stops listening, answers what is in work, then stops; complete when all is done. */
  public CompletableFuture<Void> stop() {
    return server.stop().thenRun(workers::close);
  }

  @Override
  public void close() {
    stop().join();
  }
}
