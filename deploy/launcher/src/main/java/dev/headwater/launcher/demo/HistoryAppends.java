package dev.headwater.launcher.demo;

import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.events.wire.UserHistory;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Counts the clicks that stand in {@code user-histories}, committed, by reading the topic: what
 * ingest says of itself is not what it wrote. Thread-safe.
 */
public final class HistoryAppends implements AutoCloseable {
  private final AtomicLong count = new AtomicLong();
  private final TopicFollower follower;

  /** Counts from the topic's beginning. */
  public HistoryAppends(KafkaSettings kafka) {
    follower =
        new TopicFollower(
            "demo-histories", kafka, List.of(kafka.topics().userHistories()), this::onRecord);
    follower.start();
  }

  private void onRecord(ConsumerRecord<byte[], byte[]> record) throws Exception {
    byte[] value = record.value();
    if (value != null && UserHistory.parseFrom(value).getCause() == UserHistory.Cause.EVENT) {
      count.incrementAndGet();
    }
  }

  /** Returns how many were read so far. */
  public long count() {
    Exception failure = follower.failure();
    if (failure != null) {
      throw new IllegalStateException("user-histories could not be read", failure);
    }
    return count.get();
  }

  @Override
  public void close() {
    follower.close();
  }
}
