package dev.headwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.DeadLetter;
import dev.headwater.events.Deletion;
import dev.headwater.events.DeletionHeader;
import dev.headwater.events.Heartbeat;
import dev.headwater.events.IncarnationHeader;
import dev.headwater.events.Signals;
import dev.headwater.events.Topics;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.json.InteractionType;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.UserHistory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngestTopologyTest {
  private static final Topics TOPICS = Topics.DEFAULT;
  private static final long NOW_MS = 1_760_000_000_000L;

  @TempDir Path stateDir;
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private IngestConfig config;
  private IngestMetrics metrics;
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> interactions;
  private TestInputTopic<byte[], byte[]> catalog;
  private TestOutputTopic<byte[], byte[]> histories;
  private TestOutputTopic<byte[], byte[]> items;
  private TestOutputTopic<byte[], byte[]> deadLetters;

  @BeforeEach
  void build() {
    config = IngestConfig.of(stateDir, IngestHarness.DOMAINS);
    metrics = new IngestMetrics(registry, config.domains());
    Properties settings = IngestSettings.of(config, KafkaSettings.of("unused:1"), metrics);
    driver =
        new TopologyTestDriver(
            IngestTopology.build(
                config,
                TOPICS,
                new IngestTopology.Partitions(1, 1),
                metrics,
                IngestTracing.OFF,
                HistorySeed.NONE),
            settings,
            Instant.ofEpochMilli(NOW_MS));
    interactions = input(TOPICS.interactions());
    catalog = input(TOPICS.catalog());
    histories = output(TOPICS.userHistories());
    items = output(TOPICS.acceptedItems());
    deadLetters = output(TOPICS.deadLetters());
  }

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void aClickBecomesAHistoryRecord() throws Exception {
    interactions.pipeInput(
        new TestRecord<>(
            IngestHarness.utf8("toys/u"),
            click("e1", "u", "a", 5).toJson(),
            new RecordHeaders().add("client", new byte[1000]),
            NOW_MS - 30));
    TestRecord<byte[], byte[]> record = histories.readRecord();
    UserHistory history = UserHistory.parseFrom(record.value());
    assertThat(text(record.key())).isEqualTo("toys/u");
    assertThat(history.getPublishedMs()).isEqualTo(NOW_MS - 30);
    assertThat(history.getAcceptedMs()).isEqualTo(NOW_MS);
    assertThat(history.getEntriesList()).hasSize(1);
    assertThat(record.headers()).as("headers of clients end here").isEmpty();
  }

  /** Every other hop carries it out: refused here, a history outlived what was made of it. */
  @Test
  void aDeletionIsCarriedOutWheneverItSaysThatItWasAskedFor() throws Exception {
    interactions.pipeInput(
        IngestHarness.utf8("toys/u"), click("e1", "u", "a", 5).toJson(), NOW_MS - 30);
    assertThat(histories.readRecord().value()).isNotNull();
    Deletion ahead = new Deletion("toys", Deletion.Kind.USER, "u", "support", NOW_MS + 86_400_000);
    input(TOPICS.deletions())
        .pipeInput(
            new TestRecord<>(
                IngestHarness.utf8(ahead.key()), ahead.toJson(), new RecordHeaders(), NOW_MS));
    assertThat(deadLetters.isEmpty()).isTrue();
    UserHistory after = UserHistory.parseFrom(histories.readRecord().value());
    assertThat(after.getCause()).isEqualTo(UserHistory.Cause.DELETION);
    assertThat(after.getEntriesList()).isEmpty();
  }

  @Test
  void aRatingOfOneStarStandsInTheHistoryAsADislike() throws Exception {
    Interaction star =
        new Interaction("e1", "toys", "u", "a", InteractionType.RATING, 1.0, 5, null, -1);
    send("toys/u", star);
    UserHistory history = UserHistory.parseFrom(histories.readRecord().value());
    assertThat(Signals.weight(history.getEntries(0))).isEqualTo(-1);
    assertThat(Signals.likes(history.getEntriesList())).isEmpty();
  }

  @Test
  void heartbeatsPassInOrderAndCountAsNothingElse() throws Exception {
    send("toys/u", click("e1", "u", "a", 5));
    Heartbeat beat = Heartbeat.of(Heartbeat.Path.CLICKS, "n", 7, 0, NOW_MS - 40);
    beat(interactions, "toys", beat);
    beat(catalog, "books", Heartbeat.of(Heartbeat.Path.ITEMS, "n", 7, 0, NOW_MS));
    send("toys/u", click("e2", "u", "b", 6));
    assertThat(histories.readRecord().value()).isNotNull();
    TestRecord<byte[], byte[]> passed = histories.readRecord();
    assertThat(Heartbeat.read(passed.key(), passed.value(), passed.headers()))
        .isEqualTo(beat.passed(Heartbeat.Hop.INGEST, NOW_MS));
    UserHistory after = UserHistory.parseFrom(histories.readRecord().value());
    assertThat(after.getSeq()).isEqualTo(2);
    TestRecord<byte[], byte[]> item = items.readRecord();
    assertThat(Heartbeat.read(item.key(), item.value(), item.headers())).isNotNull();
    IngestCounts counts = metrics.counts();
    assertThat(counts.accepted()).isEqualTo(2);
    assertThat(counts.historyAppends()).isEqualTo(2);
    assertThat(counts.itemsAccepted() + counts.itemsWithdrawn()).isZero();
    assertThat(counts.rekeyed()).isZero();
    assertThat(deadLetters.isEmpty()).isTrue();
    assertThat(registry.counter("headwater.ingest.heartbeats").count()).isEqualTo(2);
    try (var stored = driver.getKeyValueStore(IngestStores.HISTORIES).all()) {
      stored.next();
      assertThat(stored.hasNext()).as("one user").isFalse();
    }
  }

  @Test
  void heartbeatsOfAnUnknownDomainEndHere() {
    beat(interactions, "unknown", Heartbeat.of(Heartbeat.Path.CLICKS, "n", 1, 0, NOW_MS));
    assertThat(histories.isEmpty()).isTrue();
    assertThat(deadLetters.isEmpty()).isTrue();
    assertThat(registry.counter("headwater.ingest.heartbeats.dropped").count()).isEqualTo(1);
  }

  @Test
  void whatOnlyLooksLikeAHeartbeatIsADeadLetter() {
    send("toys/__heartbeat-1", click("e1", "__heartbeat-1", "a", 5));
    send("toys/u", click("e2", "u", "__heartbeat-1", 5));
    catalog.pipeInput(new TestRecord<>(IngestHarness.utf8("toys/__heartbeat-1"), null));
    interactions.pipeInput(
        new TestRecord<>(
            IngestHarness.utf8("toys/__heartbeat-1"),
            null,
            new RecordHeaders().add(Heartbeat.HEADER, new byte[] {'{'}),
            NOW_MS));
    List<String> reasons = new ArrayList<>();
    while (!deadLetters.isEmpty()) {
      reasons.add(DeadLetter.from(deadLetters.readRecord().headers()).reason().code());
    }
    assertThat(reasons).containsExactly("reserved_id", "reserved_id", "reserved_id", "not_json");
    assertThat(histories.isEmpty()).isTrue();
    assertThat(items.isEmpty()).isTrue();
  }

  private static void beat(
      TestInputTopic<byte[], byte[]> topic, String domain, Heartbeat heartbeat) {
    byte[] key = IngestHarness.utf8(Heartbeat.key(domain, heartbeat.partition(), 1));
    topic.pipeInput(new TestRecord<>(key, null, heartbeat.headers(), heartbeat.publishedMs()));
  }

  @Test
  void aKeyThatDisagreesWithTheValueGoesRoundAndStillMakesOneHistory() throws Exception {
    send("toys/u", click("e1", "u", "a", 5));
    interactions.pipeInput(null, click("e2", "u", "b", 6).toJson());
    send("books/other", click("e3", "u", "c", 7));
    send("u", click("e1", "u", "a", 5));
    List<UserHistory> all = histories();
    assertThat(all).extracting(UserHistory::getSeq).containsExactly(1L, 2L, 3L);
    assertThat(all.get(2).getEntriesList()).hasSize(3);
    assertThat(metrics.counts().rekeyed()).isEqualTo(3);
    assertThat(metrics.counts().duplicates()).isEqualTo(1);
    assertThat(deadLetters.isEmpty()).isTrue();
  }

  @Test
  void aRepeatIsDroppedWhileItsEventStandsInTheHistoryHoweverLate() {
    send("toys/u", click("e1", "u", "a", 5));
    driver.advanceWallClockTime(Duration.ofDays(300));
    send("toys/u", click("e1", "u", "a", 5));
    send("toys/v", click("e1", "v", "a", 5)); // the same id of another user is another event
    assertThat(metrics.counts().duplicates()).isEqualTo(1);
    assertThat(metrics.counts().accepted()).isEqualTo(2);
    assertThat(metrics.counts().historyAppends()).isEqualTo(2);
  }

  @Test
  void aRepeatOfAnEventThatLeftItsHistoryIsDroppedWithinTheWindowOnly() {
    for (int i = 0; i < 60; i++) {
      send("toys/u", click("e" + i, "u", "i" + i, i));
    }
    driver.advanceWallClockTime(config.dedupeWindow());
    send("toys/u", click("e0", "u", "i0", 0));
    assertThat(metrics.counts().duplicates()).isEqualTo(1);
    driver.advanceWallClockTime(config.dedupeWindow().multipliedBy(2));
    send("toys/u", click("e0", "u", "i0", 0));
    assertThat(metrics.counts().duplicates()).as("forgotten").isEqualTo(1);
    assertThat(metrics.counts().accepted()).isEqualTo(61);
  }

  @Test
  void aRecordTimeInTheFarFutureDoesNotEndTheWindowOfOthers() {
    for (int i = 0; i < 60; i++) {
      send("toys/u", click("e" + i, "u", "i" + i, i));
    }
    interactions.pipeInput(
        IngestHarness.utf8("toys/x"),
        click("e1", "x", "a", 5).toJson(),
        NOW_MS + Duration.ofDays(4000).toMillis());
    send("toys/u", click("e0", "u", "i0", 0));
    assertThat(metrics.counts().duplicates()).isEqualTo(1);
  }

  @Test
  void anItemKeepsItsRevisionUntilItsTextChanges() throws Exception {
    publish(CatalogItem.of("toys", "i", "Kite", "Sky", List.of()));
    publish(CatalogItem.of("toys", "i", "Kite", "Sky", List.of()));
    publish(CatalogItem.of("toys", "i", "Blue kite", "Sky", List.of()));
    List<AcceptedItem> all = items();
    assertThat(all).extracting(AcceptedItem::getIncarnation).containsExactly(0L, 0L, 0L);
    assertThat(all).extracting(AcceptedItem::getRevision).containsExactly(0L, 0L, 2L);
    assertThat(all.get(0).getTextHash()).isEqualTo(all.get(1).getTextHash());
    assertThat(all.get(2).getTextHash()).isNotEqualTo(all.get(0).getTextHash());
  }

  @Test
  void aTombstoneEndsTheIncarnation() throws Exception {
    publish(CatalogItem.of("toys", "i", "Kite", "Sky", List.of()));
    tombstone(IngestHarness.utf8("toys/i"));
    publish(CatalogItem.of("toys", "i", "Kite", "Sky", List.of()));
    List<TestRecord<byte[], byte[]>> records = items.readRecordsToList();
    assertThat(records.get(1).value()).isNull();
    assertThat(IncarnationHeader.read(records.get(1).headers()))
        .as("the incarnation that it ends")
        .isEqualTo(AcceptedItem.parseFrom(records.get(0).value()).getIncarnation());
    assertThat(AcceptedItem.parseFrom(records.get(2).value()).getIncarnation()).isEqualTo(2);
    assertThat(metrics.counts().itemsWithdrawn()).isEqualTo(1);
  }

  @Test
  void refusesTombstonesThatNameNoItem() {
    tombstone(IngestHarness.utf8("nowhere/i"));
    tombstone(IngestHarness.utf8("toys"));
    tombstone(new byte[] {'t', 'o', 'y', 's', '/', (byte) 0xff});
    tombstone(null);
    tombstone(IngestHarness.utf8("toys/" + "x".repeat(257)));
    assertThat(reasons())
        .containsExactly(
            ReasonCode.UNKNOWN_DOMAIN,
            ReasonCode.KEY_MISMATCH,
            ReasonCode.KEY_MISMATCH,
            ReasonCode.KEY_MISMATCH,
            ReasonCode.ID_TOO_LONG);
    assertThat(items.isEmpty()).isTrue();
  }

  @Test
  void refusesAnItemWhoseKeyNamesAnotherOneOrWhoseAttributesAreTooLarge() {
    catalog.pipeInput(
        IngestHarness.utf8("toys/j"), CatalogItem.of("toys", "i", "Kite", "", List.of()).toJson());
    publish(
        new CatalogItem(
            "toys", "i", "t", "", List.of(), "", Map.of("k", "v".repeat(17 << 10)), true));
    assertThat(reasons()).containsExactly(ReasonCode.KEY_MISMATCH, ReasonCode.INVALID_VALUE);
  }

  /** It had been withdrawn and published again by then: no record told the jobs of the request. */
  @Test
  void aRequestAboutAnItemThatBeganAgainSinceIsHandedOnBesideIt() throws Exception {
    CatalogItem kite = CatalogItem.of("toys", "kite", "Kite", "", List.of());
    byte[] key = IngestHarness.utf8(kite.key());
    catalog.pipeInput(key, kite.toJson(), 1_000);
    catalog.pipeInput(key, null, 2_000);
    catalog.pipeInput(key, kite.toJson(), 4_000);
    Deletion request = new Deletion("toys", Deletion.Kind.ITEM, "kite", "shop", 1);
    input(TOPICS.deletions()).pipeInput(IngestHarness.utf8(request.key()), request.toJson(), 3_000);
    List<TestRecord<byte[], byte[]>> sent = items.readRecordsToList();
    assertThat(sent)
        .filteredOn(record -> DeletionHeader.read(record.headers()) == 3_000)
        .singleElement()
        .satisfies(
            record -> {
              assertThat(text(record.key())).isEqualTo("toys/~deletion/kite");
              assertThat(record.value()).isNull();
              assertThat(IncarnationHeader.read(record.headers())).isEqualTo(1);
            });
    TestRecord<byte[], byte[]> again =
        sent.stream()
            .filter(record -> text(record.key()).equals("toys/kite"))
            .reduce((before, record) -> record)
            .orElseThrow();
    assertThat(AcceptedItem.parseFrom(again.value()).getIncarnation())
        .as("it goes on, and what ended is before it")
        .isEqualTo(2);
  }

  @Test
  void everyNodeStoreAndTopicHasAStableName() {
    String description =
        IngestTopology.build(
                config,
                TOPICS,
                new IngestTopology.Partitions(1, 1),
                metrics,
                IngestTracing.OFF,
                HistorySeed.NONE)
            .describe()
            .toString();
    assertThat(Pattern.compile("KSTREAM-[A-Z]+-\\d+|STATE-STORE-\\d+").matcher(description).find())
        .as(description)
        .isFalse();
    assertThat(new TreeSet<>(driver.getAllStateStores().keySet()))
        .containsExactly("erased-users", "histories", "item-lives", "left-events", "stray-items");
  }

  private TestInputTopic<byte[], byte[]> input(String topic) {
    return driver.createInputTopic(
        topic,
        new ByteArraySerializer(),
        new ByteArraySerializer(),
        Instant.ofEpochMilli(NOW_MS),
        Duration.ZERO);
  }

  private TestOutputTopic<byte[], byte[]> output(String topic) {
    return driver.createOutputTopic(
        topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static Interaction click(String eventId, String user, String item, long timeMs) {
    return Interaction.click(eventId, "toys", user, item, timeMs);
  }

  private void send(String key, Interaction event) {
    interactions.pipeInput(IngestHarness.utf8(key), event.toJson());
  }

  private void publish(CatalogItem item) {
    catalog.pipeInput(IngestHarness.utf8(item.key()), item.toJson());
  }

  private void tombstone(byte[] key) {
    catalog.pipeInput(key, (byte[]) null);
  }

  private List<UserHistory> histories() throws Exception {
    List<UserHistory> read = new ArrayList<>();
    for (byte[] value : histories.readValuesToList()) {
      read.add(UserHistory.parseFrom(value));
    }
    return read;
  }

  private List<AcceptedItem> items() throws Exception {
    List<AcceptedItem> read = new ArrayList<>();
    for (byte[] value : items.readValuesToList()) {
      read.add(AcceptedItem.parseFrom(value));
    }
    return read;
  }

  private List<ReasonCode> reasons() {
    return deadLetters.readRecordsToList().stream()
        .map(record -> DeadLetter.from(record.headers()).reason())
        .toList();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
