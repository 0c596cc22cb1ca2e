package dev.headwater.broker;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.StringJoiner;
import kafka.tools.StorageTool;

/**
 * The files of one node of a Kafka cluster on loopback, each node broker and controller in one
 * (KRaft): its properties, and formatted storage. A node is run as a process of its own by {@code
 * kafka.Kafka} with {@link #file()} as the argument. Topics are kept three times where there are
 * three nodes, and a write counts when two have it.
 */
public final class BrokerNode {
  private final Path directory;
  private final int port;

  private BrokerNode(Path directory, int port) {
    this.directory = directory;
    this.port = port;
  }

  /**
   * What all nodes of a cluster share.
   *
   * @param id as {@code Uuid.randomUuid()} gives it
   * @param ports of the brokers, the first is that of node 1
   * @param controllerPorts of the controllers, in the same order
   */
  public record Cluster(String id, List<Integer> ports, List<Integer> controllerPorts) {
    /** Copies the lists. */
    public Cluster {
      ports = List.copyOf(ports);
      controllerPorts = List.copyOf(controllerPorts);
    }

    /** Returns {@code host:port,…} of all brokers. */
    public String bootstrap() {
      StringJoiner all = new StringJoiner(",");
      ports.forEach(port -> all.add("127.0.0.1:" + port));
      return all.toString();
    }

    private String voters() {
      StringJoiner all = new StringJoiner(",");
      for (int i = 0; i < controllerPorts.size(); i++) {
        all.add((i + 1) + "@127.0.0.1:" + controllerPorts.get(i));
      }
      return all.toString();
    }
  }

  /**
   * Writes a node's properties and formats its storage where it is new.
   *
   * @param number 1 for the first node
   * @param directory the node's own
   */
  public static BrokerNode prepare(Cluster cluster, int number, Path directory) throws IOException {
    Files.createDirectories(directory);
    BrokerNode node = new BrokerNode(directory, cluster.ports().get(number - 1));
    try (var out = Files.newOutputStream(node.file())) {
      properties(cluster, number, directory).store(out, "node " + number);
    }
    if (!Files.exists(directory.resolve("log/meta.properties"))) {
      node.format(cluster.id());
    }
    return node;
  }

  private void format(String clusterId) throws IOException {
    String[] args = {"format", "-t", clusterId, "-c", file().toString()};
    int exit = StorageTool.execute(args, new PrintStream(PrintStream.nullOutputStream()));
    if (exit != 0) {
      throw new IOException("cannot format the storage in " + directory + ", exit " + exit);
    }
  }

  /** Returns the file of properties. */
  public Path file() {
    return directory.resolve("server.properties");
  }

  /** Returns the port for clients. */
  public int port() {
    return port;
  }

  private static Properties properties(Cluster cluster, int number, Path directory) {
    int nodes = cluster.ports().size();
    String copies = Integer.toString(Math.min(3, nodes));
    String inSync = Integer.toString(Math.min(2, nodes));
    int port = cluster.ports().get(number - 1);
    int controllerPort = cluster.controllerPorts().get(number - 1);
    Properties p = new Properties();
    p.put("process.roles", "broker,controller");
    p.put("node.id", Integer.toString(number));
    p.put(
        "listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
    p.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
    p.put("controller.listener.names", "CONTROLLER");
    p.put("controller.quorum.voters", cluster.voters());
    p.put("log.dirs", directory.resolve("log").toString());
    p.put("auto.create.topics.enable", "false");
    p.put("default.replication.factor", copies);
    p.put("min.insync.replicas", inSync);
    for (String internal :
        List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
      p.put(internal + ".replication.factor", copies);
    }
    p.put("offsets.topic.num.partitions", "4");
    p.put("transaction.state.log.num.partitions", "4");
    p.put("transaction.state.log.min.isr", inSync);
    p.put("share.coordinator.state.topic.min.isr", inSync);
    p.put("group.initial.rebalance.delay.ms", "0");
    p.put("log.cleaner.dedupe.buffer.size", Integer.toString(16 << 20));
    p.put("num.network.threads", "2");
    p.put("num.io.threads", "4");
    p.put("message.max.bytes", Integer.toString(4 << 20));
    return p;
  }
}
