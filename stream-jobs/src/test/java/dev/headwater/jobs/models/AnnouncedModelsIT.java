package dev.headwater.jobs.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.jobs.JobsBroker;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class AnnouncedModelsIT {
  /** It went on with the bundles of that moment, whatever was announced after. */
  @Test
  void aWatcherThatEndedIsTold() throws Exception {
    try (JobsBroker broker = new JobsBroker();
        JobsBroker.Tenant tenant = broker.tenant("models.")) {
      KafkaSettings quick =
          new KafkaSettings(
              tenant.kafka().bootstrap(), tenant.topics(), Map.of("metadata.max.age.ms", "500"));
      tenant.announce("toys", "b1");
      try (ModelWatch watch = AnnouncedModels.open("w", quick, Duration.ofSeconds(30))) {
        watch.requireHealthy();
        addPartitions(quick, tenant.topics().presentAnnouncements());
        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .untilAsserted(
                () ->
                    assertThatThrownBy(watch::requireHealthy)
                        .isInstanceOf(IllegalStateException.class)
                        .hasStackTraceContaining("now has 9 partitions"));
        assertThat(watch.model("toys", "")).as("what it knew then").isEqualTo("b1");
      }
    }
  }

  private static void addPartitions(KafkaSettings kafka, String topic) throws Exception {
    try (Admin admin = Admin.create(kafka.common())) {
      admin
          .createPartitions(Map.of(topic, NewPartitions.increaseTo(9)))
          .all()
          .get(20, TimeUnit.SECONDS);
    }
  }
}
