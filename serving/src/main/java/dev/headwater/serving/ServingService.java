package dev.headwater.serving;

import dev.headwater.client.answers.LagReport;
import dev.headwater.client.answers.Readiness;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.http.ApiServer;
import dev.headwater.idp.tensor.ComputeDevice;
import dev.headwater.serving.config.Placement;
import dev.headwater.serving.config.ServingConfig;
import dev.headwater.serving.follow.BundleLoader;
import dev.headwater.serving.follow.ModelLoader;
import dev.headwater.serving.follow.ViewSwitcher;
import dev.headwater.serving.http.HttpApi;
import dev.headwater.serving.intake.DenyList;
import dev.headwater.serving.intake.PublicIntake;
import dev.headwater.serving.intake.TopicWriter;
import dev.headwater.serving.lag.Heartbeats;
import dev.headwater.serving.recommend.Pools;
import dev.headwater.serving.recommend.RecommendMetrics;
import dev.headwater.serving.recommend.RecommendationIds;
import dev.headwater.serving.recommend.Recommender;
import dev.headwater.serving.recommend.WarmUp;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.status.ItemStatuses;
import dev.headwater.tracing.Tracing;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
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
  private static final long WARM_UP_POLL_MS = 20;

  private final NodeState state;
  private final TopicWriter writer;
  private final Heartbeats heartbeats;
  private final NodeFollowing followers;
  private final @Nullable Divided divided;
  private final NodeReadiness readiness;
  private final ApiServer api;
  private final int drainMs;
  private final @Nullable Thread warmUp;

  private ServingService(NodeSetting setting) {
    ServingConfig config = setting.config();
    state = NodeState.of(setting);
    writer = new TopicWriter(setting.kafka());
    heartbeats =
        new Heartbeats(
            config.heartbeats(),
            writer,
            setting.kafka().topics(),
            setting.registry(),
            setting.clock(),
            setting.random());
    divided =
        config.slice().isWhole() ? null : new Divided(setting, state, writer, heartbeats.node());
    followers = NodeFollowing.start(setting, state, writer, heartbeats, gate());
    readiness =
        new NodeReadiness(
            state.domains(),
            followers.following(),
            Duration.ofMillis(config.limits().staleMsMax()));
    Divided others = divided;
    if (others != null) {
      readiness.alsoWaitsFor(others::lacking);
    }
    api = HttpApi.server(config, parts(setting));
    drainMs = config.limits().drainMs();
    warmUp = warmUp(config.settings().warmUp());
  }

  private ViewSwitcher.Gate gate() {
    return divided == null ? ViewSwitcher.Gate.OPEN : divided.gate();
  }

  private @Nullable Thread warmUp(Duration most) {
    if (most.isZero()) {
      return null;
    }
    readiness.cold();
    Thread thread = new Thread(() -> warmUpOnceLoaded(most), "serving-warm-up");
    thread.setDaemon(true);
    return thread;
  }

  private void warmUpOnceLoaded(Duration most) {
    try {
      while (!readiness.isLoaded()) {
        TimeUnit.MILLISECONDS.sleep(WARM_UP_POLL_MS);
      }
      long start = System.nanoTime();
      int answers = new WarmUp(most).run(state.domains().all());
      long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      LOG.info("warm after {} answers in {} ms", answers, ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      readiness.warm();
    }
  }

  private HttpApi.Parts parts(NodeSetting setting) {
    return new HttpApi.Parts(
        state.domains(),
        new Recommender(
            divided == null ? Pools.OWN : divided.pools(),
            new RecommendationIds(setting.random()),
            new RecommendMetrics(setting.registry(), setting.clock()),
            setting.random(),
            setting.tracing()),
        new HttpApi.Looks(
            new ItemStatuses(state.rejections()), state.rejections(), state.quality()),
        readiness::now,
        new HttpApi.Intake(
            new PublicIntake(
                writer,
                setting.kafka().topics(),
                setting.config().records(),
                setting.clock(),
                setting.tracing()),
            new DenyList(writer, setting.kafka().topics())),
        heartbeats::report,
        setting.registry(),
        setting.tracing(),
        divided == null ? null : divided.neighbours());
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
    RandomGenerator random = RandomGenerator.getDefault();
    return start(
        new NodeSetting(config, kafka, registry, loader, Clock.systemUTC(), random, tracing));
  }

  /** Starts a node with another way to open models, another clock and other randomness. */
  public static ServingService start(
      ServingConfig config,
      KafkaSettings kafka,
      PrometheusMeterRegistry registry,
      ModelLoader loader,
      Clock clock,
      RandomGenerator random) {
    return start(new NodeSetting(config, kafka, registry, loader, clock, random, Tracing.OFF));
  }

  private static ServingService start(NodeSetting setting) {
    TopicAdmin.requireBroker(setting.kafka());
    ServingService service = new ServingService(setting);
    try {
      service.api.start();
    } catch (RuntimeException e) {
      service.close();
      throw e;
    }
    NodeGauges.register(
        setting.registry(), service.followers.following(), service.state, service.readiness);
    if (service.warmUp != null) {
      service.warmUp.start();
    }
    if (service.divided != null) {
      service.divided.start(service.port(), service.readiness::isServing);
    }
    service.heartbeats.start(
        () -> service.state.domains().all().stream().map(Domain::name).toList());
    return service;
  }

  /** Returns the port that it listens on. */
  public int port() {
    return api.port();
  }

  /** Returns whether it may get traffic. */
  public Readiness readiness() {
    return readiness.now();
  }

  /**
   * Returns what stopped it by itself: topics that nobody here reads any more; null while it runs.
   */
  public @Nullable Exception failure() {
    return readiness.failure();
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
    readiness.drain();
    if (divided != null) {
      divided.leave();
    }
    api.drain();
    LOG.info("not ready any more; answers on for {} ms", drainMs);
    TimeUnit.MILLISECONDS.sleep(drainMs);
  }

  /** Answers what is in work, then stops. */
  @Override
  public void close() {
    if (warmUp != null) {
      warmUp.interrupt();
    }
    heartbeats.close();
    if (divided != null) {
      divided.close();
    }
    api.close();
    followers.stop();
    followers.save(state);
    state.closeEncoders();
    followers.close();
    writer.close();
    state.close();
  }
}
