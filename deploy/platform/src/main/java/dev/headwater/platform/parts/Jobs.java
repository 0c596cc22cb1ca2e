package dev.headwater.platform.parts;

import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.coldstart.ColdStartJob;
import dev.headwater.jobs.coldstart.TextEncoders;
import dev.headwater.jobs.finetune.FineTuneJob;
import dev.headwater.jobs.local.LocalJobs;
import dev.headwater.jobs.local.RunningJob;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.tracing.Tracing;
import java.util.List;

/** Submits the two Flink jobs to a cluster in this process, from their newest checkpoint. */
public final class Jobs {
  private final HeadwaterConfig config;
  private final LocalJobs cluster;
  private final Tracing.Opener tracing;

  /** Makes a submitter. */
  public Jobs(HeadwaterConfig config, LocalJobs cluster) {
    this(config, cluster, config.tracing());
  }

  /** The same with other spans than the configured ones. */
  Jobs(HeadwaterConfig config, LocalJobs cluster, Tracing.Opener tracing) {
    this.tracing = tracing;
    this.config = config;
    this.cluster = cluster;
  }

  /** Returns the name of ColdStartJob, which is one for all domains. */
  public static String coldStartName() {
    return "cold-start";
  }

  /** Returns the name of the FineTuneJob of a domain. */
  public static String fineTuneName(String domain) {
    return "fine-tune-" + domain;
  }

  /** Starts ColdStartJob. */
  public RunningJob coldStart(List<DomainModel> models) throws Exception {
    ColdStartJob job =
        ColdStartJob.onKafka(
            coldStartName(), config.kafka(), config.coldStart(models), TextEncoders.ofBundle());
    return cluster.resume(job, config.flink(coldStartName()));
  }

  /** Starts a domain's FineTuneJob. */
  public RunningJob fineTune(DomainModel model) throws Exception {
    String name = fineTuneName(model.domain());
    FineTuneJob job = FineTuneJob.onKafka(name, config.kafka(), config.fineTune(model), tracing);
    return cluster.resume(job, config.flink(name));
  }
}
