package dev.headwater.jobs.coldstart;

import dev.headwater.events.Topics;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.rows.Epochs;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Kafka's topics and the machine's clock. */
record KafkaSurroundings(KafkaSettings kafka) implements Surroundings {
  @Override
  public Topics topics() {
    return kafka.topics();
  }

  @Override
  public long nowMs() {
    return System.currentTimeMillis();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public long claim(DomainModel model) throws Exception {
    return Epochs.ofColdRows(kafka, model).claim();
  }

  @Override
  public Following follow(String name, List<String> topics, TopicFollower.Handler handler) {
    return new Follower(new TopicFollower(name, kafka, topics, handler).start());
  }

  @Override
  public Producer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Override
  public void readWhole(String topic, Consumer<ConsumerRecord<byte[], byte[]>> each) {
    WholeTopic.read(kafka, topic, each);
  }

  private record Follower(TopicFollower follower) implements Following {
    @Override
    public boolean awaitCaughtUp(Duration atMost) throws InterruptedException {
      return follower.awaitCaughtUp(atMost);
    }

    @Override
    public @Nullable Exception failure() {
      return follower.failure();
    }

    @Override
    public void close() {
      follower.close();
    }
  }
}
