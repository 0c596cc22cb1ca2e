package dev.headwater.serving.follow;

import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.events.kafka.TopicFollower;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** How far the topics of users and items go, and how far this node has read them. */
public interface Reach {
  /**
   * Returns where they end now, with what stands in transactions that readers do not see yet.
   *
   * @throws RuntimeException when no broker says
   */
  Map<TopicPartition, Long> ends();

  /** Tells whether this node holds what all of it says that is committed before these ends. */
  boolean hasRead(Map<TopicPartition, Long> ends);

  /** Returns that of some followers. */
  static Reach of(KafkaSettings kafka, List<TopicFollower> followers) {
    return new OfFollowers(kafka, List.copyOf(followers));
  }

  /** Asks the brokers; seldom enough for a connection each time. */
  record OfFollowers(KafkaSettings kafka, List<TopicFollower> followers) implements Reach {
    @Override
    public Map<TopicPartition, Long> ends() {
      try (TopicAdmin admin = new TopicAdmin(kafka)) {
        return admin.ends(
            followers.stream().flatMap(each -> each.endsAtStart().keySet().stream()).toList());
      }
    }

    @Override
    public boolean hasRead(Map<TopicPartition, Long> ends) {
      return followers.stream().allMatch(each -> each.hasRead(ends));
    }
  }
}
