package dev.headwater.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.RowVersion;
import dev.headwater.idp.online.RowState;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RowCodecTest {
  /** Field by field what release 0.1 wrote before the frozen vector was added. */
  @Test
  void readsWhatAnOlderReleaseWrote() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(1);
    for (long number : new long[] {7, 8, 9}) { // incarnation, revision, interactions
      out.writeLong(number);
    }
    out.writeUTF("event");
    out.writeLong(10);
    out.writeLong(11);
    out.writeBoolean(true);
    for (long number : new long[] {1, 2, 3}) { // generation, epoch, step
      out.writeLong(number);
    }
    out.writeShort(2);
    for (int i = 0; i < 8; i++) { // start, vector, first and second moment
      out.writeFloat(i);
    }
    out.writeLong(12);
    RowCodec.Saved saved = RowCodec.read(bytes.toByteArray());
    assertThat(saved.incarnation()).isEqualTo(7);
    assertThat(saved.start()).containsExactly(0, 1);
    assertThat(saved.state().vector()).containsExactly(2, 3);
    assertThat(saved.state().secondMoment()).containsExactly(6, 7);
    assertThat(saved.state().steps()).isEqualTo(12);
    assertThat(Objects.requireNonNull(saved.version()).getStep()).isEqualTo(3);
    assertThat(saved.frozen()).isNull();
  }

  /** In a rolling upgrade the new release writes what the old one reads. */
  @Test
  void writesTheFormerFormatForAnOlderRelease() {
    RowState state = new RowState(new float[] {1}, new float[] {2}, new float[] {3}, 4);
    EmbeddingRow cold = EmbeddingRow.newBuilder().setIncarnation(6).setRevision(7).build();
    Row row = new Row("i", 0, true, cold, new float[] {5});
    byte[] former = RowCodec.write(row, state, "model", new float[] {1}, new byte[] {9}, 1);
    assertThat(former[0]).isEqualTo((byte) 1);
    assertThat(RowCodec.read(former).state().vector()).containsExactly(1);
    assertThat(RowCodec.read(former).model()).as("it did not say").isEmpty();
    byte[] present = RowCodec.write(row, state, "model", new float[] {1}, new byte[] {9}, 2);
    assertThat(RowCodec.read(present).model()).isEqualTo("model");
    assertThat(RowCodec.read(present).counts()).as("it did not count").isEmpty();
    row.interactions = 3;
    row.clicksRead = 5;
    byte[] before = RowCodec.write(row, state, "model", null, new byte[0], 6);
    assertThat(RowCodec.read(before).clicksRead()).as("all were learned, it says").isEqualTo(3);
    byte[] newest = RowCodec.write(row, state, "model", null, new byte[0], 7);
    assertThat(RowCodec.read(newest).clicksRead()).isEqualTo(5);
    row.version = RowVersion.newBuilder().setGeneration(4).build();
    row.rollbackRead = 2;
    newest = RowCodec.write(row, state, "model", null, new byte[0], 7);
    assertThat(RowCodec.read(newest).rollbackRead()).as("it did not say").isEqualTo(4);
    newest = RowCodec.write(row, state, "model", null, new byte[0], 8);
    assertThat(RowCodec.read(newest).rollbackRead()).isEqualTo(2);
    row.countedNewest = 11;
    newest = RowCodec.write(row, state, "model", null, new byte[0], 9);
    assertThat(RowCodec.read(newest).countedNewest()).as("it did not say").isEqualTo(-1);
    newest = RowCodec.write(row, state, "model", null, new byte[0], 10);
    assertThat(RowCodec.read(newest).countedNewest()).isEqualTo(11);
  }

  @Test
  void refusesWhatALaterReleaseWrote() {
    assertThatThrownBy(() -> RowCodec.read(new byte[] {99, 0, 0}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("version 99");
  }
}
