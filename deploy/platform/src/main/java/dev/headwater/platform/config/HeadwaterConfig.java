package dev.headwater.platform.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.headwater.configuration.ConfigurationException;
import dev.headwater.events.Topics;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.ingest.IngestConfig;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.FlinkSettings;
import dev.headwater.jobs.coldstart.ColdStartConfig;
import dev.headwater.jobs.finetune.FineTuneConfig;
import dev.headwater.jobs.main.JobsConfig;
import dev.headwater.platform.report.VerbException;
import dev.headwater.serving.config.ServingConfig;
import dev.headwater.store.StoreConfig;
import dev.headwater.tracing.TracingConfig;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of all parts, typed.
 *
 * @param values the effective values
 */
public record HeadwaterConfig(Config values, JobsConfig jobs) {

  /**
   * Reads the reference, a file over it, and flags over both.
   *
   * @throws VerbException with every problem found
   */
  public static HeadwaterConfig load(@Nullable Path file, Map<String, Object> overrides) {
    HeadwaterConfig config =
        new HeadwaterConfig(ConfigFile.load(file, overrides), jobs(file, overrides));
    config.checkAll();
    return config;
  }

  private static JobsConfig jobs(@Nullable Path file, Map<String, Object> overrides) {
    try {
      return dev.headwater.configuration.ConfigFile.read(file, overrides).as(JobsConfig.class);
    } catch (ConfigurationException e) {
      throw new VerbException(String.valueOf(e.getMessage()));
    }
  }

  /** Builds every part's record once, so that a bad value refuses to start whatever the verb. */
  private void checkAll() {
    try {
      kafka();
      ingest();
      store();
      serving();
      tracing();
      metricsAddress("ingest-port");
      metricsAddress("cold-start-port");
      metricsAddress("fine-tune-port");
      metricsAddress("store-port");
    } catch (ConfigException | IllegalArgumentException e) {
      throw new VerbException("configuration: " + e.getMessage());
    }
  }

  /** Returns how to reach Kafka. */
  public KafkaSettings kafka() {
    Map<String, String> client = new HashMap<>();
    values
        .getConfig("kafka.client")
        .entrySet()
        .forEach(e -> client.put(unquoted(e.getKey()), String.valueOf(e.getValue().unwrapped())));
    return new KafkaSettings(
        values.getString("kafka.bootstrap"),
        new Topics(values.getString("kafka.topic-prefix")),
        client);
  }

  private static String unquoted(String key) {
    return key.replace("\"", "");
  }

  /** Returns the partitions of the topics keyed by user or item. */
  public int partitions() {
    return values.getInt("kafka.partitions");
  }

  /** Returns the configured domains. */
  public Set<String> domains() {
    return new LinkedHashSet<>(values.getStringList("domains"));
  }

  /** Returns where published bundles lie. */
  public Path bundleDirectory() {
    return Home.directory().resolve(values.getString("bundle-directory"));
  }

  /** Returns where parts keep their state. */
  public Path stateDirectory() {
    return Home.directory().resolve(values.getString("state-directory"));
  }

  /** Returns ingest's settings. */
  public IngestConfig ingest() {
    Reader r = reader("ingest");
    return new IngestConfig(
        values.getString("kafka.topic-prefix") + r.text("application-id"),
        stateDirectory().resolve("ingest"),
        domains(),
        r.integer("history-length"),
        new IngestConfig.Limits(
            r.bytes("interaction-bytes-max"),
            r.bytes("catalog-bytes-max"),
            r.bytes("attributes-bytes-max"),
            r.integer("text-chars-max"),
            r.integer("title-chars-max"),
            r.integer("categories-max"),
            r.duration("clock-skew-max")),
        r.duration("dedupe-window"),
        new IngestConfig.Pace(
            r.integer("threads"),
            r.integer("standbys"),
            r.duration("commit-interval"),
            r.longBytes("store-memory")));
  }

  /** Returns how Flink jobs run; each one's checkpoints lie in a folder of its own. */
  public FlinkSettings flink() {
    return jobs.flink();
  }

  /** Returns ColdStartJob's settings for some domains. */
  public ColdStartConfig coldStart(List<DomainModel> models) {
    return new ColdStartConfig(models, jobs.coldStart());
  }

  /** Returns FineTuneJob's settings for a domain. */
  public FineTuneConfig fineTune(DomainModel model) {
    return new FineTuneConfig(model, jobs.fineTune());
  }

  /** Returns the model store's settings. */
  public StoreConfig store() {
    return StoreValues.of(reader("store"), stateDirectory().resolve("store"))
        .protectedBy(new AccessValues(values).store());
  }

  /** Returns a serving node's settings. */
  public ServingConfig serving() {
    return ServingValues.of(
            reader("serving"), reader("heartbeats"), domains(), bundleDirectory(), stateDirectory())
        .protectedBy(new AccessValues(values).serving());
  }

  /** Returns where spans go, and how many traces begin. */
  public TracingConfig tracing() {
    Reader r = reader("tracing");
    String endpoint = r.text("endpoint");
    return new TracingConfig(
        endpoint.isBlank() ? null : URI.create(endpoint), r.number("sample-ratio"));
  }

  /** Returns where a process serves its metrics; {@code portKey} says which process. */
  public InetSocketAddress metricsAddress(String portKey) {
    Reader r = reader("metrics");
    return new InetSocketAddress(r.text("host"), r.integer(portKey));
  }

  private Reader reader(String part) {
    return new Reader(values.getConfig(part));
  }
}
