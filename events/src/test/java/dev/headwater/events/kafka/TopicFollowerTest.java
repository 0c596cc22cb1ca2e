package dev.headwater.events.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class TopicFollowerTest {
  private static final TopicPartition PART = new TopicPartition("t", 0);

  private static MockConsumer<byte[], byte[]> oneRecord() {
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    consumer.updatePartitions("t", List.of(new PartitionInfo("t", 0, null, null, null)));
    consumer.updateBeginningOffsets(Map.of(PART, 0L));
    consumer.updateEndOffsets(Map.of(PART, 1L));
    consumer.schedulePollTask(
        () -> consumer.addRecord(new ConsumerRecord<>("t", 0, 0, new byte[0], new byte[0])));
    return consumer;
  }

  private static TopicFollower follower(TopicFollower.Handler handler) {
    return new TopicFollower("test", oneRecord(), List.of("t"), part -> null, handler).start();
  }

  @Test
  void whatStoodThereIsTaken() throws Exception {
    try (TopicFollower follower = follower(record -> {})) {
      assertThat(follower.awaitCaughtUp(Duration.ofSeconds(20))).isTrue();
      assertThat(follower.failure()).isNull();
    }
  }

  @Test
  void whatIsReadIsWhatWasHandedOver() throws Exception {
    CountDownLatch mayTake = new CountDownLatch(1);
    try (TopicFollower follower = follower(record -> mayTake.await())) {
      Map<TopicPartition, Long> others = Map.of(new TopicPartition("other", 0), 9L);
      assertThat(follower.hasRead(others)).isTrue();
      assertThat(follower.hasRead(Map.of(PART, 1L))).isFalse();
      mayTake.countDown();
      assertThat(follower.awaitCaughtUp(Duration.ofSeconds(20))).isTrue();
      assertThat(follower.hasRead(Map.of(PART, 1L))).isTrue();
      assertThat(follower.hasRead(Map.of(PART, 2L))).isFalse();
    }
  }

  /** A class that is missing, an assertion, memory: the thread ended, and nobody was told. */
  @Test
  void anErrorStopsItAsAnExceptionDoes() throws Exception {
    Error error = new NoClassDefFoundError("missing");
    TopicFollower.Handler failing =
        record -> {
          throw error;
        };
    try (TopicFollower follower = follower(failing)) {
      assertThat(follower.awaitCaughtUp(Duration.ofSeconds(20))).isFalse();
      assertThat(follower.failure()).hasCause(error);
    }
  }
}
