package dev.headwater.jobs;

import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateChangelogOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * How a job runs on Flink.
 *
 * @param checkpointDirectory where checkpoints go; kept after a cancel
 * @param checkpointInterval time between checkpoints, zero for none
 * @param bufferTimeoutMs how long a network buffer may wait to fill (Flink's own default is 100)
 * @param restartBackoffMs first pause before a failed job is started again
 * @param restartBackoffMaxMs longest such pause; a job is started again without end, and shows it
 */
public record FlinkSettings(
    Path checkpointDirectory,
    Duration checkpointInterval,
    int bufferTimeoutMs,
    int restartBackoffMs,
    int restartBackoffMaxMs) {

  /** Returns settings with defaults: a checkpoint every 10 s, buffers wait 3 ms. */
  public static FlinkSettings in(Path checkpointDirectory) {
    return new FlinkSettings(checkpointDirectory, Duration.ofSeconds(10), 3, 500, 30_000);
  }

  /** Returns the same with another checkpoint interval. */
  public FlinkSettings withCheckpointInterval(Duration interval) {
    return new FlinkSettings(
        checkpointDirectory, interval, bufferTimeoutMs, restartBackoffMs, restartBackoffMaxMs);
  }

  /** Returns the Flink configuration of a job. */
  public Configuration toConfiguration() {
    Configuration c = new Configuration();
    c.set(PipelineOptions.GENERIC_TYPES, false);
    c.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
    c.set(PipelineOptions.OBJECT_REUSE, true);
    c.set(StateBackendOptions.STATE_BACKEND, "hashmap");
    c.set(StateChangelogOptions.ENABLE_STATE_CHANGE_LOG, false);
    c.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpointDirectory.toUri().toString());
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
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF,
        Duration.ofMillis(restartBackoffMs));
    c.set(
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF,
        Duration.ofMillis(restartBackoffMaxMs));
    return c;
  }

  /** Applies the settings to an environment. */
  public void applyTo(StreamExecutionEnvironment environment) {
    environment.configure(toConfiguration());
    environment.setBufferTimeout(bufferTimeoutMs);
  }
}
