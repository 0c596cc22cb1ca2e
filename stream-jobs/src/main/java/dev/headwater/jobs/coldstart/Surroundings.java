package dev.headwater.jobs.coldstart;

import dev.headwater.events.Topics;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.jobs.DomainModel;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * What a subtask finds around it beside its stream of items: topics that it reads and writes itself
 * and the time. Thread-safe.
 */
interface Surroundings {
  /** Returns the names of the topics. */
  Topics topics();

  /** Returns the time, Unix milliseconds. */
  long nowMs();

  /** Returns a time to measure waits with, in nanoseconds from anywhere. */
  long nanos();

  /** Claims the epoch of a writer of a bundle's rows. */
  long claim(DomainModel model) throws Exception;

  /** Begins to read topics from their beginning and follows them from then on. */
  Following follow(String name, List<String> topics, TopicFollower.Handler handler);

  /**
   * The same for the records of one domain alone, in topics whose keys begin with it; one reading
   * may serve many.
   */
  default Following followDomain(
      String name, String domain, List<String> topics, TopicFollower.Handler handler) {
    return follow(name, topics, handler);
  }

  /** Opens a producer; the caller closes it. */
  Producer<byte[], byte[]> producer();

  /** Reads a topic once, from its beginning to its end as it stands. */
  void readWhole(String topic, Consumer<ConsumerRecord<byte[], byte[]>> each);

  /** A reader of topics under way. */
  interface Following extends AutoCloseable {
    /** Waits until what stood there at the start is read; false when the time is over. */
    boolean awaitCaughtUp(Duration atMost) throws InterruptedException;

    /** Returns what stopped it, null while it is well. */
    @Nullable Exception failure();

    @Override
    void close();
  }
}
