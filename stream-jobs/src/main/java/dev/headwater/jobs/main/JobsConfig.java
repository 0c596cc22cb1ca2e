package dev.headwater.jobs.main;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.headwater.configuration.Installation;
import dev.headwater.events.DomainNames;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.FlinkSettings;
import dev.headwater.jobs.StreamJob;
import dev.headwater.jobs.coldstart.ColdStartConfig;
import dev.headwater.jobs.coldstart.ColdStartJob;
import dev.headwater.jobs.coldstart.TextEncoders;
import dev.headwater.jobs.finetune.FineTuneConfig;
import dev.headwater.jobs.finetune.FineTuneJob;
import dev.headwater.jobs.models.AnnouncedBundles;
import dev.headwater.jobs.models.ServedDomains;
import dev.headwater.tracing.Tracing;
import dev.headwater.tracing.TracingConfig;
import java.util.Collection;
import java.util.List;

/**
 * What the jobs read of an installation's configuration, and the jobs made by it.
 *
 * @param installation what every process reads
 * @param flink how jobs run on Flink; checkpoints lie below the state directory unless it says so
 * @param coldStart section {@code cold-start}
 * @param fineTune section {@code fine-tune}
 * @param tracing where spans go
 */
public record JobsConfig(
    @JsonUnwrapped Installation installation,
    FlinkSettings flink,
    ColdStartConfig.Settings coldStart,
    FineTuneConfig.Settings fineTune,
    TracingConfig tracing) {
  /** Name of the ColdStartJob that serves all domains. */
  public static final String COLD_START = "cold-start";

  /** Name of the FineTuneJob that serves all domains. */
  public static final String FINE_TUNE = "fine-tune";

  /** Completes the address of checkpoints. */
  public JobsConfig {
    flink = flink.orBelow(installation.stateDirectory());
  }

  /** Returns how to reach Kafka. */
  public KafkaSettings kafka() {
    return installation.kafka().settings();
  }

  /**
   * Returns the name of a domain's FineTuneJob; in one of many, what the domain's counts are found
   * under.
   */
  public static String fineTuneName(String domain) {
    return FINE_TUNE + "-" + domain;
  }

  /**
   * Returns each domain with the bundle that was last announced for it; waits for a first one.
   *
   * @throws IllegalStateException naming the first domain that has none
   */
  public List<DomainModel> announced(Collection<String> domains) throws InterruptedException {
    return AnnouncedBundles.of(
        kafka(), domains, installation.bundleDirectory(), AnnouncedBundles.PATIENCE);
  }

  /** Returns ColdStartJob for some domains. */
  public StreamJob coldStart(String name, List<DomainModel> models) {
    return ColdStartJob.onKafka(
        name, kafka(), new ColdStartConfig(models, coldStart), TextEncoders.ofBundle());
  }

  /** Tells whether the installation is of one domain, which has a FineTuneJob of its own. */
  public boolean isOfOneDomain() {
    DomainNames names = installation.domainNames();
    return !names.isOpen() && names.given().size() == 1;
  }

  /** Returns all domains of the installation, those that come later among them. */
  public ServedDomains allDomains() {
    return ServedDomains.announced(
        installation.domainNames(), installation.bundleDirectory().toString());
  }

  /** Returns ColdStartJob for all domains of the installation. */
  public StreamJob coldStartOfAll() {
    return ColdStartJob.onKafka(
        COLD_START, kafka(), new ColdStartConfig(allDomains(), coldStart), TextEncoders.ofBundle());
  }

  /** Returns the FineTuneJob of all domains of the installation. */
  public StreamJob fineTuneOfAll() {
    return fineTuneOfAll(tracing);
  }

  /** The same with other spans. */
  public StreamJob fineTuneOfAll(Tracing.Opener spans) {
    return FineTuneJob.onKafka(FINE_TUNE, kafka(), allDomains(), fineTune, spans);
  }

  /** Returns a domain's FineTuneJob. */
  public StreamJob fineTune(DomainModel model) {
    return fineTune(model, tracing);
  }

  /** The same with other spans. */
  public StreamJob fineTune(DomainModel model, Tracing.Opener spans) {
    return FineTuneJob.onKafka(
        fineTuneName(model.domain()), kafka(), new FineTuneConfig(model, fineTune), spans);
  }

  /** Returns how many of Flink's slots ColdStartJob takes: as many as its widest operator. */
  public int coldStartSlots() {
    return coldStart.parallelism();
  }

  /** Returns how many of Flink's slots a FineTuneJob takes, of however many domains it is. */
  public int fineTuneSlots() {
    return fineTune.shards();
  }
}
