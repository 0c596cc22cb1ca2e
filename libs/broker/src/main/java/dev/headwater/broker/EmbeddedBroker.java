package dev.headwater.broker;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;

/**
 * One Kafka node (KRaft, broker and controller) in this JVM, on loopback. It can be stopped and
 * started again on the same port with the same data. Not thread-safe.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final int TRIES = 5;

  private final Path directory;
  private final boolean deleteOnClose;
  private final int port;
  private final int controllerPort;
  private final Properties properties;
  private KafkaRaftServer server;

  private EmbeddedBroker(
      Path directory, int port, boolean deleteOnClose, BrokerSecurity security, List<Integer> free)
      throws IOException {
    this.directory = directory;
    this.deleteOnClose = deleteOnClose;
    this.port = port == 0 ? free.get(0) : port;
    this.controllerPort = free.get(1) == port ? free.get(2) : free.get(1);
    this.properties = properties(directory, this.port, controllerPort, security);
    format();
    this.server = boot();
  }

  /** Starts a broker on a free port whose data go when it is closed. */
  public static EmbeddedBroker start() {
    return start(BrokerSecurity.NONE);
  }

  /** Starts such a broker that asks its clients who they are, or encrypts, or both. */
  public static EmbeddedBroker start(BrokerSecurity security) {
    try {
      return open(Files.createTempDirectory("headwater-broker"), 0, true, security);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts a broker that keeps its data.
   *
   * @param directory for the data; formatted when new
   * @param port 0 for a free one
   */
  public static EmbeddedBroker start(Path directory, int port) throws IOException {
    Files.createDirectories(directory);
    return open(directory, port, false, BrokerSecurity.NONE);
  }

  private static EmbeddedBroker open(
      Path directory, int port, boolean deleteOnClose, BrokerSecurity security) throws IOException {
    return open(
        free -> new EmbeddedBroker(directory, port, deleteOnClose, security, free),
        port == 0 ? TRIES : 1);
  }

  /** Another process may take a port that was free a moment ago: then others are tried. */
  static EmbeddedBroker open(Opener opener, int tries) throws IOException {
    for (int left = tries - 1; ; left--) {
      try {
        return opener.at(FreePorts.take(3));
      } catch (UncheckedIOException e) {
        if (left == 0 || !(e.getCause() instanceof BindException)) {
          throw e;
        }
      }
    }
  }

  /** Makes a broker that listens at some of these ports. */
  interface Opener {
    EmbeddedBroker at(List<Integer> free) throws IOException;
  }

  /** The same at ports of the caller's, one of which may be taken. */
  static EmbeddedBroker at(Path directory, List<Integer> ports) throws IOException {
    return new EmbeddedBroker(directory, 0, false, BrokerSecurity.NONE, ports);
  }

  /** Returns {@code host:port} for clients. */
  public String bootstrap() {
    return "127.0.0.1:" + port;
  }

  int controllerPort() {
    return controllerPort;
  }

  /** Stops the broker, keeping its data and port, so that {@link #restart()} brings it back. */
  public void stop() {
    server.shutdown();
    server.awaitShutdown();
  }

  /** Starts the stopped broker again. */
  public void restart() {
    server = boot();
  }

  /** A controller whose port is taken would end this JVM, so that is asked before. */
  private KafkaRaftServer boot() {
    FreePorts.require(port);
    FreePorts.require(controllerPort);
    KafkaRaftServer raft = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
    raft.startup();
    return raft;
  }

  private void format() throws IOException {
    Path log = directory.resolve("log");
    if (Files.exists(log.resolve("meta.properties"))) {
      return;
    }
    Path file = directory.resolve("server.properties");
    try (var out = Files.newOutputStream(file)) {
      properties.store(out, "embedded broker");
    }
    String[] args = {
      "format", "-t", Uuid.randomUuid().toString(), "-c", file.toString(), "--standalone"
    };
    int exit = StorageTool.execute(args, new PrintStream(PrintStream.nullOutputStream()));
    if (exit != 0) {
      throw new IOException("cannot format the broker's storage in " + log + ", exit " + exit);
    }
  }

  private static Properties properties(
      Path directory, int port, int controllerPort, BrokerSecurity security) {
    String listener = security.protocol() + "://127.0.0.1:" + port;
    Properties p = new Properties();
    p.put("process.roles", "broker,controller");
    p.put("node.id", "1");
    p.put("listeners", listener + ",CONTROLLER://127.0.0.1:" + controllerPort);
    p.put("advertised.listeners", listener);
    p.put("security.inter.broker.protocol", security.protocol());
    p.put(
        "listener.security.protocol.map",
        "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL");
    p.putAll(security.broker());
    p.put("controller.listener.names", "CONTROLLER");
    p.put("controller.quorum.bootstrap.servers", "127.0.0.1:" + controllerPort);
    p.put("log.dirs", directory.resolve("log").toString());
    p.put("auto.create.topics.enable", "false");
    for (String internal :
        List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
      p.put(internal + ".replication.factor", "1");
      p.put(internal + ".num.partitions", "4");
    }
    p.remove("share.coordinator.state.topic.num.partitions");
    p.put("transaction.state.log.min.isr", "1");
    p.put("share.coordinator.state.topic.min.isr", "1");
    p.put("group.initial.rebalance.delay.ms", "0");
    p.put("log.cleaner.dedupe.buffer.size", Integer.toString(16 << 20));
    p.put("num.network.threads", "2");
    p.put("num.io.threads", "4");
    p.put("message.max.bytes", Integer.toString(4 << 20));
    return p;
  }

  /** Stops the broker and removes its data where they were temporary. */
  @Override
  public void close() {
    stop();
    if (!deleteOnClose) {
      return;
    }
    try {
      Utils.delete(directory.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
