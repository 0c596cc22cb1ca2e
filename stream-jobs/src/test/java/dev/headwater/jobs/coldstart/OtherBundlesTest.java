package dev.headwater.jobs.coldstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.RetiredHeader;
import dev.headwater.events.Topics;
import dev.headwater.events.Vectors;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.jobs.DomainModel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OtherBundlesTest {
  private final Still around = new Still();
  private final OtherBundles others =
      new OtherBundles("others", around, new DomainModel("toys", "", "new"));
  private long offset;

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

  private static EmbeddingRow row() {
    return EmbeddingRow.newBuilder()
        .setDomain("toys")
        .setModel("old")
        .setItem("kite")
        .setIncarnation(1)
        .setRevision(1)
        .setVector(Vectors.fp32(new float[] {1, 2}))
        .build();
  }

  private void take(@Nullable EmbeddingRow row, boolean retired) throws Exception {
    byte[] key = "toys/old/kite".getBytes(StandardCharsets.UTF_8);
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(
            Topics.DEFAULT.coldStartRows(),
            0,
            offset++,
            key,
            row == null ? null : row.toByteArray());
    if (retired) {
      record.headers().add(RetiredHeader.header());
    }
    Objects.requireNonNull(around.handler).onRecord(record);
  }

  /** Nothing moves by itself: the test hands records over. */
  private static final class Still implements Surroundings {
    private TopicFollower.@Nullable Handler handler;

    @Override
    public Topics topics() {
      return Topics.DEFAULT;
    }

    @Override
    public long nowMs() {
      return 0;
    }

    @Override
    public long nanos() {
      return 0;
    }

    @Override
    public long claim(DomainModel model) {
      return 0;
    }

    @Override
    public Following follow(String name, List<String> topics, TopicFollower.Handler follower) {
      handler = follower;
      return new Following() {
        @Override
        public boolean awaitCaughtUp(Duration atMost) {
          return true;
        }

        @Override
        public @Nullable Exception failure() {
          return null;
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public Producer<byte[], byte[]> producer() {
      return new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public void readWhole(String topic, Consumer<ConsumerRecord<byte[], byte[]>> each) {}
  }
}
