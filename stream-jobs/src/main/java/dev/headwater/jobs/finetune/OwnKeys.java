package dev.headwater.jobs.finetune;

import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/** Which keys of a keyed operator are a subtask's. */
final class OwnKeys {
  private OwnKeys() {}

  /** Tells whether Flink sends a key to this subtask. */
  static boolean has(TaskInfo subtask, String key) {
    int max = subtask.getMaxNumberOfParallelSubtasks();
    KeyGroupRange range =
        KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(
            max, subtask.getNumberOfParallelSubtasks(), subtask.getIndexOfThisSubtask());
    return range.contains(KeyGroupRangeAssignment.assignToKeyGroup(key, max));
  }
}
