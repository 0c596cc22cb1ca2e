package dev.headwater.jobs.coldstart;

import dev.headwater.events.Topics;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.jobs.DomainModel;
import dev.headwater.simulation.log.Log;
import dev.headwater.simulation.log.LogProducer;
import dev.headwater.simulation.log.LogReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** The log and a clock. Its followers read when they are told to. */
final class SimSurroundings implements Surroundings {
  private static final double SEND_FAILS = 0.01;

  private final Log log;
  private final LongSupplier clockMs;
  private final Random random;
  private final Runnable meanwhile;
  private final List<Reading> readings = new ArrayList<>();
  private @Nullable Object lock;
  private boolean away;

  /**
   * Creates one.
   *
   * @param meanwhile what others do while one of the job's threads is at work
   */
  SimSurroundings(Log log, LongSupplier clockMs, Random random, Runnable meanwhile) {
    this.log = log;
    this.clockMs = clockMs;
    this.random = random;
    this.meanwhile = meanwhile;
  }

  /** While this lock is held, nobody else decides anything. */
  void lockedBy(Object decisions) {
    lock = decisions;
  }

  /** Whether topics cannot be read to their end now. */
  void away(boolean now) {
    away = now;
  }

  @Override
  public Topics topics() {
    return Topics.DEFAULT;
  }

  @Override
  public long nowMs() {
    pause();
    return clockMs.getAsLong();
  }

  /** The thread that is at work is not alone. */
  void pause() {
    if (lock == null || !Thread.holdsLock(lock)) {
      meanwhile.run();
    }
  }

  @Override
  public long nanos() {
    return clockMs.getAsLong() * 1_000_000;
  }

  @Override
  public long claim(DomainModel model) throws Exception {
    byte[] key = model.rowKey(Identifiers.CLAIM_ITEM).getBytes(StandardCharsets.UTF_8);
    ProducerRecord<byte[], byte[]> claim =
        new ProducerRecord<>(topics().coldStartRows(), key, null);
    return 1 + new LogProducer(log, clockMs, null, random).send(claim).get().offset();
  }

  @Override
  public Following follow(String name, List<String> topics, TopicFollower.Handler handler) {
    Reading reading = new Reading(new LogReader(log, topics, Map.of()), handler);
    readings.add(reading);
    return reading;
  }

  @Override
  public Producer<byte[], byte[]> producer() {
    LogProducer producer = new LogProducer(log, clockMs, null, random);
    producer.failing(SEND_FAILS);
    return producer;
  }

  @Override
  public void readWhole(String topic, Consumer<ConsumerRecord<byte[], byte[]>> each) {
    pause();
    new LogReader(log, List.of(topic), Map.of()).pollAll().forEach(each);
  }

  /** One of the followers takes a few records; false where it had read all. */
  boolean step(int max) {
    int first = readings.isEmpty() ? 0 : random.nextInt(readings.size());
    for (int i = 0; i < readings.size(); i++) {
      if (readings.get((first + i) % readings.size()).step(max)) {
        return true;
      }
    }
    return false;
  }

  private final class Reading implements Following {
    private final LogReader reader;
    private final TopicFollower.Handler handler;

    Reading(LogReader reader, TopicFollower.Handler handler) {
      this.reader = reader;
      this.handler = handler;
    }

    boolean step(int max) {
      List<ConsumerRecord<byte[], byte[]>> read = reader.poll(max, random);
      hand(read);
      return !read.isEmpty();
    }

    private void hand(List<ConsumerRecord<byte[], byte[]>> records) {
      try {
        for (ConsumerRecord<byte[], byte[]> record : records) {
          handler.onRecord(record);
        }
      } catch (Exception e) {
        throw new AssertionError("a reader of the topics stops", e);
      }
    }

    @Override
    public boolean awaitCaughtUp(Duration atMost) {
      if (away) {
        return false;
      }
      hand(reader.pollAll());
      pause();
      return true;
    }

    @Override
    public @Nullable Exception failure() {
      return null;
    }

    @Override
    public void close() {
      readings.remove(this);
    }
  }
}
