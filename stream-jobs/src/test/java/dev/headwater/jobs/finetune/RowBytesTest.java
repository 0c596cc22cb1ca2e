package dev.headwater.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.idp.online.RowState;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RunnableFuture;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
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
import org.junit.jupiter.api.Test;

/** A row's bytes over those that stood there, in arrays and in the state that Flink keeps. */
class RowBytesTest {
  private final RowBytes bytes = new RowBytes();

  private static Row row(String event) {
    EmbeddingRow cold = EmbeddingRow.newBuilder().setIncarnation(6).setRevision(7).build();
    Row row = new Row("i", 0, true, cold, new float[] {5, 6});
    row.newestEventId = event;
    return row;
  }

  private RowBytes written(String event, float... vector) {
    RowState state = new RowState(vector, new float[] {3, 4}, new float[] {1, 2}, 9);
    RowCodec.write(bytes, row(event), state, "model", null, new byte[] {1, 2, 3});
    return bytes;
  }

  @Test
  void aRowIsReadBackFromTheArrayOfALongerOneOfWhichNothingIsLeft() {
    byte[] first = written("event-of-a-user-who-is-deleted", 1, 2).over(null);
    byte[] second = written("e", 8, 9).over(first);
    assertThat(second).isSameAs(first);
    RowCodec.Saved saved = RowCodec.read(second);
    assertThat(saved.newestEventId()).isEqualTo("e");
    assertThat(saved.state().vector()).containsExactly(8, 9);
    assertThat(saved.counts()).containsExactly(1, 2, 3);
    for (int i = bytes.size(); i < second.length; i++) {
      assertThat(second[i]).isZero();
    }
  }

  @Test
  void aRowThatOutgrowsItsArrayOrLeavesMostOfItEmptyGetsAnother() {
    byte[] small = written("e", 1, 2).over(null);
    byte[] large = written("e".repeat(1_000), 1, 2).over(small);
    assertThat(large.length).isGreaterThan(1_000);
    assertThat(RowCodec.read(large).newestEventId()).hasSize(1_000);
    byte[] again = written("e", 1, 2).over(large);
    assertThat(again.length).isEqualTo(small.length);
  }

  @Test
  void aCheckpointThatIsStillBeingWrittenHoldsTheRowAsItWas() throws Exception {
    Keyed now = new Keyed(List.of());
    now.save(written("before", 1, 2));
    byte[] there = Objects.requireNonNull(now.rows.value());
    RunnableFuture<SnapshotResult<KeyedStateHandle>> checkpoint = now.snapshot(1);
    now.save(written("after", 3, 4));
    assertThat(now.rows.value()).isNotSameAs(there);
    checkpoint.run();
    KeyedStateHandle before = checkpoint.get().getJobManagerOwnedSnapshot();
    there = Objects.requireNonNull(now.rows.value());
    now.save(written("later", 5, 6));
    assertThat(now.rows.value()).as("none is written").isSameAs(there);
    RunnableFuture<SnapshotResult<KeyedStateHandle>> next = now.snapshot(2);
    next.run();
    assertThat(new Keyed(List.of(before)).event()).isEqualTo("before");
    KeyedStateHandle later = next.get().getJobManagerOwnedSnapshot();
    assertThat(new Keyed(List.of(later)).event()).isEqualTo("later");
  }

  /** The state of a job's rows on the backend that it runs with. */
  private static final class Keyed {
    private static final int MEGABYTE = 1 << 20;

    private final HeapKeyedStateBackend<String> backend;
    private final ValueState<byte[]> rows;
    private final CheckpointStreamFactory to = new MemCheckpointStreamFactory(MEGABYTE);

    Keyed(Collection<KeyedStateHandle> from) throws Exception {
      KeyGroupRange all = KeyGroupRange.of(0, 0);
      backend =
          new HeapKeyedStateBackendBuilder<>(
                  new KvStateRegistry()
                      .createTaskRegistry(
                          new org.apache.flink.api.common.JobID(),
                          new org.apache.flink.runtime.jobgraph.JobVertexID()),
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
      rows =
          backend.getPartitionedState(
              VoidNamespace.INSTANCE,
              VoidNamespaceSerializer.INSTANCE,
              new ValueStateDescriptor<>(
                  FineTuneOperator.ROWS, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
      backend.setCurrentKey("i");
    }

    void save(RowBytes written) throws Exception {
      rows.update(written.over(rows.value()));
    }

    String event() throws Exception {
      return RowCodec.read(Objects.requireNonNull(rows.value())).newestEventId();
    }

    RunnableFuture<SnapshotResult<KeyedStateHandle>> snapshot(long id) throws Exception {
      return backend.snapshot(id, id, to, CheckpointOptions.forCheckpointWithDefaultLocation());
    }
  }
}
