package dev.headwater.jobs.local;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.jspecify.annotations.Nullable;

/** A submitted job. Thread-safe. */
public final class RunningJob {
  private static final long TIMEOUT_S = 60;

  private final String name;
  private final JobID id;
  private final MiniCluster cluster;

  RunningJob(String name, JobID id, MiniCluster cluster) {
    this.name = name;
    this.id = id;
    this.cluster = cluster;
  }

  /** Returns the job's name. */
  public String name() {
    return name;
  }

  /** Returns the state as Flink sees it. */
  public JobStatus status() throws Exception {
    return cluster.getJobStatus(id).get(TIMEOUT_S, TimeUnit.SECONDS);
  }

  /** Tells whether every subtask runs (a job is RUNNING to Flink before its subtasks are). */
  public boolean isRunning() throws Exception {
    if (status() != JobStatus.RUNNING) {
      return false;
    }
    for (AccessExecutionVertex vertex : graph().getAllExecutionVertices()) {
      if (vertex.getExecutionState() != ExecutionState.RUNNING) {
        return false;
      }
    }
    return true;
  }

  /** Returns what made the job fail most recently, also while it is being started again. */
  public Optional<String> failure() throws Exception {
    var info = graph().getFailureInfo();
    return info == null ? Optional.empty() : Optional.of(info.getExceptionAsString());
  }

  /** Returns why it has ended, for good; null while it runs or is being started again. */
  public @Nullable String ended() throws Exception {
    JobStatus now = status();
    return now.isGloballyTerminalState()
        ? "job %s is %s: %s".formatted(name, now, failure().orElse("it was told to"))
        : null;
  }

  /** Returns the number of checkpoints completed since the job was submitted. */
  public long checkpoints() throws Exception {
    var stats = graph().getCheckpointStatsSnapshot();
    return stats == null ? 0 : stats.getCounts().getNumberOfCompletedCheckpoints();
  }

  /** Returns what the newest checkpoint cost; zeros before the first. */
  public CheckpointCost lastCheckpoint() throws Exception {
    var stats = graph().getCheckpointStatsSnapshot();
    var newest = stats == null ? null : stats.getHistory().getLatestCompletedCheckpoint();
    return newest == null ? CheckpointCost.NONE : CheckpointCost.of(newest);
  }

  /** Makes a checkpoint now and returns its address. */
  public String checkpoint() throws Exception {
    return cluster.triggerCheckpoint(id).get(TIMEOUT_S, TimeUnit.SECONDS);
  }

  /** Makes a savepoint and goes on. */
  public Path savepoint(Path directory) throws Exception {
    return path(
        cluster.triggerSavepoint(
            id, directory.toUri().toString(), false, SavepointFormatType.CANONICAL));
  }

  /** Drains what is under way, makes a savepoint and ends the job. */
  public Path stopWithSavepoint(Path directory) throws Exception {
    Path savepoint =
        path(
            cluster.stopWithSavepoint(
                id, directory.toUri().toString(), false, SavepointFormatType.CANONICAL));
    awaitEnd();
    return savepoint;
  }

  /** Ends the job at once; its checkpoints stay. */
  public void cancel() throws Exception {
    if (!status().isGloballyTerminalState()) {
      cluster.cancelJob(id).get(TIMEOUT_S, TimeUnit.SECONDS);
    }
    awaitEnd();
  }

  /**
   * Waits until a bounded job has finished.
   *
   * @throws TimeoutException when it has not by then
   */
  public void awaitFinished(long timeoutMs) throws Exception {
    var result = cluster.requestJobResult(id).get(timeoutMs, TimeUnit.MILLISECONDS);
    if (!result.isSuccess()) {
      throw new IllegalStateException(
          "job " + name + " ended as " + result.getApplicationStatus(),
          result.getSerializedThrowable().orElse(null));
    }
  }

  private void awaitEnd() throws Exception {
    cluster.requestJobResult(id).get(TIMEOUT_S, TimeUnit.SECONDS);
  }

  private AccessExecutionGraph graph() throws Exception {
    return cluster.getExecutionGraph(id).get(TIMEOUT_S, TimeUnit.SECONDS);
  }

  private static Path path(CompletableFuture<String> location) throws Exception {
    return Path.of(URI.create(location.get(TIMEOUT_S, TimeUnit.SECONDS)));
  }
}
