package dev.headwater.platform.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.headwater.events.Topics;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.ingest.IngestConfig;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.FlinkSettings;
import dev.headwater.jobs.coldstart.ColdStartConfig;
import dev.headwater.jobs.finetune.FineTuneConfig;
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
public record HeadwaterConfig(Config values) {

  /**
   * Reads the reference, a file over it, and flags over both.
   *
   * @throws VerbException with every problem found
   */
  public static HeadwaterConfig load(@Nullable Path file, Map<String, Object> overrides) {
    HeadwaterConfig config = new HeadwaterConfig(ConfigFile.load(file, overrides));
    config.checkAll();
    return config;
  }

  /** Builds every part's record once, so that a bad value refuses to start whatever the verb. */
  private void checkAll() {
    DomainModel none = new DomainModel("none", bundleDirectory().toString(), "none");
    try {
      kafka();
      ingest();
      flink("check");
      coldStart(List.of(none));
      fineTune(none);
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

  /** Returns how a Flink job runs; its checkpoints lie in a folder of its own. */
  public FlinkSettings flink(String job) {
    Reader r = reader("flink");
    return new FlinkSettings(
        stateDirectory().resolve("checkpoints").resolve(job),
        r.duration("checkpoint-interval"),
        r.millis("buffer-timeout"),
        r.millis("restart-backoff"),
        r.millis("restart-backoff-max"));
  }

  /** Returns ColdStartJob's settings. */
  public ColdStartConfig coldStart(List<DomainModel> models) {
    Reader r = reader("cold-start");
    return new ColdStartConfig(
        models,
        r.integer("batch-size"),
        r.millis("batch-wait"),
        r.integer("in-flight"),
        r.duration("timeout"),
        r.duration("load-timeout"),
        r.integer("trained-interactions"),
        r.integer("warm-rows"),
        r.millis("refresh-interval"),
        r.integer("parallelism"));
  }

  /** Returns FineTuneJob's settings for a domain. */
  public FineTuneConfig fineTune(DomainModel model) {
    Reader r = reader("fine-tune");
    return new FineTuneConfig(
        model,
        r.integer("shards"),
        r.integer("seed"),
        r.integer("batch-size"),
        r.millis("batch-wait"),
        r.duration("load-timeout"),
        new FineTuneConfig.Publish(
            r.millis("publish.interval"),
            r.number("publish.threshold"),
            r.millis("publish.age-max"),
            r.millis("publish.drift-age-max"),
            r.integer("publish.rows-per-second")),
        new FineTuneConfig.Parking(r.integer("parking.examples-max"), r.millis("parking.wait-max")),
        new FineTuneConfig.Scoring(
            r.integer("scoring.per-second"),
            r.millis("scoring.window"),
            r.integer("scoring.popularity-events"),
            -1),
        new FineTuneConfig.UserBound(
            r.integer("user-bound.per-item"),
            r.integer("user-bound.per-history"),
            r.integer("user-bound.per-user"),
            r.millis("user-bound.window")));
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
