package dev.headwater.jobs.finetune;

import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.execution.Environment;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.SnapshotResult;
import org.apache.flink.runtime.state.TestableKeyedStateBackend;
import org.apache.flink.runtime.state.changelog.SequenceNumber;
import org.apache.flink.state.common.ChangelogMaterializationMetricGroup;
import org.apache.flink.state.common.PeriodicMaterializationManager;
import org.apache.flink.state.common.PeriodicMaterializationManager.MaterializationRunnable;
import org.apache.flink.state.common.PeriodicMaterializationManager.MaterializationTarget;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has an operator's whole state written as soon as its log of changes is as long as the state. So
 * what is written goes by what changed, twice that at most, and a start reads the state twice at
 * most. Flink goes by the clock alone: a step of learning moves a thousand rows, and at full speed
 * the log of an hour would be hundreds of times the state. Does nothing where checkpoints hold the
 * whole state anyway. For the task's thread.
 */
final class WholeState implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WholeState.class);

  /** A state smaller than this many entries is written when so many changed: it costs nothing. */
  private static final int LEAST = 10_000;

  private final KeyedStateBackend<?> backend;
  private final ListState<Integer> shards;
  private final int now;
  private final boolean divided;
  private final @Nullable Written written;
  private final @Nullable PeriodicMaterializationManager writer;
  private final MailboxExecutor mailbox;
  private long changed;

  /**
   * Reads how many shards the operator had.
   *
   * @param operator whose keyed state is there
   */
  WholeState(AbstractStreamOperator<?> operator, OperatorStateStore store) throws Exception {
    backend = operator.getKeyedStateBackend();
    now = operator.getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
    shards = store.getUnionListState(new ListStateDescriptor<>("shards", Types.INT));
    boolean others = false;
    for (int before : shards.get()) {
      others |= before != now;
    }
    divided = others;
    Environment task = operator.getContainingTask().getEnvironment();
    mailbox = task.getMainMailboxExecutor();
    written = backend instanceof MaterializationTarget log ? new Written(log) : null;
    writer = written == null ? null : writer(task, written);
  }

  private static PeriodicMaterializationManager writer(Environment task, Written target) {
    String name = task.getTaskInfo().getTaskNameWithSubtasks();
    return new PeriodicMaterializationManager(
        task.getMainMailboxExecutor(),
        task.getAsyncOperationsThreadPool(),
        name,
        (message, why) -> LOG.warn("{}: {}", name, message, why),
        target,
        new ChangelogMaterializationMetricGroup(new UnregisteredMetricsGroup()),
        false, // never by the clock: Flink's own does so
        1,
        Integer.MAX_VALUE, // what could not be written stands in the log
        name);
  }

  /** Entries of the state were written. */
  void changed(long entries) {
    changed += entries;
  }

  /** Called with each checkpoint; what is due is written beside processing. */
  void writeWhereDue() {
    if (writer != null && changed >= Math.max(LEAST, entries())) {
      changed = 0;
      writer.triggerMaterialization();
    }
  }

  private long entries() {
    return backend instanceof TestableKeyedStateBackend<?> counted
        ? counted.numKeyValueStateEntries()
        : Long.MAX_VALUE;
  }

  /**
   * Where the number of shards is another, writes it before anything else is done. Flink's log of
   * the time before is then part of each shard's state as a whole; were their number changed once
   * more, each part would be read for all keys (Flink 2.2), and what came later be undone.
   *
   * @param change changes anything in the state, or nothing would be written
   */
  void writeWhereDivided(Runnable change) throws Exception {
    if (!divided || writer == null || written == null) {
      return;
    }
    change.run();
    writer.triggerMaterialization();
    while (!written.ended) {
      mailbox.yield();
    }
    Throwable why = written.failure;
    if (why != null) {
      throw new IllegalStateException("the state of other shards could not be written", why);
    }
  }

  /** Writes to the operator's state how many shards there are. */
  void save() throws Exception {
    shards.update(List.of(now));
  }

  @Override
  public void close() {
    if (writer != null) {
      writer.close();
    }
  }

  /** Says when it has been written. */
  private static final class Written implements MaterializationTarget {
    private final MaterializationTarget log;
    private boolean ended;
    private @Nullable Throwable failure;

    Written(MaterializationTarget log) {
      this.log = log;
    }

    @Override
    public Optional<MaterializationRunnable> initMaterialization() throws Exception {
      Optional<MaterializationRunnable> begun = log.initMaterialization();
      ended = begun.isEmpty();
      return begun;
    }

    @Override
    public void handleMaterializationResult(
        SnapshotResult<KeyedStateHandle> snapshot, long id, SequenceNumber upTo) throws Exception {
      log.handleMaterializationResult(snapshot, id, upTo);
      ended = true;
    }

    @Override
    public void handleMaterializationFailureOrCancellation(
        long id, SequenceNumber upTo, Throwable why) {
      log.handleMaterializationFailureOrCancellation(id, upTo, why);
      failure = why;
      ended = true;
    }
  }
}
