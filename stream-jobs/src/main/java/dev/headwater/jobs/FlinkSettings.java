package dev.headwater.jobs;

import dev.headwater.configuration.ConfigFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateChangelogOptions;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * How a job runs on Flink: section {@code flink} of the configuration; {@code reference.conf} says
 * what each key means and holds the defaults. What a cluster itself was given wins over all of it.
 *
 * @param checkpointDirectory a directory, or an address of any file system that Flink knows
 */
public record FlinkSettings(
    String checkpointDirectory,
    Duration checkpointInterval,
    Duration wholeStateInterval,
    Duration bufferTimeout,
    Duration restartBackoff,
    Duration restartBackoffMax,
    Map<String, String> settings) {
  private static final String LOG = "state.changelog.";

  private static final Pattern ADDRESS = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*");

  /** Copies the map. */
  public FlinkSettings {
    settings = Map.copyOf(settings);
  }

  /** Returns the reference's settings with checkpoints below a directory. */
  public static FlinkSettings in(Path checkpoints) {
    return in(checkpoints, Map.of());
  }

  /** The same with other values by key, {@code checkpoint-interval} say. */
  public static FlinkSettings in(Path checkpoints, Map<String, ?> values) {
    Map<String, Object> all = new HashMap<>(values);
    all.put("checkpoint-directory", checkpoints.toString());
    return ConfigFile.section("flink", all, FlinkSettings.class);
  }

  /** Returns the same, with checkpoints below the state directory where none is named. */
  public FlinkSettings orBelow(Path stateDirectory) {
    return checkpointDirectory.isBlank()
        ? with(stateDirectory.resolve("checkpoints").toString(), checkpointInterval)
        : this;
  }

  /** Returns the same for a job that makes no checkpoints. */
  public FlinkSettings withoutCheckpoints() {
    return with(checkpointDirectory, Duration.ZERO);
  }

  private FlinkSettings with(String directory, Duration interval) {
    return new FlinkSettings(
        directory,
        interval,
        wholeStateInterval,
        bufferTimeout,
        restartBackoff,
        restartBackoffMax,
        settings);
  }

  /** Returns where a job's checkpoints lie. */
  public String checkpointsOf(String job) {
    return below(checkpointDirectory, job);
  }

  /** An address stays as it is; only a directory is made one. */
  private static String below(String base, String job) {
    String address =
        ADDRESS.matcher(base).matches() ? base : Path.of(base).toAbsolutePath().toUri().toString();
    return address.endsWith("/") ? address + job : address + "/" + job;
  }

  /**
   * Returns what a cluster in this process is started with. A checkpoint then holds what changed
   * since the whole state was written, which is done beside processing; who writes the changes is
   * the cluster, so that no job can ask for it by itself.
   */
  public Map<String, String> ofCluster() {
    Configuration c = new Configuration();
    if (!wholeStateInterval.isZero()) {
      c.set(StateChangelogOptions.ENABLE_STATE_CHANGE_LOG, true);
      c.set(StateChangelogOptions.STATE_CHANGE_LOG_STORAGE, "filesystem");
      c.setString(LOG + "dstl.dfs.base-path", below(checkpointDirectory, "changes"));
      // A second is the default, after which a slow disk is written to once more beside the first.
      c.setString(LOG + "dstl.dfs.upload.timeout", "30s");
    }
    settings.forEach(
        (key, value) -> {
          if (key.startsWith(LOG)) {
            c.setString(key, value);
          }
        });
    return c.toMap();
  }

  /**
   * Returns whose the files are that a job starts from. A checkpoint of changes names files of the
   * one that it goes on from until the whole state was written anew, so it must own them.
   */
  public static RecoveryClaimMode claim(ReadableConfig given) {
    return given.get(StateChangelogOptions.ENABLE_STATE_CHANGE_LOG)
        ? RecoveryClaimMode.CLAIM
        : RecoveryClaimMode.DEFAULT;
  }

  /**
   * Applies the settings to an environment. What the environment was given stays, but for what the
   * jobs cannot do without; its directory of checkpoints gets a folder for the job, so that no job
   * ever starts from another's.
   *
   * @return where the job's checkpoints lie
   */
  public String applyTo(StreamExecutionEnvironment environment, String job) {
    ReadableConfig given = environment.getConfiguration();
    Configuration applied = preferences();
    applied.addAll(Configuration.fromMap(settings));
    applied.keySet().stream()
        .filter(key -> isGiven(given, key))
        .toList()
        .forEach(key -> applied.removeKey(key));
    applied.addAll(requirements());
    String checkpoints =
        given
            .getOptional(CheckpointingOptions.CHECKPOINTS_DIRECTORY)
            .or(() -> applied.getOptional(CheckpointingOptions.CHECKPOINTS_DIRECTORY))
            .map(base -> below(base, job))
            .orElseGet(() -> checkpointsOf(job));
    applied.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints);
    environment.configure(applied);
    return checkpoints;
  }

  private static boolean isGiven(ReadableConfig given, String key) {
    ConfigOption<String> option = ConfigOptions.key(key).stringType().noDefaultValue();
    return given.getOptional(option).isPresent();
  }

  /**
   * State must survive a change of code, so nothing is serialised by chance or named by counting.
   */
  private static Configuration requirements() {
    Configuration c = new Configuration();
    c.set(PipelineOptions.GENERIC_TYPES, false);
    c.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
    c.set(PipelineOptions.OBJECT_REUSE, true);
    return c;
  }

  private Configuration preferences() {
    Configuration c = new Configuration();
    c.set(StateBackendOptions.STATE_BACKEND, "hashmap");
    c.set(StateChangelogOptions.ENABLE_STATE_CHANGE_LOG, false);
    if (!wholeStateInterval.isZero()) {
      c.set(StateChangelogOptions.PERIODIC_MATERIALIZATION_INTERVAL, wholeStateInterval);
    }
    c.set(ExecutionOptions.BUFFER_TIMEOUT, bufferTimeout);
    if (!checkpointInterval.isZero()) {
      c.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, checkpointInterval);
    }
    c.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, 2);
    c.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, Integer.MAX_VALUE);
    c.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    c.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
    c.set(
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF, restartBackoff);
    c.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF, restartBackoffMax);
    return c;
  }
}
