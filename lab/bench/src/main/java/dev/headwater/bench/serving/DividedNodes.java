package dev.headwater.bench.serving;

import dev.headwater.broker.FreePorts;
import dev.headwater.chaos.Jvm;
import dev.headwater.chaos.LaunchOptions;
import dev.headwater.chaos.PartFiles;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.platform.report.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Serving nodes as processes: the replicas of each shard, and one more that holds all items. Used
 * from one thread, but for {@link #living}.
 */
final class DividedNodes implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(4);
  private static final int HEAP_MB = 384;

  private final List<Node> nodes = new ArrayList<>();
  private final Node whole;
  private final Map<String, Object> common = new LinkedHashMap<>();
  private final Path home;
  private final PartFiles files;
  private final List<String> options;

  /** A node: its name, its process, where it answers, and whether it is expected to. */
  static final class Node {
    private final String name;
    private final int shard;
    private final int port;
    private final Jvm process;
    private volatile boolean up;

    private Node(String name, int shard, int port, Jvm process) {
      this.name = name;
      this.shard = shard;
      this.port = port;
      this.process = process;
    }

    String name() {
      return name;
    }

    int shard() {
      return shard;
    }

    int port() {
      return port;
    }

    /** Tells whether it is expected to answer. */
    boolean isUp() {
      return up;
    }

    /** Tells whether it says itself that it can answer. */
    boolean isReady() {
      try (RawClient client = new RawClient(port)) {
        return client.get("/ready").status() == 200;
      } catch (IOException e) {
        return false;
      }
    }

    /** SIGKILL; whoever asks it is told by its connection alone. */
    void kill() throws InterruptedException {
      up = false;
      process.kill();
    }

    void start() throws IOException {
      process.start();
    }

    void awaitReady() throws InterruptedException {
      Await.until(name + " to be ready", START, this::isReady);
      up = true;
    }
  }

  /**
   * Lays them out; nothing runs yet.
   *
   * @param firstCompiler whether each node's JVM compiles with the first compiler alone
   */
  DividedNodes(
      Path home, KafkaSettings kafka, Path bundles, int shards, int replicas, boolean firstCompiler)
      throws IOException {
    options = firstCompiler ? List.of(LaunchOptions.FIRST_COMPILER) : List.of();
    this.home = Files.createDirectories(home);
    files = new PartFiles(home);
    common.put("kafka.bootstrap", kafka.bootstrap());
    common.put("kafka.topic-prefix", kafka.topics().prefix());
    common.put("kafka.partitions", ServeBench.PARTITIONS);
    common.put("domains", List.of(ServeBenchConfig.DOMAIN));
    common.put("bundle-directory", bundles.toString());
    common.put("serving.host", "127.0.0.1");
    List<Integer> ports = FreePorts.take(shards * replicas + 1);
    for (int i = 0; i < shards * replicas; i++) {
      String name = "shard-%d-%c".formatted(i % shards, 'a' + i / shards);
      nodes.add(node(name, i % shards, shards, ports.get(i)));
    }
    whole = node("whole", 0, 1, ports.get(shards * replicas));
  }

  private Node node(String name, int shard, int shards, int port) throws IOException {
    Map<String, Object> values = new LinkedHashMap<>(common);
    values.put("state-directory", home.resolve(name).toString());
    values.put("serving.port", port);
    values.put("serving.shards.count", shards);
    values.put("serving.shards.shard", shard);
    values.put("serving.shards.address", "http://127.0.0.1:" + port);
    Path file = files.write(name, values);
    Jvm.Spec spec =
        new Jvm.Spec(
            name,
            home,
            HEAP_MB,
            options,
            "dev.headwater.launcher.Main",
            List.of("serve", "--config", file.toString()));
    return new Node(name, shard, port, new Jvm(spec));
  }

  /** Starts the replicas of all shards; a node is ready when all shards are held. */
  void start() throws IOException, InterruptedException {
    for (Node node : nodes) {
      node.start();
    }
    for (Node node : nodes) {
      node.awaitReady();
    }
  }

  /** Returns the replicas of all shards. */
  List<Node> all() {
    return nodes;
  }

  /** Returns those that are expected to answer. */
  List<Node> living() {
    return nodes.stream().filter(Node::isUp).toList();
  }

  /** Returns the processor time that those which run have taken. */
  Duration cpu() {
    return living().stream().map(node -> node.process.cpu()).reduce(Duration.ZERO, Duration::plus);
  }

  /** Returns the node that holds all items; it is not started with the others. */
  Node whole() {
    return whole;
  }

  @Override
  public void close() {
    nodes.forEach(node -> node.process.close());
    whole.process.close();
  }
}
