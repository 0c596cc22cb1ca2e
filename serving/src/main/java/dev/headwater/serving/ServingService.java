package dev.headwater.serving;

import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.idp.tensor.Torch;
import dev.headwater.serving.follow.BundleLoader;
import dev.headwater.serving.follow.CatalogHandler;
import dev.headwater.serving.follow.DeletionsHandler;
import dev.headwater.serving.follow.DenialsHandler;
import dev.headwater.serving.follow.FollowMetrics;
import dev.headwater.serving.follow.Following;
import dev.headwater.serving.follow.HistoriesHandler;
import dev.headwater.serving.follow.ModelLoader;
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
import dev.headwater.serving.recommend.RecommendMetrics;
import dev.headwater.serving.recommend.RecommendationIds;
import dev.headwater.serving.recommend.Recommender;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.ModelTable;
import dev.headwater.serving.state.QualityWindows;
import dev.headwater.serving.state.Readiness;
import dev.headwater.serving.state.Rejections;
import dev.headwater.serving.state.View;
import dev.headwater.serving.status.ItemStatuses;
import dev.headwater.store.watch.AnnouncedState;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
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
  private final IndexBuilds builds;
  private final TopicWriter writer;
  private final HttpApi api;

  private ServingService(
      Domains domains,
      ViewSwitcher switcher,
      Following following,
      IndexBuilds builds,
      TopicWriter writer,
      HttpApi api) {
    this.domains = domains;
    this.switcher = switcher;
    this.following = following;
    this.builds = builds;
    this.writer = writer;
    this.api = api;
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
    LOG.info("histories are encoded on {}", Torch.place(config.placement().device()));
    ModelLoader loader = new BundleLoader(config.bundleDirectory());
    return start(config, kafka, registry, loader, Clock.systemUTC(), RandomGenerator.getDefault());
  }

  /** Starts a node with another way to open models, another clock and other randomness. */
  public static ServingService start(
      ServingConfig config,
      KafkaSettings kafka,
      PrometheusMeterRegistry registry,
      ModelLoader loader,
      Clock clock,
      RandomGenerator random) {
    TopicAdmin.requireBroker(kafka);
    ServingLimits limits = config.limits();
    Domains domains =
        new Domains(
            config.domains(),
            limits.domainsMax(),
            limits.usersMax(),
            config.popularityWindow(),
            config.arms());
    Rejections rejections = new Rejections(REJECTIONS_MAX);
    QualityWindows quality = new QualityWindows(QUALITY_WINDOWS_MAX);
    FollowMetrics metrics = new FollowMetrics(registry, clock);
    ViewSwitcher switcher = new ViewSwitcher(loader, new EncoderStarter(limits, registry), metrics);
    RowGuard guard = new RowGuard(config.rowNormMin(), config.rowNormMax());
    IndexBuilds builds = new IndexBuilds(registry, random);
    RowsHandler.TableMaker tables =
        (model, dim) -> new ModelTable(model, dim, guard, clock, metrics, builds::index);
    TopicWriter writer = new TopicWriter(kafka);
    Following following =
        new Following(
            kafka,
            new Following.Handlers(
                state -> announced(domains, switcher, state),
                new RowsHandler(kafka.topics(), domains, tables, metrics, switcher),
                new HistoriesHandler(domains, metrics),
                new CatalogHandler(domains, metrics),
                new RejectionsHandler(kafka.topics(), rejections),
                new DenialsHandler(domains, metrics),
                new DeletionsHandler(domains, metrics, new Receipts(writer, kafka.topics()), clock),
                new QualityHandler(domains, quality, metrics)),
            config.snapshot() == null
                ? Map.of()
                : new SnapshotRows(domains, tables).load(config.snapshot(), clock));
    Recommender recommender =
        new Recommender(
            new RecommendationIds(random), new RecommendMetrics(registry, clock), random);
    HttpApi api =
        new HttpApi(
            config,
            new HttpApi.Parts(
                domains,
                recommender,
                new HttpApi.Looks(new ItemStatuses(rejections), rejections, quality),
                () -> readiness(domains, following),
                new HttpApi.Intake(
                    new PublicIntake(writer, kafka.topics(), clock),
                    new DenyList(writer, kafka.topics())),
                registry));
    ServingService service = new ServingService(domains, switcher, following, builds, writer, api);
    service.listen(registry);
    return service;
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
    Gauge.builder("headwater.serving.items.live", domains, ServingService::items)
        .register(registry);
    Gauge.builder("headwater.serving.users.waiting", domains, ServingService::waiting)
        .description("histories that wait to be encoded behind")
        .register(registry);
    Gauge.builder("headwater.serving.users.known", domains, ServingService::users)
        .register(registry);
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

  private static Readiness readiness(Domains domains, Following following) {
    List<String> missing = new ArrayList<>();
    double fraction = following.fractionLoaded();
    if (fraction < 1) {
      missing.add("the topics");
    }
    List<Domain> all = List.copyOf(domains.all());
    if (all.isEmpty()) {
      missing.add("a first domain");
    }
    for (Domain domain : all) {
      if (domain.view() == null) {
        missing.add(
            domain.announced() == null
                ? "an announced model of domain " + domain.name()
                : "the announced model of domain " + domain.name());
      }
    }
    Exception failure = following.failure();
    return new Readiness(
        missing.isEmpty() && failure == null,
        fraction,
        missing,
        failure == null ? null : failure.toString());
  }

  /** Returns the port that it listens on. */
  public int port() {
    return api.port();
  }

  /** Returns whether it may get traffic. */
  public Readiness readiness() {
    return readiness(domains, following);
  }

  /** Answers what is in work, then stops. */
  @Override
  public void close() {
    api.close();
    following.close();
    switcher.close();
    builds.close();
    writer.close();
    for (Domain domain : domains.all()) {
      domain.views().forEach(view -> view.users().encoder().close());
    }
  }
}
