package dev.headwater.jobs.main;

import dev.headwater.configuration.ConfigFile;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.FlinkSettings;
import dev.headwater.jobs.StreamJob;
import dev.headwater.jobs.local.Checkpoints;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.StateChangelogOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ParameterTool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job on its way to the cluster that {@code flink run}, or whoever calls the entry point, talks
 * to. It goes on from the newest checkpoint in its folder unless Flink was told otherwise, so that
 * a cluster that forgot its jobs loses nothing when they are submitted again.
 */
final class Submission {
  private static final Logger LOG = LoggerFactory.getLogger(Submission.class);

  private final Arguments arguments;
  private final ConfigFile file;
  private final JobsConfig config;

  /** Reads the configuration; all that is wrong with it is one exception. */
  Submission(Arguments arguments) {
    this.arguments = arguments;
    file = ConfigFile.read(arguments.config(), arguments.flags());
    config = file.as(JobsConfig.class);
  }

  JobsConfig config() {
    return config;
  }

  /** Tells whether the job serves many domains, each with the bundle that is announced for it. */
  boolean isOfMany() {
    boolean many = arguments.domain() == null && !config.isOfOneDomain();
    if (many && arguments.bundle() != null) {
      throw new IllegalArgumentException("--bundle goes with --domain; " + Arguments.USAGE);
    }
    return many;
  }

  /** Returns the domains that are asked for: the named one, else all of the file. */
  Set<String> domains() {
    Set<String> all = config.installation().domains();
    String one = arguments.domain();
    if (one != null && !config.installation().domainNames().contains(one)) {
      throw new IllegalArgumentException("domain " + one + " is none of the configured " + all);
    }
    return one == null ? all : Set.of(one);
  }

  /** Returns domains with their bundles: the named one, else those announced. */
  List<DomainModel> models(Collection<String> domains) throws InterruptedException {
    String bundle = arguments.bundle();
    if (bundle == null) {
      return config.announced(domains);
    }
    String bundles = config.installation().bundleDirectory().toString();
    return domains.stream().map(domain -> new DomainModel(domain, bundles, bundle)).toList();
  }

  /** Submits the job; its effective configuration is shown by Flink and in the log. */
  void submit(StreamJob job) throws Exception {
    LOG.info("{} starts with\n{}", job.name(), file.render());
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    goOn(environment, config.flink().applyTo(environment, job.name()));
    environment.getConfig().setGlobalJobParameters(ParameterTool.fromMap(file.shown()));
    job.build(environment);
    environment.execute(job.name());
  }

  /** Sets what the job starts from, and whose that is. */
  void goOn(StreamExecutionEnvironment environment, String checkpoints) throws IOException {
    ReadableConfig given = environment.getConfiguration();
    Configuration restore = new Configuration();
    String from = arguments.from();
    String address = from.equals(Arguments.NEWEST) ? Checkpoints.newest(checkpoints) : from;
    if (given.getOptional(StateRecoveryOptions.SAVEPOINT_PATH).isPresent()) {
      if (FlinkSettings.claim(given) == RecoveryClaimMode.CLAIM
          && given.get(StateRecoveryOptions.RESTORE_MODE) != RecoveryClaimMode.CLAIM) {
        LOG.warn("each checkpoint holds the whole state: what it starts from stays another's");
        restore.set(StateChangelogOptions.ENABLE_STATE_CHANGE_LOG, false);
      }
    } else if (address != null && !from.equals(Arguments.NOTHING)) {
      LOG.info("goes on from {}", address);
      restore.set(StateRecoveryOptions.SAVEPOINT_PATH, address);
      restore.set(StateRecoveryOptions.RESTORE_MODE, FlinkSettings.claim(given));
    }
    environment.configure(restore);
  }
}
