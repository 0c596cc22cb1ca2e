package dev.headwater.jobs.local;

import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.AbstractCheckpointStats;
import org.apache.flink.runtime.checkpoint.SubtaskStateStats;

/**
 * What a checkpoint cost.
 *
 * @param writtenBytes what was written for it, but for changes that Flink wrote before it began: of
 *     each five megabytes of them the rest
 * @param stateBytes all that it refers to, with what earlier ones wrote
 * @param stoppedMs for how long the subtask that stood longest did not process: at most, for the
 *     way there and the answer are in it
 * @param wholeMs from trigger to completion
 */
public record CheckpointCost(long writtenBytes, long stateBytes, long stoppedMs, long wholeMs) {
  static final CheckpointCost NONE = new CheckpointCost(0, 0, 0, 0);

  static CheckpointCost of(AbstractCheckpointStats stats) {
    long stopped =
        subtasks(stats)
            .mapToLong(
                one ->
                    one.getEndToEndDuration(stats.getTriggerTimestamp())
                        - one.getAsyncCheckpointDuration())
            .max()
            .orElse(0);
    return new CheckpointCost(
        stats.getCheckpointedSize(), stats.getStateSize(), stopped, stats.getEndToEndDuration());
  }

  private static Stream<SubtaskStateStats> subtasks(AbstractCheckpointStats stats) {
    return stats.getAllTaskStateStats().stream()
        .flatMap(task -> Arrays.stream(task.getSubtaskStats()))
        .filter(one -> one != null && one.isCompleted());
  }
}
