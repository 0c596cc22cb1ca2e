package dev.headwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headwater.broker.PoisonBatch;
import dev.headwater.events.DeadLetter;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.json.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Batches of some kilobytes whose one record has a gigabyte, as much as these tests' heap: each is
 * skipped with a dead letter, what stands round it is not, and a restart does not meet it again.
 */
@Timeout(180)
class PoisonBatchIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path stateDir;

  @Test
  void aSmallBatchThatDecompressesToAGigabyteIsSkippedAndNothingElseIs() throws Exception {
    try (IngestHarness harness = new IngestHarness()) {
      String interactions = harness.kafka.topics().interactions();
      String catalog = harness.kafka.topics().catalog();
      int partition = click(harness, "before");
      poison(harness, interactions, partition);
      poison(harness, catalog, 0);
      clickInto(harness, partition, "after");
      try (IngestService service = harness.started(stateDir)) {
        await().atMost(SOON).until(() -> histories(harness) == 2);
        await().atMost(SOON).until(() -> harness.deadLetters.size() == 2);
        harness.publish(new CatalogItem("toys", "i", "Kite", "", List.of(), "", Map.of(), true));
        await().atMost(SOON).until(() -> !harness.items.isEmpty());
        assertThat(service.failure()).isNull();
      }
      assertThat(letters(harness))
          .allMatch(letter -> letter.reason() == ReasonCode.BATCH_TOO_LARGE)
          .anyMatch(
              letter ->
                  letter.topic().equals(interactions)
                      && letter.partition() == partition
                      && letter.offset() == 1
                      && letter.detail().startsWith("offsets 1 to 1 "))
          .anyMatch(letter -> letter.topic().equals(catalog) && letter.partition() == 0);
      assertThat(refusedBatches(harness, "interactions")).isEqualTo(1);
      try (IngestService again = harness.started(stateDir)) {
        clickInto(harness, partition, "later");
        await().atMost(SOON).until(() -> histories(harness) == 3);
        assertThat(harness.deadLetters).hasSize(2);
        assertThat(again.failure()).isNull();
      }
    }
  }

  private static double refusedBatches(IngestHarness harness, String topic) {
    return harness
        .registry
        .get("headwater.ingest.dead_lettered")
        .tags("topic", topic, "reason", "batch_too_large")
        .counter()
        .count();
  }

  private static List<DeadLetter> letters(IngestHarness harness) {
    return harness.deadLetters.stream().map(r -> DeadLetter.from(r.headers())).toList();
  }

  private static long histories(IngestHarness harness) {
    return harness.histories.stream()
        .filter(r -> new String(r.key(), StandardCharsets.UTF_8).equals("toys/u"))
        .count();
  }

  private static int click(IngestHarness harness, String item) throws Exception {
    Interaction event = Interaction.click(item, "toys", "u", item, 1_700_000_000_000L);
    return harness
        .send(harness.kafka.topics().interactions(), event.key(), event.toJson())
        .partition();
  }

  private static void clickInto(IngestHarness harness, int partition, String item)
      throws Exception {
    Interaction event = Interaction.click(item, "toys", "u", item, 1_700_000_000_001L);
    harness.send(
        new ProducerRecord<>(
            harness.kafka.topics().interactions(),
            partition,
            IngestHarness.utf8(event.key()),
            event.toJson()));
  }

  /** Sends the batch, which is small. */
  private static void poison(IngestHarness harness, String topic, int partition) throws Exception {
    assertThat(new PoisonBatch(harness.kafka.common()).send(topic, partition))
        .isLessThan(512 << 10);
  }
}
