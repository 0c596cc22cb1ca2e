package dev.headwater.jobs.coldstart;

import dev.headwater.events.RowLog;
import dev.headwater.events.Topics;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.rows.RowClaims;
import dev.headwater.jobs.rows.SharedRows;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's topics and the machine's clock. The embedding topics are read once for all domains, and
 * one producer claims for all of them.
 */
final class KafkaSurroundings implements Surroundings, AutoCloseable {
  private final KafkaSettings kafka;
  private final SharedRows rows;
  private final RowClaims claims;

  KafkaSurroundings(String name, KafkaSettings kafka) {
    this.kafka = kafka;
    rows = new SharedRows(name, kafka, new RowLog(kafka.topics()).topics());
    claims = new RowClaims(kafka);
  }

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
    return claims.claim(topics().coldStartRows(), model);
  }

  @Override
  public Following follow(String name, List<String> topics, TopicFollower.Handler handler) {
    return new Follower(new TopicFollower(name, kafka, topics, handler).start());
  }

  @Override
  public Following followDomain(
      String name, String domain, List<String> topics, TopicFollower.Handler handler) {
    Set<String> wanted = Set.copyOf(topics);
    return new Shared(
        rows.follow(
            domain,
            record -> {
              if (wanted.contains(record.topic())) {
                handler.onRecord(record);
              }
            }));
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

  @Override
  public void close() {
    rows.close();
    claims.close();
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

  private record Shared(SharedRows.Reading reading) implements Following {
    @Override
    public boolean awaitCaughtUp(Duration atMost) throws InterruptedException {
      return reading.awaitCaughtUp(atMost);
    }

    @Override
    public @Nullable Exception failure() {
      return reading.failure();
    }

    @Override
    public void close() {
      reading.close();
    }
  }
}
