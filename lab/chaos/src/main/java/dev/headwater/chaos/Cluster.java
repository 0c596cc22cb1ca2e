package dev.headwater.chaos;

import dev.headwater.client.NodeClient;
import dev.headwater.client.Retries;
import dev.headwater.client.Timeouts;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.platform.parts.Bundles;
import dev.headwater.platform.report.Await;
import dev.headwater.store.admin.StoreClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * All processes of an installation, by name, and how each is started and known to work. Closing it
 * kills what runs; a shutdown hook does the same when the verb is interrupted. Used from one
 * thread, but for {@link #supervise}.
 */
public final class Cluster implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(4);

  /** A process that has just been started is not yet the one that is heard of. */
  private static final long HEARTBEAT_MS = 500;

  private final Layout layout;
  private final boolean ownBrokers;
  private final FlinkJobs jobs;
  private final StoreClient store;
  private final Thread hook = new Thread(this::killAll, "cluster-kill");

  /**
   * Lays out the files; {@link #start()} starts the processes.
   *
   * @param home emptied first
   * @param domain the one domain
   * @param bundle published for it
   * @param brokers the address of brokers that run already; null starts three
   * @param sizes of what it holds
   */
  Cluster(Path home, String domain, Path bundle, @Nullable String brokers, Layout.Sizes sizes)
      throws IOException {
    Jvm.killLeftovers(home);
    Utils.delete(home.toFile());
    Files.createDirectories(home);
    layout = new Layout(home, domain, bundle, brokers, sizes);
    ownBrokers = brokers == null;
    jobs = layout.jobs();
    store = new StoreClient(layout.storeAddress());
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Starts all but the serving nodes, one after the other, and waits until both jobs run. */
  public void start() throws Exception {
    if (ownBrokers) {
      for (int i = 1; i <= Layout.BROKERS; i++) {
        process("broker-" + i).start();
      }
      Await.until(
          "three brokers",
          Patience.of(START),
          () -> BrokerProbe.brokers(kafka()) == Layout.BROKERS);
    }
    try (TopicAdmin admin = new TopicAdmin(kafka())) {
      admin.create(layout.config().topicLayout());
    }
    startAndAwait("store");
    var unused = store.announceModel(domain(), layout.bundleId(), "chaos");
    startAndAwait("ingest");
    startAndAwait("job-manager");
    startAndAwait("task-manager-1");
    startAndAwait("task-manager-2");
    jobs.submit(FlinkJobs.COLD_START);
    jobs.submit(FlinkJobs.FINE_TUNE);
    awaitJobs();
  }

  /** Starts the serving nodes, which are ready when there is a first row. */
  public void startServing() throws IOException, InterruptedException {
    process("serving-1").start();
    startAndAwait("serving-2");
    awaitReady("serving-1");
  }

  /** On few cores processes that start together keep each other from starting in time. */
  private void startAndAwait(String name) throws IOException, InterruptedException {
    process(name).start();
    awaitReady(name);
  }

  /** Waits until both jobs run on TaskManagers. */
  public void awaitJobs() throws InterruptedException {
    Await.until(
        "both jobs to run",
        Patience.of(START),
        () -> jobs.isRunning(FlinkJobs.COLD_START) && jobs.isRunning(FlinkJobs.FINE_TUNE));
  }

  /** Waits until a process that was started does its work; starts it again should it end. */
  public void awaitReady(String name) throws InterruptedException {
    Await.until(
        name + " to be ready",
        Patience.of(START),
        () -> {
          process(name).supervise();
          return isReady(name);
        });
  }

  private static boolean isReady(int servingPort) {
    return NodeClient.at(URI.create("http://127.0.0.1:" + servingPort))
        .with(Retries.NONE)
        .with(Timeouts.of(Duration.ofSeconds(5)))
        .readiness()
        .ready();
  }

  private boolean isReady(String name) throws Exception {
    if (name.startsWith("broker-")) {
      return BrokerProbe.isInSync(kafka());
    }
    if (name.startsWith("task-manager-")) {
      return jobs.isHeard(name, process(name).startedMs() + HEARTBEAT_MS);
    }
    return switch (name) {
      case "job-manager" -> jobs.taskManagers() >= 0;
      case "store" -> store.announced().has("announced");
      case "serving-1", "serving-2" -> isReady(servingPort(name));
      default -> true;
    };
  }

  /**
   * Makes the TaskManagers those of a release that knows state formats up to this one, from their
   * next start on.
   */
  void stateFormat(int format) {
    for (int i = 1; i <= Layout.TASK_MANAGERS; i++) {
      process("task-manager-" + i).release(List.of("-Dheadwater.state-format=" + format));
    }
  }

  /** Starts processes again that ended by themselves, and says which did. */
  List<String> supervise() throws IOException {
    List<String> ended = new ArrayList<>();
    for (Jvm process : layout.processes().values()) {
      String what = process.supervise();
      if (what != null) {
        ended.add(what);
      }
    }
    return ended;
  }

  /** Returns a process by name. */
  public Jvm process(String name) {
    Jvm process = layout.processes().get(name);
    if (process == null) {
      throw new IllegalArgumentException("no process " + name + "; there are " + names());
    }
    return process;
  }

  /** Returns the names of all processes. */
  public List<String> names() {
    return List.copyOf(layout.processes().keySet());
  }

  /** Returns the port of a serving node. */
  public int servingPort(String name) {
    return layout.servingPort(name);
  }

  /** Returns the jobs. */
  FlinkJobs jobs() {
    return jobs;
  }

  /** Returns the store's operator interface. */
  public StoreClient store() {
    return store;
  }

  /** Returns how to reach Kafka. */
  public KafkaSettings kafka() {
    return layout.config().kafka();
  }

  /** Returns the domain. */
  public String domain() {
    return layout.domain();
  }

  /** Returns the bundle that the domain begins with. */
  String bundleId() {
    return layout.bundleId();
  }

  /** Puts another bundle where all parts look for bundles; returns its id. */
  String publishBundle(Path bundle) throws IOException {
    return Bundles.publish(bundle, layout.config().bundleDirectory()).bundleId();
  }

  /** Returns the configuration files of the parts: each reads its own when it starts. */
  PartFiles files() {
    return layout.files();
  }

  /** Returns where processes keep their state. */
  Path state() {
    return layout.state();
  }

  /** Returns the address of the store's operator interface. */
  URI storeAddress() {
    return layout.storeAddress();
  }

  private void killAll() {
    layout.processes().values().forEach(Jvm::close);
  }

  @Override
  public void close() {
    killAll();
    Runtime.getRuntime().removeShutdownHook(hook);
  }
}
