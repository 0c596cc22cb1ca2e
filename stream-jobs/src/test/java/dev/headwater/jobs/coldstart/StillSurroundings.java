package dev.headwater.jobs.coldstart;

import dev.headwater.events.Topics;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.jobs.DomainModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Nothing moves by itself: a test hands records over, and looks at what was sent. */
final class StillSurroundings implements Surroundings {
  final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final List<TopicFollower.Handler> followers = new ArrayList<>();
  private long offset;
  private long nanos;

  /** How long anyone takes from one look at the clock to the next. */
  long nanosALook;

  /** Hands a record of the cold topic to all who follow it. */
  void take(ConsumerRecord<byte[], byte[]> record) throws Exception {
    for (TopicFollower.Handler each : followers) {
      each.onRecord(record);
    }
  }

  /** The next record of the cold topic. */
  ConsumerRecord<byte[], byte[]> cold(byte[] key, byte @Nullable [] value) {
    return new ConsumerRecord<>(topics().coldStartRows(), 0, offset++, key, value);
  }

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
    nanos += nanosALook;
    return nanos;
  }

  /** Time passes. */
  void pass(Duration time) {
    nanos += time.toNanos();
  }

  @Override
  public long claim(DomainModel model) {
    return 0;
  }

  @Override
  public Following follow(String name, List<String> topics, TopicFollower.Handler follower) {
    followers.add(follower);
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
    return producer;
  }

  @Override
  public void readWhole(String topic, Consumer<ConsumerRecord<byte[], byte[]>> each) {}
}
