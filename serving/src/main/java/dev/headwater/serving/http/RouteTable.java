package dev.headwater.serving.http;

import dev.headwater.access.Role;
import dev.headwater.http.ApiRoute;
import dev.headwater.serving.config.ServingConfig;
import dev.headwater.serving.config.ServingLimits;
import dev.headwater.serving.intake.DenyList;
import dev.headwater.serving.intake.PublicIntake;
import dev.headwater.serving.nodes.Transport;
import dev.headwater.serving.recommend.Recommender;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.status.ItemStatuses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Every route of a serving node with the role that it needs: the one list that the server, the
 * landing page and the tests read.
 */
final class RouteTable {
  private static final String DOMAIN = "/v1/domains/{domain}";
  private static final String ITEM = DOMAIN + "/items/{item}";

  private RouteTable() {}

  static List<ApiRoute> of(ServingConfig config, HttpApi.Parts parts) {
    List<ApiRoute> table = new ArrayList<>(routes(config, parts));
    List<String> listing = new ArrayList<>();
    table.forEach(route -> listing.add(route.method() + " " + route.path()));
    table.addAll(consoleRoutes());
    Neighbours others = parts.neighbours();
    if (others != null) {
      table.addAll(shardRoutes(others));
    }
    listing.add("GET /");
    table.add(ApiRoute.open("landing", "/", new Landing(listing)));
    return table;
  }

  private static List<ApiRoute> routes(ServingConfig config, HttpApi.Parts parts) {
    List<ApiRoute> routes = new ArrayList<>(intakeRoutes(config, parts));
    routes.addAll(answerRoutes(config, parts));
    routes.addAll(lookRoutes(config, parts));
    routes.addAll(storeRoutes(config, parts.domains()));
    routes.addAll(nodeRoutes(config, parts));
    return routes;
  }

  private static List<ApiRoute> answerRoutes(ServingConfig config, HttpApi.Parts parts) {
    ServingLimits limits = config.limits();
    Domains domains = parts.domains();
    Recommender recommender = parts.recommender();
    ItemStatuses statuses = parts.looks().statuses();
    Neighbours others = parts.neighbours();
    return List.of(
        ApiRoute.get(
            Role.READ,
            "user_recommendations",
            DOMAIN + "/users/{user}/recommendations",
            HandOn.ofNamed(others, "user", new UserRecommendations(domains, recommender, limits))),
        ApiRoute.post(
            Role.READ,
            "history_recommendations",
            DOMAIN + "/recommendations",
            HandOn.ofAny(others, true, new HistoryRecommendations(domains, recommender, limits))),
        ApiRoute.post(
            Role.READ,
            "batch_recommendations",
            DOMAIN + "/users/recommendations",
            HandOut.of(
                others,
                "users",
                "answers",
                BatchRecommendations.USERS_MAX,
                new BatchRecommendations(domains, recommender, limits))),
        ApiRoute.get(
            Role.READ,
            "similar_items",
            ITEM + "/similar",
            HandOn.ofAny(others, false, new SimilarItems(domains, recommender, limits))),
        ApiRoute.get(
            Role.READ,
            "item_status",
            ITEM + "/status",
            HandOn.ofHeld(others, "item", new OneItemStatus(domains, statuses))),
        ApiRoute.post(
            Role.READ,
            "item_statuses",
            DOMAIN + "/items/status",
            HandOut.of(
                others,
                "items",
                "items",
                limits.countMax(),
                new ManyItemStatuses(domains, statuses, limits))));
  }

  /** For the other nodes, not a part of the API. */
  private static List<ApiRoute> shardRoutes(Neighbours others) {
    List<ApiRoute> routes = new ArrayList<>();
    for (Transport.Kind kind : Transport.Kind.values()) {
      routes.add(
          ApiRoute.post(
              Role.OPERATOR,
              "shard_" + kind.path(),
              NodeTransport.SHARD + kind.path(),
              new ShardCall(kind, others.answers())));
    }
    return routes;
  }

  /** Pages of this node, not a part of the API. */
  private static List<ApiRoute> consoleRoutes() {
    return List.of(
        ApiRoute.open("console", "/console", ConsoleFiles.redirect()),
        ApiRoute.open("console", "/console/", ConsoleFiles.page()),
        ApiRoute.open("console", "/console/{file}", ConsoleFiles.file()));
  }

  /** Who the users are, and what they did, is not for every key that may ask for answers. */
  private static List<ApiRoute> lookRoutes(ServingConfig config, HttpApi.Parts parts) {
    Domains domains = parts.domains();
    ServingLimits limits = config.limits();
    HttpApi.Looks looks = parts.looks();
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
            HandOn.ofHeld(parts.neighbours(), "user", new KnownHistory(domains))),
        ApiRoute.get(
            Role.READ,
            "quality",
            DOMAIN + "/quality",
            new QualityHistory(domains, looks.quality())),
        ApiRoute.get(Role.READ, "versions", DOMAIN + "/versions", new ServedVersions(domains)));
  }

  private static List<ApiRoute> storeRoutes(ServingConfig config, Domains domains) {
    StoreCalls store =
        new StoreCalls(
            config.storeAdmin(),
            config.storeAdminOther(),
            config.protection().toStore(),
            Duration.ofMillis(config.limits().requestTimeoutMs() * 4L / 5));
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

  private static List<ApiRoute> nodeRoutes(ServingConfig config, HttpApi.Parts parts) {
    return List.of(
        ApiRoute.light(
            Role.OPERATOR, "config", "/v1/config", new Configuration(config.protection().shown())),
        ApiRoute.light(Role.READ, "lag", "/v1/lag", new Lag(parts.lag())),
        ApiRoute.open("openapi", "/openapi.json", new OpenApi()),
        ApiRoute.open("health", "/health", new Health(parts.readiness())),
        ApiRoute.open("ready", "/ready", new Ready(parts.readiness())),
        ApiRoute.light(Role.READ, "metrics", "/metrics", new PrometheusMetrics(parts.registry())));
  }

  private static List<ApiRoute> intakeRoutes(ServingConfig config, HttpApi.Parts parts) {
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
}
