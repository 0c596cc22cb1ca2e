package dev.headwater.launcher.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.events.wire.QualityWindow;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Follows topic {@code quality}; adds up the windows that began after {@link #restart()}. */
final class QualityWatch implements AutoCloseable {
  private static final long MINUTE_MS = 60_000;

  private final TopicFollower follower;
  private PrequentialSums sums = new PrequentialSums();
  private PrequentialSums firstMinute = new PrequentialSums();
  private long sinceMs;

  QualityWatch(KafkaSettings kafka) {
    follower =
        new TopicFollower("demo-quality", kafka, List.of(kafka.topics().quality()), this::onRecord);
    follower.start();
  }

  private synchronized void onRecord(ConsumerRecord<byte[], byte[]> record) throws Exception {
    QualityWindow window = QualityWindow.parseFrom(record.value());
    if (window.getFromMs() >= sinceMs) {
      sums.add(window);
      if (window.getFromMs() < sinceMs + MINUTE_MS) {
        firstMinute.add(window);
      }
    }
  }

  /** Forgets what was, and counts windows that begin from now on. */
  synchronized void restart() {
    sinceMs = System.currentTimeMillis();
    sums = new PrequentialSums();
    firstMinute = new PrequentialSums();
  }

  synchronized String inWords() {
    return sums.inWords();
  }

  synchronized ObjectNode toJson() {
    return sums.toJson();
  }

  /** The same of windows that began within a minute of the restart. */
  synchronized ObjectNode firstMinute() {
    return firstMinute.toJson();
  }

  @Override
  public void close() {
    follower.close();
  }
}
