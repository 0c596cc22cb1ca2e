package dev.headwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headwater.events.DeadLetter;
import dev.headwater.events.Deletion;
import dev.headwater.events.DeletionHeader;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.UserHistory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is deleted is gone from every topic that ingest writes, and does not come back. */
@Timeout(180)
class DeletionIT {
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
  void aDeletedUserIsGoneFromHistoriesAndDeadLettersAndMayComeBack() throws Exception {
    try (IngestService service = harness.started(stateDir)) {
      long before = System.currentTimeMillis();
      harness.click(click("e1", "ann", before - 5));
      harness.click(click("e2", "ann", before - 4));
      String bad = "{\"event_id\":\"x\",\"user\":\"ann\"}";
      harness.send(harness.kafka.topics().interactions(), null, IngestHarness.utf8(bad));
      harness.send(harness.kafka.topics().interactions(), "toys/ann", IngestHarness.utf8("?"));
      harness.send(harness.kafka.topics().interactions(), "toys/bob", IngestHarness.utf8("?"));
      String escaped = "{\"user\":\"\\u0061nn\", bad";
      harness.send(harness.kafka.topics().interactions(), "toys/x", IngestHarness.utf8(escaped));
      await().atMost(SOON).until(() -> readable().size() == 4);
      await().atMost(SOON).until(() -> historiesOf("toys/ann").size() == 2);

      harness.delete(new Deletion("toys", Deletion.Kind.USER, "ann", "support", before));
      await().atMost(SOON).until(() -> harness.receipts.containsKey("ingest/toys/user/ann"));
      await().atMost(SOON).until(() -> harness.receipts.containsKey("dead-letters/toys/user/ann"));
      await().atMost(SOON).until(() -> historiesOf("toys/ann").size() == 4);
      List<ConsumerRecord<byte[], byte[]>> records = historiesOf("toys/ann");
      UserHistory deleted = UserHistory.parseFrom(records.get(2).value());
      assertThat(deleted.getCause()).isEqualTo(UserHistory.Cause.DELETION);
      assertThat(deleted.getEntriesList()).isEmpty();
      assertThat(records.get(3).value()).as("a tombstone").isNull();
      assertThat(DeletionHeader.read(records.get(3).headers())).isEqualTo(deleted.getDeletedMs());
      await().atMost(SOON).until(() -> readable().equals(List.of("toys/bob")));

      harness.click(click("e1", "ann", before - 5)); // a replay of what was deleted
      harness.click(click("e9", "ann", System.currentTimeMillis()));
      await().atMost(SOON).until(() -> historiesOf("toys/ann").size() == 5);
      UserHistory anew = UserHistory.parseFrom(historiesOf("toys/ann").get(4).value());
      assertThat(anew.getEntriesList()).hasSize(1);
      assertThat(anew.getSeq()).isGreaterThan(deleted.getSeq());
      assertThat(anew.getDeletedMs()).isEqualTo(deleted.getDeletedMs());
      assertThat(service.counts().deleted()).isEqualTo(1);
    }
  }

  @Test
  void aDeletedItemEndsAndOldCatalogRecordsDoNotBringItBack() throws Exception {
    CatalogItem kite = CatalogItem.of("books", "kite", "Red kite", "Sky", List.of());
    try (IngestService service = harness.started(stateDir)) {
      harness.publish(kite);
      await().atMost(SOON).until(() -> itemsOf("books/kite").size() == 1);
      harness.delete(new Deletion("books", Deletion.Kind.ITEM, "kite", "shop", 1));
      await().atMost(SOON).until(() -> harness.receipts.containsKey("ingest/books/item/kite"));
      await().atMost(SOON).until(() -> itemsOf("books/kite").size() == 2);
      assertThat(itemsOf("books/kite").get(1).value()).isNull();
      assertThat(DeletionHeader.read(itemsOf("books/kite").get(1).headers())).isPositive();
      await().atMost(SOON).until(() -> itemsOf("books/~deletion/kite").size() == 1);
      assertThat(itemsOf("books/~deletion/kite").get(0).partition())
          .as("behind the item's own records")
          .isEqualTo(itemsOf("books/kite").get(1).partition());
      assertThat(service.counts().deletions()).isEqualTo(1);
    }
    // Another ingest reads everything again: the old record, which counts no more, and the request.
    IngestConfig config = IngestConfig.of(stateDir.resolve("anew"), IngestHarness.DOMAINS);
    try (IngestService anew = service("anew", config)) {
      harness.publish(kite);
      await().atMost(SOON).until(() -> endsAfter("books/kite", 2, true));
      await().atMost(SOON).until(() -> anew.counts().deletions() > 0);
      List<ConsumerRecord<byte[], byte[]>> all = itemsOf("books/kite");
      assertThat(all).as("the old record did not bring it back").hasSize(3);
      long first = AcceptedItem.parseFrom(all.get(0).value()).getIncarnation();
      long last = AcceptedItem.parseFrom(all.get(2).value()).getIncarnation();
      assertThat(last).isGreaterThan(first);
    }
  }

  private boolean endsAfter(String key, int records, boolean alive) throws Exception {
    List<ConsumerRecord<byte[], byte[]>> all = itemsOf(key);
    return all.size() > records && (all.get(all.size() - 1).value() != null) == alive;
  }

  @Test
  void aRebuiltIngestTakesItsHistoriesFromTheTopic() throws Exception {
    long now = System.currentTimeMillis();
    try (IngestService first = harness.started(stateDir)) {
      assertThat(first.isRunning()).isTrue();
      for (int i = 0; i < 4; i++) {
        harness.click(click("r" + i, "cid", now + i));
      }
      harness.click(click("d1", "dan", now));
      await().atMost(SOON).until(() -> historiesOf("toys/cid").size() == 4);
      harness.delete(new Deletion("toys", Deletion.Kind.USER, "dan", "support", now));
      await().atMost(SOON).until(() -> harness.receipts.containsKey("ingest/toys/user/dan"));
    }
    IngestConfig config = IngestConfig.of(stateDir.resolve("rebuilt"), IngestHarness.DOMAINS);
    try (IngestService rebuilt = service("rebuilt", config)) {
      harness.click(click("r4", "cid", now + 4));
      await().atMost(SOON).until(() -> historiesOf("toys/cid").size() == 5);
      UserHistory last = UserHistory.parseFrom(historiesOf("toys/cid").get(4).value());
      assertThat(last.getSeq()).isEqualTo(5);
      assertThat(last.getEntriesList().stream().map(HistoryEntry::getItem)).hasSize(5);
      assertThat(rebuilt.counts().duplicates()).isGreaterThanOrEqualTo(4);
      assertThat(rebuilt.counts().deleted()).as("dan's click, read again").isGreaterThan(0);
      List<ConsumerRecord<byte[], byte[]>> dan = historiesOf("toys/dan");
      assertThat(dan.get(dan.size() - 1).value()).isNull();
    }
  }

  /** By its own clock it confirmed another request than was made, and nobody took that. */
  @Test
  void theReceiptOfDeadLettersNamesTheRequestsTimeWhateverItsOwnClock() throws Exception {
    Clock behind = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(-5));
    try (IngestService service = harness.started(stateDir, behind)) {
      long before = System.currentTimeMillis();
      harness.delete(new Deletion("toys", Deletion.Kind.USER, "late", "support", before - 10_000));
      await().atMost(SOON).until(() -> harness.receipts.containsKey("dead-letters/toys/user/late"));
      assertThat(harness.receipts.get("dead-letters/toys/user/late").deletedMs())
          .isGreaterThanOrEqualTo(before);
      assertThat(service.failure()).isNull();
    }
  }

  @Test
  void aBadRequestIsADeadLetter() throws Exception {
    try (IngestService service = harness.started(stateDir)) {
      long before = harness.deadLetters.size();
      harness.send(harness.kafka.topics().deletions(), "toys/user/x", IngestHarness.utf8("?"));
      harness.delete(new Deletion("moon", Deletion.Kind.USER, "x", "support", 1));
      await().atMost(SOON).until(() -> harness.deadLetters.size() >= before + 2);
      assertThat(service.counts().deadLettered())
          .containsKeys(ReasonCode.NOT_JSON, ReasonCode.UNKNOWN_DOMAIN);
    }
  }

  private static IngestService service(String id, IngestConfig like) throws InterruptedException {
    IngestConfig config =
        IngestConfig.of(like.stateDir(), like.domains(), Map.of("application-id", id));
    IngestService service =
        new IngestService(config, harness.kafka, new SimpleMeterRegistry(), Clock.systemUTC());
    service.start();
    assertThat(service.awaitRunning(SOON)).isTrue();
    return service;
  }

  private static Interaction click(String event, String user, long timeMs) {
    return Interaction.click(event, "toys", user, "i-" + event, timeMs);
  }

  /** The keys as received of the dead letters that compaction would keep. */
  private static List<String> readable() {
    return harness.deadLetters.stream()
        .collect(Collectors.toMap(r -> text(r.key()), r -> r, (old, last) -> last))
        .values()
        .stream()
        .filter(record -> record.value() != null)
        .filter(record -> record.value().length != 0)
        .map(record -> DeadLetter.receivedKey(record.headers()))
        .filter(key -> !key.startsWith("moon") && !key.contains("/user/"))
        .sorted()
        .toList();
  }

  private static List<ConsumerRecord<byte[], byte[]>> historiesOf(String key) {
    return harness.histories.stream().filter(r -> text(r.key()).equals(key)).toList();
  }

  private static List<ConsumerRecord<byte[], byte[]>> itemsOf(String key) {
    return harness.items.stream().filter(r -> text(r.key()).equals(key)).toList();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
