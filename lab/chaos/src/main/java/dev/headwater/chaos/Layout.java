package dev.headwater.chaos;

import dev.headwater.broker.BrokerNode;
import dev.headwater.broker.FreePorts;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.platform.parts.Bundles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * The files, ports and command lines of a cluster on loopback: nothing runs yet. Heaps are small on
 * purpose, all processes together need about 6 GB. For one thread.
 */
final class Layout {
  static final int BROKERS = 3;
  static final int TASK_MANAGERS = 2;
  static final int SERVING_NODES = 2;

  private static final int PARTITIONS = 2;
  private static final int LONG_WORK_ROWS = 1_000_000;
  private static final int STORE_MB = 320;
  private static final int SERVING_MB = 448;

  /** The whole heap from the start, so that what a node holds beyond it can be told. */
  private static final List<String> TOUCHED =
      List.of("-Xms" + SERVING_MB + "m", "-XX:+AlwaysPreTouch");

  /** Few, so that a crowd reaches the disk where the others of its users lie. */
  private static final int USERS_IN_MEMORY = 50_000;

  /** What a row takes of the store's heap, with its name and what is under way. */
  private static final int BYTES_A_ROW = 250;

  private final Path home;
  private final String domain;
  private final int workers;
  private final Map<String, Jvm> processes = new LinkedHashMap<>();
  private final PartFiles files;
  private final List<Integer> servingPorts;
  private final int rpcPort;
  private final int restPort;
  private final int storePort;
  private final String bootstrap;
  private final HeadwaterConfig config;
  private final String bundleId;

  /**
   * How much of what it holds there is.
   *
   * @param manyRows that the store is to have room for beside those of the domain
   * @param workers of FineTuneJob
   */
  record Sizes(int manyRows, int workers) {}

  /**
   * Lays out the files.
   *
   * @param home of the cluster
   * @param domain the one domain
   * @param bundle published for it
   * @param brokers the address of brokers that run already; null lays out three
   * @param sizes of what it holds
   */
  Layout(Path home, String domain, Path bundle, @Nullable String brokers, Sizes sizes)
      throws IOException {
    this.workers = sizes.workers();
    this.home = home;
    files = new PartFiles(home);
    this.domain = domain;
    List<Integer> ports = FreePorts.take(2 * BROKERS + SERVING_NODES + 3);
    servingPorts = ports.subList(2 * BROKERS, 2 * BROKERS + SERVING_NODES);
    rpcPort = ports.get(2 * BROKERS + SERVING_NODES);
    restPort = ports.get(2 * BROKERS + SERVING_NODES + 1);
    storePort = ports.get(2 * BROKERS + SERVING_NODES + 2);
    bootstrap = brokers == null ? brokers(ports) : brokers;
    config = HeadwaterConfig.load(null, values());
    bundleId = Bundles.publish(bundle, config.bundleDirectory()).bundleId();
    flink();
    add(part("ingest", "ingest", 384, values(), List.of(LaunchOptions.FIRST_COMPILER)));
    int storeMb = STORE_MB + (int) (((long) sizes.manyRows() * BYTES_A_ROW) >> 20);
    add(part("store", "store", storeMb, values(), storeOptions(sizes.manyRows())));
    for (int i = 0; i < SERVING_NODES; i++) {
      Map<String, Object> values = values();
      values.put("serving.port", servingPorts.get(i));
      values.put("serving.limits.users", USERS_IN_MEMORY);
      add(part("serving-" + (i + 1), "serve", SERVING_MB, values, TOUCHED));
    }
  }

  /** Millions of rows take minutes, in which the optimising compiler pays for itself. */
  private static List<String> storeOptions(int manyRows) {
    return manyRows < LONG_WORK_ROWS ? List.of(LaunchOptions.FIRST_COMPILER) : List.of();
  }

  private String brokers(List<Integer> ports) throws IOException {
    BrokerNode.Cluster kafka =
        new BrokerNode.Cluster(
            Uuid.randomUuid().toString(),
            ports.subList(0, BROKERS),
            ports.subList(BROKERS, 2 * BROKERS));
    for (int i = 1; i <= BROKERS; i++) {
      String name = "broker-" + i;
      Path file = BrokerNode.prepare(kafka, i, home.resolve(name)).file();
      add(
          new Jvm.Spec(
              name,
              home,
              384,
              List.of(LaunchOptions.FIRST_COMPILER),
              "kafka.Kafka",
              List.of(file.toString())));
    }
    return kafka.bootstrap();
  }

  private void flink() throws IOException {
    FlinkNodes flink = new FlinkNodes(home, rpcPort, restPort, workers + 1);
    add(flink.jobManager());
    for (int i = 1; i <= TASK_MANAGERS; i++) {
      add(flink.taskManager(i));
    }
  }

  private Map<String, Object> values() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("kafka.bootstrap", bootstrap);
    values.put("kafka.partitions", PARTITIONS);
    values.put("domains", List.of(domain));
    values.put("state-directory", home.resolve("state").toString());
    values.put("bundle-directory", home.resolve("bundles").toString());
    values.put("metrics.ingest-port", 0);
    values.put("metrics.store-port", 0);
    values.put("ingest.threads", 1);
    values.put("flink.checkpoint-interval", "2 s");
    values.put("fine-tune.workers", workers);
    values.put("store.admin-port", storePort);
    values.put("store.seal-interval", "2 s");
    values.put("serving.host", "127.0.0.1");
    values.put("serving.store-admin", storeAddress().toString());
    return values;
  }

  private Jvm.Spec part(
      String name, String verb, int heapMb, Map<String, Object> values, List<String> options)
      throws IOException {
    return new Jvm.Spec(
        name,
        home,
        heapMb,
        options,
        "dev.headwater.launcher.Main",
        List.of(verb, "--config", files.write(name, values).toString()));
  }

  /** Returns the configuration files of all parts. */
  PartFiles files() {
    return files;
  }

  /** Returns where a process keeps its state. */
  Path state() {
    return home.resolve("state");
  }

  private void add(Jvm.Spec spec) {
    processes.put(spec.name(), new Jvm(spec));
  }

  /** Returns the processes by name, in the order in which they are started. */
  Map<String, Jvm> processes() {
    return processes;
  }

  HeadwaterConfig config() {
    return config;
  }

  String domain() {
    return domain;
  }

  String bundleId() {
    return bundleId;
  }

  URI storeAddress() {
    return URI.create("http://127.0.0.1:" + storePort);
  }

  int servingPort(String node) {
    return servingPorts.get(node.equals("serving-1") ? 0 : 1);
  }

  /** Returns the jobs of this cluster, with what their entry points are given. */
  FlinkJobs jobs() throws IOException {
    return new FlinkJobs(
        restPort,
        home.resolve("state").resolve("checkpoints"),
        domain,
        List.of("--config", files.write("jobs", values()).toString(), "--bundle", bundleId));
  }
}
