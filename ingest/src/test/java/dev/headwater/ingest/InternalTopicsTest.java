package dev.headwater.ingest;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.events.kafka.KafkaUnavailableException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InternalTopicsTest {
  private static final IngestTopology.Partitions PARTITIONS = new IngestTopology.Partitions(4, 2);

  @Test
  void acceptsTopicsOfTheCountTheyBelongTo() {
    assertThatCode(
            () ->
                InternalTopics.requireFit(
                    "app",
                    PARTITIONS,
                    Map.of(
                        "app-histories-changelog", 4,
                        "app-item-lives-changelog", 2,
                        "app-catalog-strays-repartition", 2,
                        "app-deletions-users-repartition", 4,
                        "app-of-somebody-else", 9)))
        .doesNotThrowAnyException();
  }

  @Test
  void namesThePublicTopicWhosePartitionsWereChanged() {
    assertThatThrownBy(
            () ->
                InternalTopics.requireFit("app", PARTITIONS, Map.of("app-histories-changelog", 2)))
        .isInstanceOf(KafkaUnavailableException.class)
        .hasMessageContaining("interactions now has 4 partitions, but ingest has run with 2");
    assertThatThrownBy(
            () ->
                InternalTopics.requireFit("app", PARTITIONS, Map.of("app-item-lives-changelog", 4)))
        .isInstanceOf(KafkaUnavailableException.class)
        .hasMessageContaining("catalog now has 2 partitions, but ingest has run with 4");
  }
}
