package dev.headwater.bench.stage;

import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.jobs.DomainModel;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.platform.parts.Bundles;
import dev.headwater.platform.parts.CachedBundle;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Where a benchmark runs: a broker in this process unless another is named, topics under a prefix
 * of its own, and a scratch directory that goes in the end. For one thread.
 */
public final class BenchStage implements AutoCloseable {
  /** The domain of generated load. */
  public static final String DOMAIN = "bench";

  private final Path directory;
  private final @Nullable EmbeddedBroker broker;
  private final HeadwaterConfig config;

  /**
   * What to build.
   *
   * @param bootstrap a broker that runs; null starts one
   * @param file of configuration; null for the reference
   * @param domain to configure
   * @param partitions of the topics
   */
  public record Plan(
      @Nullable String bootstrap, @Nullable Path file, String domain, int partitions) {}

  /** Starts what is needed and creates the topics. */
  public BenchStage(Plan plan) throws IOException, InterruptedException {
    directory = Files.createTempDirectory("headwater-bench-");
    String bootstrap = plan.bootstrap();
    broker = bootstrap == null ? EmbeddedBroker.start(directory.resolve("kafka"), 0) : null;
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("kafka.bootstrap", broker == null ? bootstrap : broker.bootstrap());
    values.put("kafka.topic-prefix", "bench" + Long.toString(System.nanoTime(), 36) + ".");
    values.put("kafka.partitions", plan.partitions());
    values.put("domains", List.of(plan.domain()));
    values.put("serving.port", 0);
    values.put("serving.host", "127.0.0.1");
    values.put("store.admin-port", 0);
    values.put("state-directory", directory.resolve("state").toString());
    values.put("bundle-directory", directory.resolve("bundles").toString());
    config = HeadwaterConfig.load(plan.file(), values);
    try (TopicAdmin admin = new TopicAdmin(config.kafka())) {
      admin.create(config.topicLayout());
    }
  }

  /** Returns the configuration: the defaults of a real node, but for places and names. */
  public HeadwaterConfig config() {
    return config;
  }

  /** Returns scratch space. */
  public Path directory() {
    return directory;
  }

  /** Puts a bundle where the jobs look; null takes one pre-trained on the generated market. */
  public DomainModel model(String domain, @Nullable Path bundle, PrintStream out)
      throws IOException {
    Path source = bundle == null ? CachedBundle.generated().get(out) : bundle;
    String id = Bundles.publish(source, config.bundleDirectory()).bundleId();
    return new DomainModel(domain, config.bundleDirectory().toString(), id);
  }

  @Override
  public void close() throws IOException {
    if (broker != null) {
      broker.close();
    }
    Utils.delete(directory.toFile());
  }
}
