package dev.headwater.platform.config;

import dev.headwater.configuration.ConfigFile;
import dev.headwater.configuration.ConfigurationException;
import dev.headwater.configuration.Installation;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicLayout;
import dev.headwater.ingest.IngestConfig;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.FlinkSettings;
import dev.headwater.jobs.coldstart.ColdStartConfig;
import dev.headwater.jobs.finetune.FineTuneConfig;
import dev.headwater.jobs.main.JobsConfig;
import dev.headwater.platform.report.VerbException;
import dev.headwater.serving.config.ServingConfig;
import dev.headwater.store.StoreConfig;
import dev.headwater.store.admin.AdminProtection;
import dev.headwater.tracing.TracingConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of all parts, each as the record that the part is started with. Every section
 * is bound when the file is read, so that a bad value refuses to start whatever the verb.
 */
public final class HeadwaterConfig {
  private final ConfigFile file;
  private final Sections sections;
  private final Installation installation;

  private HeadwaterConfig(ConfigFile file, Sections sections) {
    this.file = file;
    this.sections = sections;
    this.installation = sections.installation();
  }

  /**
   * Reads the reference, a file over it, and flags over both.
   *
   * @throws VerbException with every problem found
   */
  public static HeadwaterConfig load(@Nullable Path file, Map<String, ?> overrides) {
    try {
      ConfigFile read = ConfigFile.read(file, overrides);
      return new HeadwaterConfig(read, read.as(Sections.class));
    } catch (ConfigurationException e) {
      throw new VerbException(String.valueOf(e.getMessage()));
    }
  }

  /** Returns the effective configuration as text, one key a line, secrets masked. */
  public String render() {
    return file.render();
  }

  /** Returns how to reach Kafka. */
  public KafkaSettings kafka() {
    return installation.kafka().settings();
  }

  /** Returns how topics are spread over brokers. */
  public TopicLayout topicLayout() {
    return installation.kafka().layout();
  }

  /** Returns the configured domains. */
  public Set<String> domains() {
    return installation.domains();
  }

  /** Returns where published bundles lie. */
  public Path bundleDirectory() {
    return installation.bundleDirectory();
  }

  /** Returns where parts keep their state. */
  public Path stateDirectory() {
    return installation.stateDirectory();
  }

  /** Returns ingest's settings. */
  public IngestConfig ingest() {
    return new IngestConfig(
        installation.kafka().topicPrefix(),
        stateDirectory().resolve("ingest"),
        domains(),
        sections.ingest());
  }

  /** Returns what the jobs read, the same as on a Flink cluster. */
  public JobsConfig jobs() {
    return new JobsConfig(
        installation,
        sections.flink(),
        sections.coldStart(),
        sections.fineTune(),
        sections.tracing());
  }

  /** Returns how Flink jobs run; each one's checkpoints lie in a folder of its own. */
  public FlinkSettings flink() {
    return jobs().flink();
  }

  /** Returns ColdStartJob's settings for some domains. */
  public ColdStartConfig coldStart(List<DomainModel> models) {
    return new ColdStartConfig(models, sections.coldStart());
  }

  /** Returns FineTuneJob's settings for a domain. */
  public FineTuneConfig fineTune(DomainModel model) {
    return new FineTuneConfig(model, sections.fineTune());
  }

  /** Returns the model store's settings. */
  public StoreConfig store() {
    StoreConfig.Settings settings = sections.store();
    AccessSection access = sections.access();
    return StoreConfig.of(
        stateDirectory().resolve("store"),
        settings,
        new AdminProtection(
            settings.host(), access.config(), settings.tls().files(access.reloadInterval())));
  }

  /** Returns a serving node's settings. */
  public ServingConfig serving() {
    return new ServingConfig(
        domains(),
        bundleDirectory(),
        sections.serving(),
        sections.serving().protection(sections.access().config(), file.shown()),
        sections.heartbeats(),
        new ServingConfig.UsersOnDisk(
            stateDirectory().resolve("serving-users"), sections.serving().limits().usersOnDisk()),
        sections.ingest().limits().records());
  }

  /** Returns where spans go, and how many traces begin. */
  public TracingConfig tracing() {
    return sections.tracing();
  }

  /** Returns where processes serve their metrics. */
  public MetricsSection metrics() {
    return sections.metrics();
  }
}
