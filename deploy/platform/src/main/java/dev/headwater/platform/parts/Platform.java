package dev.headwater.platform.parts;

import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.ingest.IngestService;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.coldstart.ColdStartStats;
import dev.headwater.jobs.finetune.FineTuneStats;
import dev.headwater.jobs.local.LocalJobs;
import dev.headwater.jobs.local.RunningJob;
import dev.headwater.jobs.main.JobsConfig;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.serving.ServingService;
import dev.headwater.serving.config.ServingConfig;
import dev.headwater.store.StoreConfig;
import dev.headwater.store.StoreService;
import dev.headwater.tracing.Tracing;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every part in this process, with a broker of its own (what the demo and the end-to-end tests run)
 * or on one that is there already. Each part can be stopped and started by itself, as an operator
 * would. Not thread-safe.
 */
public final class Platform implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Platform.class);

  private final HeadwaterConfig config;
  private final @Nullable EmbeddedBroker broker;
  private final PrometheusMeterRegistry registry = Metrics.registry();
  private final Deque<AutoCloseable> closing = new ArrayDeque<>();
  private final Tracings tracings;
  private final LocalJobs cluster;
  private final Jobs jobs;
  private final DomainModel model;
  private IngestService ingest;
  private StoreService store;
  private ServingService serving;
  private RunningJob coldStart;
  private RunningJob fineTune;

  /** The spans of the parts in this process. */
  private record Tracings(Tracing store, Tracing ingest, Tracing serving) {
    static Tracings open(Tracing.Opener opener) {
      return new Tracings(
          opener.open("headwater-store"),
          opener.open("headwater-ingest"),
          opener.open("headwater-serving"));
    }
  }

  private Platform(
      HeadwaterConfig config,
      @Nullable EmbeddedBroker broker,
      DomainModel model,
      Tracing.Opener tracing)
      throws Exception {
    tracings = Tracings.open(tracing);
    this.config = config;
    this.broker = broker;
    this.model = model;
    store = startStore(config.store());
    store.engine().announceModel(model.domain(), model.bundleId(), "platform");
    ingest = startIngest();
    serving = startServing();
    cluster = LocalJobs.start(slots(config.jobs()), config.flink().ofCluster());
    jobs = new Jobs(config, cluster, tracing);
    coldStart = jobs.coldStart(List.of(model));
    fineTune = jobs.fineTune(model);
    ColdStartStats made = ColdStartStats.of(JobsConfig.COLD_START);
    JobMeters.coldStart(registry, made);
    JobMeters.knownWords(registry, model.domain(), made);
    JobMeters.fineTune(
        registry, model.domain(), FineTuneStats.of(JobsConfig.fineTuneName(model.domain())));
  }

  private static int slots(JobsConfig jobs) {
    return jobs.coldStartSlots() + jobs.fineTuneSlots();
  }

  /**
   * Starts everything.
   *
   * @param config its bootstrap address is that of {@code broker}
   * @param broker running; closed with the platform
   * @param domain the one domain
   * @param bundle checked and published
   */
  public static Platform start(
      HeadwaterConfig config, EmbeddedBroker broker, String domain, Path bundle) throws Exception {
    return start(config, broker, domain, bundle, config.tracing());
  }

  /** The same with other spans than the configured ones. */
  public static Platform start(
      HeadwaterConfig config,
      EmbeddedBroker broker,
      String domain,
      Path bundle,
      Tracing.Opener tracing)
      throws Exception {
    return begin(config, broker, domain, bundle, tracing);
  }

  /**
   * Starts everything on a Kafka that is there; topics that are missing are created.
   *
   * @param config says where Kafka is
   * @param domain the one domain
   * @param bundle checked and published
   */
  public static Platform startOn(HeadwaterConfig config, String domain, Path bundle)
      throws Exception {
    return begin(config, null, domain, bundle, config.tracing());
  }

  private static Platform begin(
      HeadwaterConfig config,
      @Nullable EmbeddedBroker broker,
      String domain,
      Path bundle,
      Tracing.Opener tracing)
      throws Exception {
    try (TopicAdmin admin = new TopicAdmin(config.kafka())) {
      admin.create(config.topicLayout());
    }
    String bundleId = Bundles.publish(bundle, config.bundleDirectory()).bundleId();
    return new Platform(
        config,
        broker,
        new DomainModel(domain, config.bundleDirectory().toString(), bundleId),
        tracing);
  }

  private StoreService startStore(StoreConfig stores) throws InterruptedException {
    return StoreService.start(
        config.kafka(), stores, registry, Clock.systemUTC(), tracings.store());
  }

  private IngestService startIngest() throws InterruptedException {
    IngestService service =
        new IngestService(
            config.ingest(), config.kafka(), registry, Clock.systemUTC(), tracings.ingest());
    service.start();
    return service;
  }

  private ServingService startServing() {
    URI own = URI.create("http://127.0.0.1:" + store.adminPort());
    // With all parts in one process nobody waits for a node to be as quick as it will be.
    ServingConfig serves = config.serving().warmedUp(Duration.ZERO);
    return ServingService.start(
        serves.storeAdmin() == null ? serves.forwardingTo(own) : serves,
        config.kafka(),
        registry,
        tracings.serving());
  }

  /** Returns the meters of all parts; a serving node answers them at {@code /metrics}. */
  public PrometheusMeterRegistry registry() {
    return registry;
  }

  /**
   * Returns the broker.
   *
   * @throws IllegalStateException where it has none of its own
   */
  public EmbeddedBroker broker() {
    if (broker == null) {
      throw new IllegalStateException("runs on a Kafka that is not in this process");
    }
    return broker;
  }

  /** Returns ingest. */
  public IngestService ingest() {
    return ingest;
  }

  /** Returns the model store. */
  public StoreService store() {
    return store;
  }

  /** Returns the serving node. */
  public ServingService serving() {
    return serving;
  }

  /** Returns ColdStartJob. */
  public RunningJob coldStart() {
    return coldStart;
  }

  /** Returns FineTuneJob. */
  public RunningJob fineTune() {
    return fineTune;
  }

  /** Stops ingest and starts it over the same state. */
  public void restartIngest() throws InterruptedException {
    ingest.close();
    ingest = startIngest();
  }

  /** Stops the store and starts it over the same files, on the same port. */
  public void restartStore() throws InterruptedException {
    int port = store.adminPort();
    store.close();
    store = startStore(config.store().withAdminPort(port));
  }

  /** Stops the serving node and starts another from nothing but the topics, on the same port. */
  public void restartServing() {
    serving.close();
    serving = startServing();
  }

  /** Cancels both jobs; their checkpoints stay. */
  public void stopJobs() throws Exception {
    coldStart.cancel();
    fineTune.cancel();
  }

  /** Starts both jobs from their newest checkpoints. */
  public void startJobs() throws Exception {
    coldStart = jobs.coldStart(List.of(model));
    fineTune = jobs.fineTune(model);
  }

  /** Stops every part, each even when another fails to. */
  @Override
  public void close() {
    closing.add(serving);
    closing.add(cluster);
    closing.add(ingest);
    closing.add(store);
    if (broker != null) {
      closing.add(broker);
    }
    closing.add(tracings.store());
    closing.add(tracings.ingest());
    closing.add(tracings.serving());
    for (AutoCloseable part : closing) {
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("{} did not stop cleanly", part.getClass().getSimpleName(), e);
      }
    }
    closing.clear();
  }
}
