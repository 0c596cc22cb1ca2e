package dev.headwater.platform.parts;

import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.local.LocalJobs;
import dev.headwater.jobs.local.RunningJob;
import dev.headwater.jobs.main.JobsConfig;
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

  /** Starts the ColdStartJob of all domains. */
  public RunningJob coldStart() throws Exception {
    return cluster.resume(config.jobs().coldStartOfAll(), config.jobs().flink());
  }

  /** Starts the FineTuneJob of all domains. */
  public RunningJob fineTune() throws Exception {
    return cluster.resume(config.jobs().fineTuneOfAll(tracing), config.jobs().flink());
  }

  /** Starts ColdStartJob for domains with their bundles. */
  public RunningJob coldStart(List<DomainModel> models) throws Exception {
    return cluster.resume(
        config.jobs().coldStart(JobsConfig.COLD_START, models), config.jobs().flink());
  }

  /** Starts a domain's FineTuneJob. */
  public RunningJob fineTune(DomainModel model) throws Exception {
    return cluster.resume(config.jobs().fineTune(model, tracing), config.jobs().flink());
  }
}
