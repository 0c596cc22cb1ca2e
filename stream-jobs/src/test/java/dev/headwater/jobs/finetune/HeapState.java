package dev.headwater.jobs.finetune;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.RunnableFuture;
import java.util.stream.Stream;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.State;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.jobgraph.JobVertexID;
import org.apache.flink.runtime.query.KvStateRegistry;
import org.apache.flink.runtime.state.CheckpointStreamFactory;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.LocalRecoveryConfig;
import org.apache.flink.runtime.state.SnapshotResult;
import org.apache.flink.runtime.state.UncompressedStreamCompressionDecorator;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.heap.HeapKeyedStateBackend;
import org.apache.flink.runtime.state.heap.HeapKeyedStateBackendBuilder;
import org.apache.flink.runtime.state.heap.HeapPriorityQueueSetFactory;
import org.apache.flink.runtime.state.memory.MemCheckpointStreamFactory;
import org.apache.flink.runtime.state.metrics.LatencyTrackingStateConfig;
import org.apache.flink.runtime.state.metrics.SizeTrackingStateConfig;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;

/** An owner's state on the backend that jobs run with, without a job. */
final class HeapState {
  private static final int MEGABYTE = 1 << 20;
  private static final PrimitiveArrayTypeInfo<byte[]> BYTES =
      PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO;

  private final HeapKeyedStateBackend<String> backend;
  private final CheckpointStreamFactory to = new MemCheckpointStreamFactory(MEGABYTE);

  /** Begins with what stands in checkpoints; empty without any. */
  HeapState(Collection<KeyedStateHandle> from) throws Exception {
    KeyGroupRange all = KeyGroupRange.of(0, 0);
    backend =
        new HeapKeyedStateBackendBuilder<>(
                new KvStateRegistry().createTaskRegistry(new JobID(), new JobVertexID()),
                StringSerializer.INSTANCE,
                getClass().getClassLoader(),
                1,
                all,
                new ExecutionConfig(),
                TtlTimeProvider.DEFAULT,
                LatencyTrackingStateConfig.disabled(),
                SizeTrackingStateConfig.disabled(),
                from,
                UncompressedStreamCompressionDecorator.INSTANCE,
                LocalRecoveryConfig.BACKUP_AND_RECOVERY_DISABLED,
                new HeapPriorityQueueSetFactory(all, 1, 1),
                true,
                new CloseableRegistry())
            .build();
  }

  private <S extends State> S state(StateDescriptor<S, ?> of) throws Exception {
    backend.setCurrentKey("any"); // states are asked for under a key
    return backend.getPartitionedState(
        VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, of);
  }

  /** Returns the state of the owner of domain {@code d} alone. */
  OwnerState ofOwner() throws Exception {
    return new OwnerState(
        new StateKeys("d"),
        backend::setCurrentKey,
        this::keys,
        state(new ValueStateDescriptor<>(FineTuneOperator.ROWS, BYTES)),
        state(new ValueStateDescriptor<>("ranker", BYTES)),
        state(new ListStateDescriptor<>("parked", BYTES)),
        !backend.isSafeToReuseKVState());
  }

  private List<String> keys(String name) {
    try (Stream<String> all = backend.getKeys(name, VoidNamespace.INSTANCE)) {
      return all.sorted().toList();
    }
  }

  /** Begins a checkpoint; whoever runs what is returned writes it. */
  RunnableFuture<SnapshotResult<KeyedStateHandle>> snapshot(long id) throws Exception {
    return backend.snapshot(id, id, to, CheckpointOptions.forCheckpointWithDefaultLocation());
  }
}
