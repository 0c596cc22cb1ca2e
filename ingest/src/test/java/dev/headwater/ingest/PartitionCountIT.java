package dev.headwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.headwater.events.json.Interaction;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.KafkaUnavailableException;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.events.kafka.TopicLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody adds partitions to a topic: check and start say so instead of losing users' histories.
 */
class PartitionCountIT {
  private static final int MORE = IngestHarness.PARTITIONS + 1;

  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir private Path stateDir;

  @Test
  void checkAndStartSayWhichTopicHasAnotherCountThanExpected() throws Exception {
    try (IngestHarness harness = new IngestHarness()) {
      try (IngestService first = harness.started(stateDir)) {
        harness.click(Interaction.click("e1", "toys", "u", "i", 1_700_000_000_000L));
        await().atMost(SOON).until(() -> first.counts().accepted() == 1);
      }
      TopicFollower follower = follower(harness);
      addPartitions(harness, harness.kafka.topics().interactions());
      await().atMost(SOON).until(() -> follower.failure() != null);
      assertThat(follower.failure())
          .hasMessageContaining("topic interactions now has 4 partitions, 3 are followed");
      follower.close();
      try (TopicAdmin admin = new TopicAdmin(harness.kafka)) {
        assertThat(admin.check(IngestHarness.PARTITIONS))
            .containsExactly("topic interactions has 4 partitions, expected 3");
        assertThat(admin.check(new TopicLayout(IngestHarness.PARTITIONS, 3, 2)))
            .contains(
                "topic interactions has 1 replicas, expected 3",
                "topic deletions has min.insync.replicas=1, expected 2");
      }
      assertRefused(harness, "interactions and user-histories must have the same number");
      addPartitions(harness, harness.kafka.topics().userHistories());
      assertRefused(harness, "interactions now has 4 partitions, but ingest has run with 3");
    }
  }

  /** Knows of new partitions soon; by default clients look every five minutes. */
  private static TopicFollower follower(IngestHarness harness) {
    KafkaSettings quick =
        new KafkaSettings(
            harness.kafka.bootstrap(),
            harness.kafka.topics(),
            Map.of("metadata.max.age.ms", "500"));
    return new TopicFollower(
            "follower", quick, List.of(quick.topics().interactions()), record -> {})
        .start();
  }

  private void assertRefused(IngestHarness harness, String words) {
    try (IngestService service = harness.service(stateDir)) {
      assertThatThrownBy(service::start)
          .isInstanceOf(KafkaUnavailableException.class)
          .hasMessageContaining(words);
    }
  }

  private static void addPartitions(IngestHarness harness, String topic) throws Exception {
    try (Admin admin = Admin.create(harness.kafka.common())) {
      admin
          .createPartitions(Map.of(topic, NewPartitions.increaseTo(MORE)))
          .all()
          .get(20, TimeUnit.SECONDS);
    }
  }
}
