package dev.headwater.serving;

import dev.headwater.client.answers.LagReport;
import dev.headwater.client.answers.Readiness;
import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.idp.tensor.ComputeDevice;
import dev.headwater.serving.config.Placement;
import dev.headwater.serving.config.ServingConfig;
import dev.headwater.serving.config.ServingLimits;
import dev.headwater.serving.follow.BundleLoader;
import dev.headwater.serving.follow.CatalogHandler;
import dev.headwater.serving.follow.DeletionsHandler;
import dev.headwater.serving.follow.DenialsHandler;
import dev.headwater.serving.follow.FollowMetrics;
import dev.headwater.serving.follow.Following;
import dev.headwater.serving.follow.HistoriesHandler;
import dev.headwater.serving.follow.ModelLoader;
import dev.headwater.serving.follow.Pins;
import dev.headwater.serving.follow.QualityHandler;
import dev.headwater.serving.follow.RejectionsHandler;
import dev.headwater.serving.follow.RowsHandler;
import dev.headwater.serving.follow.SnapshotRows;
import dev.headwater.serving.follow.ViewSwitcher;
import dev.headwater.serving.http.HttpApi;
import dev.headwater.serving.intake.DenyList;
import dev.headwater.serving.intake.PublicIntake;
import dev.headwater.serving.intake.Receipts;
import dev.headwater.serving.intake.TopicWriter;
import dev.headwater.serving.items.IndexBuilds;
import dev.headwater.serving.items.RowGuard;
import dev.headwater.serving.lag.Heartbeats;
import dev.headwater.serving.recommend.RecommendMetrics;
import dev.headwater.serving.recommend.RecommendationIds;
import dev.headwater.serving.recommend.Recommender;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.ModelTable;
import dev.headwater.serving.state.QualityWindows;
import dev.headwater.serving.state.Rejections;
import dev.headwater.serving.state.View;
import dev.headwater.serving.status.ItemStatuses;
import dev.headwater.serving.users.RocksUsers;
import dev.headwater.serving.users.UserArchive;
import dev.headwater.store.admin.VersionReader;
import dev.headwater.tracing.Tracing;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One serving node: follows the topics and answers over HTTP. It listens as soon as it follows;
 * {@code GET /ready} says when it may get traffic.
 */
public final class ServingService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServingService.class);
  private static final int REJECTIONS_MAX = 100_000;

  /** Windows of a domain that people can look back over: four hours of 5 s. */
  private static final int QUALITY_WINDOWS_MAX = 2_880;

  private final Domains domains;
  private final ViewSwitcher switcher;
  private final Following following;
  private final Backing backing;
  private final Heartbeats heartbeats;
  private final HttpApi api;
  private final Traffic traffic;

  /** Beside what it holds, what decides whether a node may get traffic. */
  private record Traffic(int staleMsMax, int drainMs, AtomicBoolean draining) {}

  /** What the parts stand on, closed after them. */
  private record Backing(
      IndexBuilds builds, EncoderStarter encoders, TopicWriter writer, @Nullable RocksUsers users) {
    void close() {
      builds.close();
      encoders.close();
      writer.close();
      if (users != null) {
        users.close();
      }
    }
  }

  private ServingService(
      Domains domains,
      ViewSwitcher switcher,
      Following following,
      Backing backing,
      Heartbeats heartbeats,
      HttpApi api,
      Traffic traffic) {
    this.domains = domains;
    this.switcher = switcher;
    this.following = following;
    this.backing = backing;
    this.heartbeats = heartbeats;
    this.api = api;
    this.traffic = traffic;
  }

  /**
   * Starts a node that opens models from the configured bundle directory.
   *
   * @throws IllegalArgumentException when the configured device is not there
   * @throws dev.headwater.events.kafka.KafkaUnavailableException within ten seconds when no broker
   *     answers or a topic is missing
   */
  public static ServingService start(
      ServingConfig config, KafkaSettings kafka, PrometheusMeterRegistry registry) {
    return start(config, kafka, registry, Tracing.OFF);
  }

  /** The same with spans; the tracing stays its owner's. */
  public static ServingService start(
      ServingConfig config,
      KafkaSettings kafka,
      PrometheusMeterRegistry registry,
      Tracing tracing) {
    Placement placement = config.placement();
    ComputeDevice device = ComputeDevice.of(placement.device());
    LOG.info("histories are encoded on {} in {}", device, placement.precision());
    ModelLoader loader =
        new BundleLoader(
            config.bundleDirectory(),
            placement.precision(),
            device,
            config.settings().textFallback());
    return start(
        config, kafka, registry, loader, Clock.systemUTC(), RandomGenerator.getDefault(), tracing);
  }

  /** Starts a node with another way to open models, another clock and other randomness. */
  public static ServingService start(
      ServingConfig config,
      KafkaSettings kafka,
      PrometheusMeterRegistry registry,
      ModelLoader loader,
      Clock clock,
      RandomGenerator random) {
    return start(config, kafka, registry, loader, clock, random, Tracing.OFF);
  }

  private static ServingService start(
      ServingConfig config,
      KafkaSettings kafka,
      PrometheusMeterRegistry registry,
      ModelLoader loader,
      Clock clock,
      RandomGenerator random,
      Tracing tracing) {
    TopicAdmin.requireBroker(kafka);
    ServingLimits limits = config.limits();
    RocksUsers usersOnDisk = usersOnDisk(config.users());
    Domains domains = domains(config, usersOnDisk);
    Rejections rejections = new Rejections(REJECTIONS_MAX);
    QualityWindows quality = new QualityWindows(QUALITY_WINDOWS_MAX);
    FollowMetrics metrics = new FollowMetrics(registry, clock);
    EncoderStarter encoders = new EncoderStarter(limits, registry);
    RowGuard guard = new RowGuard(config.settings().rowNormMin(), config.settings().rowNormMax());
    // Rows are searched where histories are encoded.
    IndexBuilds builds =
        new IndexBuilds(
            registry,
            random,
            ComputeDevice.of(config.placement().device()),
            config.placement().isHalf());
    RowsHandler.TableMaker tables =
        (model, dim) -> new ModelTable(model, dim, guard, clock, metrics, builds::index);
    RowsHandler.TableMaker quiet =
        (model, dim) ->
            new ModelTable(model, dim, guard, clock, ModelTable.RowListener.NONE, builds::index);
    Pins pins = new Pins(versionRows(config), quiet, metrics);
    ViewSwitcher switcher = new ViewSwitcher(loader, encoders, metrics, pins);
    TopicWriter writer = new TopicWriter(kafka);
    Heartbeats heartbeats =
        new Heartbeats(config.heartbeats(), writer, kafka.topics(), registry, clock, random);
    Following following =
        new Following(
            kafka,
            new Following.Handlers(
                state -> announced(domains, switcher, state),
                heartbeats.tap(
                    tracing.follow(
                        new RowsHandler(kafka.topics(), domains, tables, metrics, switcher),
                        false)),
                heartbeats.tap(
                    tracing.follow(new HistoriesHandler(domains, metrics, tracing), false)),
                heartbeats.tap(new CatalogHandler(domains, metrics)),
                new RejectionsHandler(kafka.topics(), rejections),
                new DenialsHandler(domains, metrics),
                new DeletionsHandler(domains, metrics, new Receipts(writer, kafka.topics()), clock),
                new QualityHandler(domains, quality, metrics)),
            offsets(config, domains, tables, clock));
    Recommender recommender =
        new Recommender(
            new RecommendationIds(random), new RecommendMetrics(registry, clock), random, tracing);
    Traffic traffic = new Traffic(limits.staleMsMax(), limits.drainMs(), new AtomicBoolean());
    HttpApi api =
        new HttpApi(
            config,
            new HttpApi.Parts(
                domains,
                recommender,
                new HttpApi.Looks(new ItemStatuses(rejections), rejections, quality),
                () -> readiness(domains, following, traffic),
                new HttpApi.Intake(
                    new PublicIntake(writer, kafka.topics(), clock, tracing),
                    new DenyList(writer, kafka.topics())),
                heartbeats::report,
                registry,
                tracing));
    Backing backing = new Backing(builds, encoders, writer, usersOnDisk);
    ServingService service =
        new ServingService(domains, switcher, following, backing, heartbeats, api, traffic);
    service.listen(registry);
    heartbeats.start(() -> domains.all().stream().map(Domain::name).toList());
    return service;
  }

  private static Domains domains(ServingConfig config, @Nullable RocksUsers usersOnDisk) {
    return new Domains(
        config.domains(),
        config.limits().domainsMax(),
        config.limits().usersMax(),
        config.settings().popularityWindow(),
        config.settings().arms(),
        usersOnDisk == null ? name -> UserArchive.NONE : usersOnDisk::of);
  }

  /** Loads a snapshot where one is named; from what it holds on, the topics are read. */
  private static Map<String, Long> offsets(
      ServingConfig config, Domains domains, RowsHandler.TableMaker tables, Clock clock) {
    return config.settings().snapshot() == null
        ? Map.of()
        : new SnapshotRows(domains, tables).load(config.settings().snapshot(), clock);
  }

  private static Pins.VersionRows versionRows(ServingConfig config) {
    URI store = config.storeAdmin();
    return store == null
        ? Pins.VersionRows.NONE
        : new VersionReader(store, config.protection().toStore())::read;
  }

  private static @Nullable RocksUsers usersOnDisk(ServingConfig.UsersOnDisk users) {
    Path directory = users.directory();
    return directory == null || users.max() == 0 ? null : new RocksUsers(directory, users.max());
  }

  private static void announced(Domains domains, ViewSwitcher switcher, AnnouncedState state) {
    Domain domain = domains.follow(state.domain());
    if (domain != null) {
      domain.announced(state);
      switcher.announced(domain, state);
    }
  }

  private void listen(PrometheusMeterRegistry registry) {
    try {
      api.start();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
    Gauge.builder("headwater.serving.loaded.fraction", following, Following::fractionLoaded)
        .register(registry);
    Gauge.builder("headwater.serving.lag.records", following, Following::lagRecords)
        .register(registry);
    Gauge.builder("headwater.serving.ready", this, service -> service.readiness().ready() ? 1 : 0)
        .description("1 when this node may get traffic")
        .register(registry);
    Gauge.builder("headwater.serving.items.live", domains, ServingService::items)
        .register(registry);
    Gauge.builder("headwater.serving.users.waiting", domains, ServingService::waiting)
        .description("histories that wait to be encoded behind")
        .register(registry);
    Gauge.builder("headwater.serving.users.known", domains, ServingService::users)
        .register(registry);
    Gauge.builder("headwater.serving.staleness.seconds", following, ServingService::staleness)
        .description("how far the follower that is furthest behind its topics is behind")
        .register(registry);
    RocksUsers onDisk = backing.users();
    if (onDisk != null) {
      Gauge.builder("headwater.serving.users.on.disk", onDisk, RocksUsers::size).register(registry);
      Gauge.builder("headwater.serving.users.forgotten", onDisk, RocksUsers::refused)
          .register(registry);
    }
  }

  private static double items(Domains domains) {
    double sum = 0;
    for (Domain domain : domains.all()) {
      View view = domain.view();
      sum += view == null ? 0 : view.table().vectors().size();
    }
    return sum;
  }

  private static double waiting(Domains domains) {
    return domains.all().stream()
        .flatMap(domain -> domain.views().stream())
        .mapToInt(view -> view.users().encoder().waitingBehind())
        .sum();
  }

  private static double users(Domains domains) {
    return domains.all().stream().mapToInt(domain -> domain.users().size()).sum();
  }

  private static double staleness(Following following) {
    return following.staleness().toMillis() / 1_000.0;
  }

  private static Readiness readiness(Domains domains, Following following, Traffic traffic) {
    List<String> missing = new ArrayList<>();
    double fraction = following.fractionLoaded();
    double stale = staleness(following);
    if (fraction < 1) {
      missing.add("the topics");
    } else if (traffic.staleMsMax() > 0 && stale * 1_000 > traffic.staleMsMax()) {
      missing.add("the topics, which it is too far behind");
    }
    if (traffic.draining().get()) {
      missing.add("nothing: it is about to end");
    }
    List<Domain> all = List.copyOf(domains.all());
    if (all.isEmpty()) {
      missing.add("a first domain");
    }
    for (Domain domain : all) {
      if (domain.view() == null) {
        missing.add(missing(domain.name(), domain.announced()));
      }
    }
    Exception failure = following.failure();
    return new Readiness(
        missing.isEmpty() && failure == null,
        fraction,
        stale,
        missing,
        failure == null ? null : failure.toString());
  }

  private static String missing(String domain, @Nullable AnnouncedState announced) {
    if (announced == null) {
      return "an announced model of domain " + domain;
    }
    return announced.pinned()
        ? "version %d, at which domain %s is pinned".formatted(announced.announcedVersion(), domain)
        : "the announced model of domain " + domain;
  }

  /** Returns the port that it listens on. */
  public int port() {
    return api.port();
  }

  /** Returns whether it may get traffic. */
  public Readiness readiness() {
    return readiness(domains, following, traffic);
  }

  /** Returns how late every hop is, by this node's own heartbeats. */
  public LagReport lag() {
    return heartbeats.report();
  }

  /**
   * Says at {@code GET /ready} that it is not ready, and answers on for as long as it is configured
   * to: a load balancer sees the one before it would meet the other. To be closed then.
   */
  public void drain() throws InterruptedException {
    traffic.draining().set(true);
    api.drain();
    LOG.info("not ready any more; answers on for {} ms", traffic.drainMs());
    TimeUnit.MILLISECONDS.sleep(traffic.drainMs());
  }

  /** Answers what is in work, then stops. */
  @Override
  public void close() {
    heartbeats.close();
    api.close();
    following.close();
    switcher.close();
    for (Domain domain : domains.all()) {
      domain.views().forEach(view -> view.users().encoder().close());
    }
    backing.close();
  }
}
