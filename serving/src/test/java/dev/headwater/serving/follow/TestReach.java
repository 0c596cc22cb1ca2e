package dev.headwater.serving.follow;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** One partition, of which a test says how far it goes and how far it was read. */
final class TestReach implements Reach {
  private static final TopicPartition PART = new TopicPartition("user-histories", 0);

  long end;
  long read;
  boolean away;

  @Override
  public Map<TopicPartition, Long> ends() {
    if (away) {
      throw new TimeoutException("no broker says");
    }
    return Map.of(PART, end);
  }

  @Override
  public boolean hasRead(Map<TopicPartition, Long> ends) {
    return read >= ends.getOrDefault(PART, 0L);
  }
}
