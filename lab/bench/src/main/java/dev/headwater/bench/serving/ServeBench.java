package dev.headwater.bench.serving;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.events.Topics;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.report.Await;
import dev.headwater.serving.ServingService;
import dev.headwater.serving.config.ServingConfig;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.Utils;

/**
 * Fills a broker, starts a node in this process, and has {@link BenchSender} ask it from another.
 * The heap is measured between the steps: what items and users cost.
 */
public final class ServeBench {
  private static final int SETTLE_SECONDS = 5;
  private static final Duration WARM_UP = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /** A node that takes up fewer items a second is broken. */
  private static final int SLOWEST_ITEMS_PER_S = 2_000;

  static final int PARTITIONS = 4;

  /** More items than this are indexed, and asked only then. */
  private static final int INDEXED = 20_000;

  private final ServeBenchConfig config;
  private final KafkaSettings kafka;
  private final Duration patience;
  private final String model;
  private final ObjectNode result = new ObjectMapper().createObjectNode();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  private ServeBench(ServeBenchConfig config, KafkaSettings kafka) {
    this.config = config;
    this.kafka = kafka;
    this.patience = PATIENCE.plusSeconds(config.items() / SLOWEST_ITEMS_PER_S);
    this.model = String.valueOf(config.bundle().getFileName());
  }

  /**
   * Measures.
   *
   * @param kafka a broker; topics of an own prefix are made there
   * @return the keys of {@code bench serve}
   */
  public static ObjectNode run(ServeBenchConfig config, KafkaSettings kafka)
      throws IOException, InterruptedException {
    String prefix = "bench" + Long.toString(System.nanoTime(), 36) + ".";
    KafkaSettings own = kafka.with(new Topics(prefix));
    return config.mode() == ServeBenchConfig.Mode.START
        ? new SnapshotStart(config, own).run()
        : new ServeBench(config, own).run();
  }

  private ObjectNode run() throws IOException, InterruptedException {
    BenchData data = new BenchData(config.bundle(), config.items());
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      admin.create(PARTITIONS);
    }
    Path bundles = config.bundle().toAbsolutePath().getParent();
    Path state = Files.createTempDirectory("headwater-bench");
    ServingConfig serving =
        ServingConfig.defaults(bundles == null ? Path.of(".") : bundles)
            .at("127.0.0.1", 0)
            .keeping(new ServingConfig.UsersOnDisk(state.resolve("users"), 0)) // rows alone
            .resuming(state.resolve("saved"))
            .placed(config.placement())
            .keepingRowsIn(config.rowPrecision())
            .ranked(config.ranked())
            .warmedUp(WARM_UP)
            .serving(Set.of(ServeBenchConfig.DOMAIN));
    try (BenchTopics topics = new BenchTopics(kafka, model)) {
      topics.table(data, config.items());
      topics.announce();
      topics.flush();
      long closed = serve(serving, topics, data);
      result.put("close_s", seconds(closed));
      registry.clear(); // its gauges would keep the node in memory
      restart(serving);
    } finally {
      Utils.delete(state.toFile());
    }
    return result;
  }

  /** Returns when the node began to close, as nanoseconds; nothing holds it any more then. */
  private long serve(ServingConfig serving, BenchTopics topics, BenchData data)
      throws IOException, InterruptedException {
    Memory empty = Memory.now();
    long start = System.nanoTime();
    try (ServingService node = ServingService.start(serving, kafka, registry)) {
      items(node, start, empty);
      users(topics, data);
      measure(node.port());
      Output.line(result.toString());
      return System.nanoTime();
    }
  }

  /** Waits until a node has all rows, and tells what each takes. */
  private void items(ServingService node, long start, Memory empty) throws InterruptedException {
    Await.until("the first answer", patience, () -> node.readiness().ready());
    Await.until(
        "all items", patience, () -> gauge("headwater.serving.items.live") >= config.items());
    Await.until("all rows", patience, () -> gauge("headwater.serving.lag.records") == 0);
    result.put("ready_s", seconds(start));
    Memory now = Memory.now();
    double items = config.items();
    result.put("bytes_per_item", (now.heap() - empty.heap()) / items);
    result.put(
        "ram_bytes_per_item", (now.heap() - empty.heap() + now.direct() - empty.direct()) / items);
    result.put("mapped_bytes_per_item", (now.mapped() - empty.mapped()) / items);
  }

  private void users(BenchTopics topics, BenchData data) throws InterruptedException {
    long without = Memory.now().heap();
    for (int u = 0; u < config.users(); u++) {
      topics.history(BenchData.user(u), data.history(u), "e" + u);
    }
    topics.flush();
    Await.until(
        "all users", patience, () -> gauge("headwater.serving.users.known") >= config.users());
    result.put("bytes_per_user", (Memory.now().heap() - without) / (double) config.users());
    Await.until("the index", patience, () -> config.items() < INDEXED || rebuilds() > 0);
    Await.until("user vectors", patience, () -> gauge("headwater.serving.users.waiting") == 0);
  }

  /** From what the node left, in the same process: a new one takes some two seconds more. */
  private void restart(ServingConfig serving) throws IOException, InterruptedException {
    long start = System.nanoTime();
    PrometheusMeterRegistry fresh = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    try (ServingService node = ServingService.start(serving, kafka, fresh);
        RawClient client = new RawClient(node.port())) {
      Await.until("an answer", patience, () -> Answers.isExact(client));
      result.put("restart_to_answer_s", seconds(start));
      Await.until("a node that is ready", patience, () -> node.readiness().ready());
      result.put("restart_to_ready_s", seconds(start));
    }
  }

  private static double seconds(long startNs) {
    return (System.nanoTime() - startNs) / 1e9;
  }

  private void measure(int port) throws IOException, InterruptedException {
    TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
    Path file = Files.createTempFile("bench", ".json");
    try (MemoryAndRecall watch =
        new MemoryAndRecall(() -> gauge("headwater.serving.index.recall.ratio"))) {
      Process sender = sender(port, file).start();
      follow(sender);
      if (sender.waitFor() != 0) {
        throw new IOException("the sender failed with " + sender.exitValue());
      }
      watch.writeTo(result);
    }
    result.setAll((ObjectNode) new ObjectMapper().readTree(file.toFile()));
    Files.delete(file);
    result.put("index_searched_ratio", gauge("headwater.serving.index.searched.ratio"));
  }

  /** Reads what the sender says until it ends; what a request costs is that of the load alone. */
  private void follow(Process sender) throws IOException {
    ThreadCosts times = ThreadCosts.cpuMs();
    ThreadCosts bytes = ThreadCosts.allocatedBytes();
    double before = answered();
    try (BufferedReader lines = sender.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.equals(BenchSender.BEGUN)) {
          times = ThreadCosts.cpuMs();
          bytes = ThreadCosts.allocatedBytes();
          before = answered();
        } else if (line.equals(BenchSender.ENDED)) {
          double requests = answered() - before;
          result.set("cpu_ms_per_request", times.perRequest(requests));
          result.set("allocated_bytes_per_request", bytes.perRequest(requests));
        } else {
          Output.line(line);
        }
      }
    }
  }

  private ProcessBuilder sender(int port, Path file) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx" + config.heapMb() + "m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=4",
            "-cp",
            System.getProperty("java.class.path"),
            BenchSender.class.getName(),
            Integer.toString(port),
            kafka.bootstrap(),
            kafka.topics().prefix(),
            config.bundle().toString(),
            model,
            Integer.toString(config.items()),
            Integer.toString(config.users()),
            Integer.toString(config.rps()),
            Integer.toString(config.updateRowsPerSecond()),
            Integer.toString(config.seconds()),
            Integer.toString(config.warmUpSeconds()),
            config.mode().name(),
            file.toString());
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.INHERIT);
    builder.environment().put(BenchSender.CLIENT, BenchSender.toText(kafka.client()));
    return builder;
  }

  private double rebuilds() {
    return registry.get("headwater.serving.index.rebuilds").counter().count();
  }

  private double answered() {
    return registry.find("headwater.serving.requests").timers().stream()
        .mapToLong(Timer::count)
        .sum();
  }

  private double gauge(String name) {
    return registry.get(name).gauge().value();
  }
}
