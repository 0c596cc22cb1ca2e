package dev.headwater.jobs.local;

import dev.headwater.jobs.FlinkSettings;
import dev.headwater.jobs.StreamJob;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Flink cluster in this process (one JobManager, one TaskManager), to run jobs in the demo, with
 * {@code headwater job} and in tests. Thread-safe.
 */
public final class LocalJobs implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalJobs.class);
  private static final long TIMEOUT_S = 30;

  private final MiniCluster cluster;
  private final Configuration given;

  private LocalJobs(MiniCluster cluster, Configuration given) {
    this.cluster = cluster;
    this.given = given;
  }

  /**
   * Starts the cluster.
   *
   * @param slots how many subtasks of a job's widest operator fit, over all jobs
   */
  public static LocalJobs start(int slots) throws Exception {
    return start(slots, Map.of());
  }

  /**
   * Starts the cluster with more of Flink's own settings: {@link FlinkSettings#ofCluster}, its
   * metric reporters.
   */
  public static LocalJobs start(int slots, Map<String, String> settings) throws Exception {
    Configuration configuration = Configuration.fromMap(settings);
    configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(32));
    configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(32));
    configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(1));
    MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(slots)
                .withRandomPorts()
                .build());
    cluster.start();
    return new LocalJobs(cluster, configuration);
  }

  /** Starts a job afresh: from the beginning of its topics, without state. */
  public RunningJob submit(StreamJob job, FlinkSettings settings) throws Exception {
    return submit(job, settings, null);
  }

  /** Starts a job from its newest checkpoint, or afresh when it has none. */
  public RunningJob resume(StreamJob job, FlinkSettings settings) throws Exception {
    return start(job, settings, Checkpoints.newest(settings.checkpointsOf(job.name())));
  }

  /**
   * Starts a job.
   *
   * @param from the checkpoint or savepoint to start from, null for none
   */
  public RunningJob submit(StreamJob job, FlinkSettings settings, @Nullable Path from)
      throws Exception {
    return start(job, settings, from == null ? null : from.toUri().toString());
  }

  private RunningJob start(StreamJob job, FlinkSettings settings, @Nullable String from)
      throws Exception {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(new Configuration(given));
    settings.applyTo(environment, job.name());
    job.build(environment);
    StreamGraph graph = environment.getStreamGraph();
    graph.setJobName(job.name());
    if (from != null) {
      graph.setSavepointRestoreSettings(
          SavepointRestoreSettings.forPath(from, false, FlinkSettings.claim(given)));
    }
    var id = cluster.submitJob(graph).get(TIMEOUT_S, TimeUnit.SECONDS).getJobID();
    return new RunningJob(job.name(), id, cluster);
  }

  /** Stops the TaskManager as a crash would and starts another: jobs restart from checkpoints. */
  public void replaceTaskManager() throws Exception {
    cluster.terminateTaskManager(0).get(TIMEOUT_S, TimeUnit.SECONDS);
    cluster.startTaskManager();
  }

  /** Stops everything; running jobs end without a final checkpoint. Waits 30 s at most. */
  @Override
  public void close() {
    try {
      cluster.closeAsync().get(TIMEOUT_S, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("the local Flink cluster did not stop cleanly", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
