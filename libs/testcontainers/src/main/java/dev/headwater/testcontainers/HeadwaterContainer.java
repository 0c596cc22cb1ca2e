package dev.headwater.testcontainers;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * Ingest, model store, both jobs and a serving node of one domain in one container ({@code
 * headwater standalone}), on a Kafka of the test's own. Started, all parts run: what is published
 * to the domain's topics is learned, and so is what stood there before. It answers once the first
 * item is shown.
 *
 * <pre>{@code
 * Network network = Network.newNetwork();
 * KafkaContainer kafka =
 *     new KafkaContainer("apache/kafka:4.1.0").withNetwork(network).withListener("kafka:19092");
 * HeadwaterContainer headwater =
 *     new HeadwaterContainer("headwater:dev")
 *         .withNetwork(network)
 *         .dependsOn(kafka)
 *         .withKafka("kafka:19092")
 *         .withDomain("toys")
 *         .withBundle(Path.of("bundles/toys"));
 * }</pre>
 *
 * <p>The image is one that {@code deploy/image/build} made; its version should be this module's.
 * For one thread, as every container.
 */
public class HeadwaterContainer extends GenericContainer<HeadwaterContainer> {
  private static final int API_PORT = 8080;
  private static final int STORE_PORT = 8081;
  private static final String CONFIGURATION = "/etc/headwater/headwater.conf";
  private static final String BUNDLE = "/var/lib/headwater/given-bundle";

  /** Pre-training takes a minute or two where no bundle is given. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** Where the JVM's own default would be a share of the whole machine. */
  private static final String HEAP = "-Xmx1g";

  private final List<String> configuration = new ArrayList<>();
  private String domain = "demo";
  private @Nullable String bootstrap;
  private boolean hasBundle;

  /** Makes a container of an image, {@code headwater:dev} for instance. */
  public HeadwaterContainer(String image) {
    this(DockerImageName.parse(image));
  }

  /** Makes a container of an image. */
  @SuppressWarnings("this-escape")
  public HeadwaterContainer(DockerImageName image) {
    super(image);
    withExposedPorts(API_PORT, STORE_PORT);
    withEnv("HEADWATER_JAVA_OPTS", HEAP);
    // Not /ready: a node of a domain without a single row is not, until the test has published an
    // item.
    waitingFor(Wait.forLogMessage(".*standalone runs.*\\n", 1).withStartupTimeout(PATIENCE));
  }

  /**
   * Says where Kafka is.
   *
   * @param address {@code host:port} as this container sees it: a listener of the network that both
   *     are in
   */
  public HeadwaterContainer withKafka(String address) {
    this.bootstrap = address;
    return self();
  }

  /** Names the domain, {@code demo} otherwise. */
  public HeadwaterContainer withDomain(String name) {
    this.domain = name;
    return self();
  }

  /**
   * Gives the domain's source bundle; without one the container pre-trains on generated domains,
   * which takes a minute or two at each start.
   *
   * @param directory of the bundle; copied into the container
   */
  public HeadwaterContainer withBundle(Path directory) {
    hasBundle = true;
    return withCopyFileToContainer(MountableFile.forHostPath(directory, 0755), BUNDLE);
  }

  /**
   * Lays lines over the configuration.
   *
   * @param lines as in {@code headwater.conf}, {@code serving.max-items = 10} for instance
   */
  public HeadwaterContainer withConfiguration(String... lines) {
    configuration.addAll(List.of(lines));
    return self();
  }

  /** Returns the address of the HTTP API; known once started. */
  public URI apiAddress() {
    return address(API_PORT);
  }

  /** Returns the address of the model store; known once started. */
  public URI storeAddress() {
    return address(STORE_PORT);
  }

  private URI address(int port) {
    return URI.create("http://" + getHost() + ":" + getMappedPort(port));
  }

  @Override
  protected void configure() {
    withCopyToContainer(Transferable.of(configuration()), CONFIGURATION);
    List<String> command = new ArrayList<>(List.of("standalone", "--config", CONFIGURATION));
    if (hasBundle) {
      command.addAll(List.of("--bundle", BUNDLE));
    }
    withCommand(command.toArray(String[]::new));
  }

  /** Returns what Headwater is configured with. */
  String configuration() {
    if (bootstrap == null) {
      throw new IllegalStateException("withKafka(\"host:port\") says where Kafka is");
    }
    List<String> lines =
        new ArrayList<>(
            List.of(
                "domains = [\"" + domain + "\"]",
                "kafka.bootstrap = \"" + bootstrap + "\"",
                "kafka.partitions = 2",
                "bundle-directory = \"/var/lib/headwater/bundles\"",
                "state-directory = \"/var/lib/headwater/state\"",
                "store.host = \"0.0.0.0\""));
    lines.addAll(configuration);
    return String.join("\n", lines) + "\n";
  }
}
