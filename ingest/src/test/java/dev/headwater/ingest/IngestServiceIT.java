package dev.headwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.KafkaUnavailableException;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.UserHistory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class IngestServiceIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static IngestHarness harness;

  @TempDir private Path stateDir;

  @BeforeAll
  static void startBroker() {
    harness = new IngestHarness();
  }

  @AfterAll
  static void stopBroker() {
    harness.close();
  }

  @Test
  void aRestartLosesAndRepeatsNothing() throws Exception {
    int events = 300;
    long before = harness.histories.size();
    IngestService first = harness.started(stateDir);
    for (int i = 0; i < events / 2; i++) {
      harness.click(event(i));
    }
    first.close();
    for (int i = events / 2; i < events; i++) {
      harness.click(event(i));
    }
    try (IngestService second = harness.started(stateDir)) {
      await().atMost(SOON).until(() -> harness.histories.size() - before >= events);
      for (int i = 0; i < events; i++) {
        harness.click(event(i)); // all of them again
      }
      await().atMost(SOON).until(() -> second.counts().interactions() >= events);
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(first.counts().accepted() + second.counts().accepted())
                      .isEqualTo(events));
      await().atMost(SOON).until(() -> second.counts().duplicates() == events);
      assertThat(harness.histories).hasSize((int) before + events);
      UserHistory last = lastHistory("toys/restart-3");
      assertThat(last.getSeq()).isEqualTo(30);
      assertThat(last.getEntriesList().stream().map(HistoryEntry::getItem))
          .containsExactlyElementsOf(
              IntStream.range(0, 30).mapToObj(i -> "i" + (i * 10 + 3)).toList());
    }
  }

  private static Interaction event(int i) {
    return Interaction.click("e" + i, "toys", "restart-" + i % 10, "i" + i, 1_700_000_000_000L + i);
  }

  @Test
  void anItemPassesWithItsIncarnation() throws Exception {
    try (IngestService service = harness.started(stateDir)) {
      CatalogItem kite = CatalogItem.of("books", "kite", "Red kite", "Sky", List.of("Kites"));
      harness.publish(kite);
      harness.publish(kite);
      harness.send(harness.kafka.topics().catalog(), kite.key(), null);
      harness.publish(kite);
      await().atMost(SOON).until(() -> itemsOf("books/kite").size() >= 4);
      List<AcceptedItem> incarnations = itemsOf("books/kite");
      assertThat(incarnations.get(1).getRevision()).isEqualTo(incarnations.get(0).getRevision());
      assertThat(incarnations.get(2).getItem()).isEmpty();
      assertThat(incarnations.get(3).getIncarnation())
          .isGreaterThan(incarnations.get(0).getIncarnation());
      assertThat(service.counts().itemsWithdrawn()).isEqualTo(1);
    }
  }

  @Test
  void aMissingBrokerIsAClearErrorWithinTenSeconds() {
    IngestService service =
        new IngestService(
            IngestConfig.of(stateDir, IngestHarness.DOMAINS),
            KafkaSettings.of("127.0.0.1:1"),
            new SimpleMeterRegistry(),
            Clock.systemUTC());
    assertThatThrownBy(service::start)
        .isInstanceOf(KafkaUnavailableException.class)
        .hasMessageContaining("127.0.0.1:1");
    service.close();
  }

  private static UserHistory lastHistory(String key) throws Exception {
    UserHistory last = null;
    for (var record : harness.histories) {
      if (new String(record.key(), StandardCharsets.UTF_8).equals(key)) {
        last = UserHistory.parseFrom(record.value());
      }
    }
    return last;
  }

  /** Tombstones as default instances. */
  private static List<AcceptedItem> itemsOf(String key) throws Exception {
    List<AcceptedItem> found = new ArrayList<>();
    for (var record : harness.items) {
      if (new String(record.key(), StandardCharsets.UTF_8).equals(key)) {
        found.add(
            record.value() == null
                ? AcceptedItem.getDefaultInstance()
                : AcceptedItem.parseFrom(record.value()));
      }
    }
    return found;
  }
}
