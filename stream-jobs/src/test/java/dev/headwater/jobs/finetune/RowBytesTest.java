package dev.headwater.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.idp.online.RowState;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RunnableFuture;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.SnapshotResult;
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

  /** The event of the row that a checkpoint holds. */
  private static String event(RunnableFuture<SnapshotResult<KeyedStateHandle>> checkpoint)
      throws Exception {
    KeyedStateHandle handle = checkpoint.get().getJobManagerOwnedSnapshot();
    byte[] row = new HeapState(List.of(handle)).ofOwner().row("d", "i");
    return RowCodec.read(Objects.requireNonNull(row)).newestEventId();
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
    HeapState heap = new HeapState(List.of());
    OwnerState now = heap.ofOwner();
    now.saveRow("d", "i", written("before", 1, 2));
    byte[] there = now.row("d", "i");
    RunnableFuture<SnapshotResult<KeyedStateHandle>> checkpoint = heap.snapshot(1);
    now.saveRow("d", "i", written("after", 3, 4));
    assertThat(now.row("d", "i")).isNotSameAs(there);
    checkpoint.run();
    there = now.row("d", "i");
    now.saveRow("d", "i", written("later", 5, 6));
    assertThat(now.row("d", "i")).as("none is written").isSameAs(there);
    RunnableFuture<SnapshotResult<KeyedStateHandle>> next = heap.snapshot(2);
    next.run();
    assertThat(event(checkpoint)).isEqualTo("before");
    assertThat(event(next)).isEqualTo("later");
  }
}
