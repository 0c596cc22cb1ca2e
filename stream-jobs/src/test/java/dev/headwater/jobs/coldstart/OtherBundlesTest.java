package dev.headwater.jobs.coldstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.IncarnationHeader;
import dev.headwater.events.RetiredHeader;
import dev.headwater.events.Vectors;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.jobs.DomainModel;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OtherBundlesTest {
  private final StillSurroundings around = new StillSurroundings();
  private final OtherBundles others =
      new OtherBundles("others", around, new DomainModel("toys", "", "new"));

  @Test
  void anItemThatEndsUnderTheOtherBundlesHasEnded() throws Exception {
    take(row(), false);
    assertThat(others.takeChanged()).containsExactly("kite");
    assertThat(others.standing("kite")).isNotNull();
    take(null, false);
    assertThat(others.takeChanged()).containsExactly("kite");
    assertThat(others.standing("kite")).isNull();
  }

  /** The item goes on: what was made of it for the new bundle must not be ended. */
  @Test
  void anItemWhoseBundleIsRetiredHasNotChanged() throws Exception {
    take(row(), false);
    assertThat(others.takeChanged()).containsExactly("kite");
    take(null, true);
    assertThat(others.takeChanged()).isEmpty();
  }

  /**
   * Found by the simulation: an attempt that went on beside its successor sent the row once more
   * behind its end, compaction took the end, and the row was carried to the next bundle.
   */
  @Test
  void whatEndedUnderAnyBundleStandsUnderNone() throws Exception {
    take(row(1), false);
    ConsumerRecord<byte[], byte[]> end =
        around.cold("toys/older/kite".getBytes(StandardCharsets.UTF_8), null);
    end.headers().add(IncarnationHeader.of(1));
    around.take(end);
    assertThat(others.standing("kite")).isNull();
    take(row(2), false);
    assertThat(others.standing("kite")).isNotNull();
  }

  private static EmbeddingRow row() {
    return row(1);
  }

  private static EmbeddingRow row(long incarnation) {
    return EmbeddingRow.newBuilder()
        .setDomain("toys")
        .setModel("old")
        .setItem("kite")
        .setIncarnation(incarnation)
        .setRevision(1)
        .setVector(Vectors.fp32(new float[] {1, 2}))
        .build();
  }

  private void take(@Nullable EmbeddingRow row, boolean retired) throws Exception {
    byte[] key = "toys/old/kite".getBytes(StandardCharsets.UTF_8);
    ConsumerRecord<byte[], byte[]> record =
        around.cold(key, row == null ? null : row.toByteArray());
    if (retired) {
      record.headers().add(RetiredHeader.header());
    }
    around.take(record);
  }
}
