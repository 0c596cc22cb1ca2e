package dev.headwater.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TopicsTest {
  private static final Map<String, Topics.Definition> BY_NAME =
      Topics.DEFAULT.definitions(6).stream()
          .collect(Collectors.toMap(Topics.Definition::name, Function.identity()));

  @Test
  void aPrefixStandsBeforeEveryName() {
    assertThat(new Topics("acme.").definitions(1))
        .hasSize(BY_NAME.size())
        .allSatisfy(topic -> assertThat(topic.name()).startsWith("acme."));
    assertThat(new Topics("acme.").interactions()).isEqualTo("acme.interactions");
  }

  @Test
  void whatIsCopartitionedHasTheSamePartitions() {
    assertThat(partitions("interactions")).isEqualTo(partitions("user-histories")).isEqualTo(6);
    assertThat(partitions("catalog")).isEqualTo(partitions("catalog.accepted")).isEqualTo(6);
  }

  @Test
  void aDeadLetterIsLargerThanAnyInput() {
    long deadLetter = size("dead-letters");
    assertThat(deadLetter).isGreaterThanOrEqualTo(2 * size("catalog"));
    assertThat(deadLetter).isGreaterThanOrEqualTo(2 * size("interactions"));
  }

  @Test
  void tombstonesOutliveTheLongestRetentionOfEvents() {
    long retentionMs = number("interactions", "retention.ms");
    BY_NAME.values().stream()
        .filter(topic -> "compact".equals(topic.config().get("cleanup.policy")))
        .filter(topic -> !topic.name().equals(Topics.DEFAULT.presentAnnouncements())) // has none
        .filter(
            topic -> !topic.name().equals(Topics.DEFAULT.servingNodes())) // of nodes, not events
        .forEach(
            topic ->
                assertThat(number(topic.name(), "delete.retention.ms"))
                    .as(topic.name())
                    .isGreaterThan(retentionMs));
    assertThat(number("deletions", "delete.retention.ms"))
        .isGreaterThan(number("dead-letters", "retention.ms"));
  }

  /** What counts is said again behind a lower row before compaction may take it. */
  @Test
  void compactionOfRowsWaitsForWhoeverWatchesOverThem() {
    assertThat(number("embeddings.cold-start", "min.compaction.lag.ms")).isEqualTo(3_600_000);
    assertThat(number("embeddings.fine-tuned", "min.compaction.lag.ms")).isEqualTo(3_600_000);
  }

  /** What operate.md promises whoever asked for a deletion. */
  @Test
  void whatATombstoneEndedIsCompactedWithinADay() {
    for (String topic :
        List.of(
            "catalog",
            "catalog.accepted",
            "user-histories",
            "embeddings.cold-start",
            "embeddings.fine-tuned")) {
      assertThat(number(topic, "max.compaction.lag.ms")).as(topic).isEqualTo(86_400_000);
    }
  }

  @Test
  void namesAreDistinct() {
    assertThat(Topics.DEFAULT.definitions(6))
        .extracting(Topics.Definition::name)
        .doesNotHaveDuplicates()
        .hasSize(16);
  }

  private static int partitions(String topic) {
    return definition(topic).partitions();
  }

  private static long size(String topic) {
    return number(topic, "max.message.bytes");
  }

  private static long number(String topic, String key) {
    return Long.parseLong(Objects.requireNonNull(definition(topic).config().get(key)));
  }

  private static Topics.Definition definition(String topic) {
    return Objects.requireNonNull(BY_NAME.get(topic));
  }
}
