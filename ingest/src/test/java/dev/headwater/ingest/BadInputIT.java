package dev.headwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.headwater.events.DeadLetter;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.wire.AcceptedItem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kind of bad input on a broker: its fate, its reason, its metric, and the stream goes on.
 */
@Timeout(120)
class BadInputIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String GOOD =
      "{\"event_id\":\"e\",\"domain\":\"toys\",\"user\":\"u\",\"item\":\"i\",\"type\":\"click\","
          + "\"timestamp\":1700000000000}";

  @TempDir static Path stateDir;
  private static IngestHarness harness;
  private static IngestService service;
  private static int probes;

  @BeforeAll
  static void start() throws Exception {
    harness = new IngestHarness();
    service = harness.started(stateDir);
  }

  @AfterAll
  static void stop() {
    service.close();
    harness.close();
  }

  static Stream<Arguments> badInteractions() {
    String far = Long.toString(System.currentTimeMillis() + Duration.ofHours(1).toMillis());
    return Stream.of(
        Arguments.of("not json", "hello", ReasonCode.NOT_JSON),
        Arguments.of("empty", "", ReasonCode.NOT_JSON),
        Arguments.of("a tombstone", null, ReasonCode.NOT_JSON),
        Arguments.of("wrong type", GOOD.replace("\"u\"", "7"), ReasonCode.WRONG_TYPE),
        Arguments.of("missing field", GOOD.replace("item", "thing"), ReasonCode.MISSING_FIELD),
        Arguments.of("other value", GOOD.replace("click", "stare"), ReasonCode.INVALID_VALUE),
        Arguments.of("empty id", GOOD.replace("\"u\"", "\"\""), ReasonCode.EMPTY_ID),
        Arguments.of(
            "long id",
            GOOD.replace("\"u\"", "\"" + "x".repeat(257) + "\""),
            ReasonCode.ID_TOO_LONG),
        Arguments.of("unknown domain", GOOD.replace("toys", "moon"), ReasonCode.UNKNOWN_DOMAIN),
        Arguments.of(
            "far ahead", GOOD.replace("1700000000000", far), ReasonCode.TIMESTAMP_IN_FUTURE),
        Arguments.of("negative", GOOD.replace("17", "-17"), ReasonCode.TIMESTAMP_NEGATIVE),
        Arguments.of(
            "nested", GOOD.replace("}", ",\"x\":" + "[".repeat(9_999)), ReasonCode.INVALID_VALUE),
        Arguments.of(
            "too large",
            GOOD.replace("}", ",\"x\":\"" + "x".repeat(64 << 10) + "\"}"),
            ReasonCode.RECORD_TOO_LARGE),
        Arguments.of(
            "nearly what the topic takes",
            GOOD.replace("}", ",\"x\":\"" + "x".repeat((1 << 20) - 1000) + "\"}"),
            ReasonCode.RECORD_TOO_LARGE));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badInteractions")
  void aBadInteractionIsADeadLetterAndTheStreamGoesOn(String name, String text, ReasonCode reason)
      throws Exception {
    refused(harness.kafka.topics().interactions(), "toys/u", text, reason);
  }

  static Stream<Arguments> badItems() {
    String good = "{\"domain\":\"toys\",\"item\":\"i\",\"title\":\"Kite\"}";
    return Stream.of(
        Arguments.of("toys/i", "{\"domain\"", ReasonCode.NOT_JSON),
        Arguments.of("toys/i", good.replace("\"Kite\"", "5"), ReasonCode.WRONG_TYPE),
        Arguments.of("toys/i", good.replace("title", "name"), ReasonCode.ITEM_WITHOUT_TITLE),
        Arguments.of("toys/i", good.replace("Kite", "  "), ReasonCode.ITEM_WITHOUT_TITLE),
        Arguments.of("moon/i", good.replace("toys", "moon"), ReasonCode.UNKNOWN_DOMAIN),
        Arguments.of("toys/other", good, ReasonCode.KEY_MISMATCH),
        Arguments.of("moon/i", null, ReasonCode.UNKNOWN_DOMAIN),
        Arguments.of("toys", null, ReasonCode.KEY_MISMATCH),
        Arguments.of(
            "toys/i", good.replace("Kite", "x".repeat(3 << 19)), ReasonCode.RECORD_TOO_LARGE));
  }

  @ParameterizedTest
  @MethodSource("badItems")
  void aBadItemIsADeadLetterAndTheStreamGoesOn(String key, String text, ReasonCode reason)
      throws Exception {
    refused(harness.kafka.topics().catalog(), key, text, reason);
  }

  private static void refused(String topic, String key, String text, ReasonCode reason)
      throws Exception {
    double before = deadLetters(topic, reason);
    byte[] value = text == null ? null : IngestHarness.utf8(text);
    RecordMetadata sent = harness.send(topic, key, value);
    goesOn();
    await().atMost(SOON).until(() -> deadLetter(sent) != null);
    ConsumerRecord<byte[], byte[]> record = Objects.requireNonNull(deadLetter(sent));
    assertThat(DeadLetter.from(record.headers()).reason()).isEqualTo(reason);
    assertThat(DeadLetter.from(record.headers()).detail()).isNotBlank();
    assertThat(DeadLetter.receivedKey(record.headers())).isEqualTo(key);
    // One without value would be a tombstone of the compacted topic: gone within a day.
    assertThat(record.value()).isEqualTo(value == null ? new byte[0] : value);
    assertThat(deadLetters(topic, reason)).isEqualTo(before + 1);
  }

  @Test
  void aRecordOverTheBrokersLimitIsRefusedAtTheClient() {
    Properties properties = KafkaSettings.of(harness.broker.bootstrap()).producer();
    properties.put("max.request.size", Integer.toString(8 << 20));
    properties.put("compression.type", "none");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(
              harness.kafka.topics().catalog(), IngestHarness.utf8("toys/i"), new byte[3 << 20]);
      assertThatThrownBy(() -> producer.send(record).get(20, TimeUnit.SECONDS))
          .hasCauseInstanceOf(RecordTooLargeException.class);
    }
  }

  @Test
  void aTextOfAMebibyteIsAcceptedAndCut() throws Exception {
    CatalogItem item =
        new CatalogItem("toys", "long", "Kite", "", List.of(), "x".repeat(1 << 20), Map.of(), true);
    harness.publish(item);
    await().atMost(SOON).until(() -> item("toys/long") != null);
    assertThat(item("toys/long").getText())
        .hasSize(IngestConfig.Settings.of(Map.of()).limits().textChars());
  }

  @Test
  void aRepeatIsDroppedAndAClickOnAnUnknownItemIsAccepted() throws Exception {
    Interaction event = Interaction.click("once", "toys", "repeater", "unseen", 1_700_000_000_000L);
    long accepted = service.counts().accepted();
    long duplicates = service.counts().duplicates();
    harness.click(event);
    harness.click(event);
    await().atMost(SOON).until(() -> service.counts().duplicates() == duplicates + 1);
    assertThat(service.counts().accepted()).isEqualTo(accepted + 1);
  }

  @Test
  void aRecordInAnotherClientsPartitionJoinsTheOneHistoryOfItsUser() throws Exception {
    for (int partition = 0; partition < IngestHarness.PARTITIONS; partition++) {
      Interaction event =
          Interaction.click("stray-" + partition, "toys", "stray", "i" + partition, 1 + partition);
      harness.send(
          new ProducerRecord<>(
              harness.kafka.topics().interactions(),
              partition,
              IngestHarness.utf8(event.key()),
              event.toJson()));
    }
    await()
        .atMost(SOON)
        .until(
            () ->
                harness.histories.stream()
                        .filter(record -> text(record.key()).equals("toys/stray"))
                        .count()
                    == IngestHarness.PARTITIONS);
    assertThat(
            harness.histories.stream()
                .filter(record -> text(record.key()).equals("toys/stray"))
                .map(ConsumerRecord::partition)
                .distinct())
        .hasSize(1);
  }

  @Test
  void anItemsTombstoneMeetsItsRecordsInAnotherClientsPartition() throws Exception {
    CatalogItem item = new CatalogItem("toys", "librd", "Kite", "", List.of(), "", Map.of(), true);
    byte[] key = IngestHarness.utf8(item.key());
    String catalog = harness.kafka.topics().catalog();
    int home = harness.send(catalog, item.key(), item.toJson()).partition();
    int elsewhere = (home + 1) % IngestHarness.PARTITIONS;
    harness.send(new ProducerRecord<>(catalog, elsewhere, key, item.toJson()));
    await().atMost(SOON).until(() -> accepted("toys/librd").size() == 2);
    harness.send(new ProducerRecord<>(catalog, home, key, null));
    await().atMost(SOON).until(() -> harness.last(catalog, elsewhere, key).value() == null);

    harness.publish(item);
    await().atMost(SOON).until(() -> accepted("toys/librd").size() == 4);
    assertThat(accepted("toys/librd").get(2).value()).as("ended").isNull();
    assertThat(accepted("toys/librd").get(3).value()).as("begun again").isNotNull();
    assertThat(harness.last(catalog, home, key).value()).isNotNull();
  }

  private static List<ConsumerRecord<byte[], byte[]>> accepted(String key) {
    return harness.items.stream().filter(record -> text(record.key()).equals(key)).toList();
  }

  @Test
  void aLargeItemInAnotherClientsPartitionGetsThroughTheRekeyTopic() throws Exception {
    for (int partition = 0; partition < IngestHarness.PARTITIONS; partition++) {
      CatalogItem item =
          new CatalogItem(
              "books",
              "p" + partition,
              "Atlas",
              "",
              List.of(),
              "x".repeat(1 << 20),
              Map.of(),
              true);
      for (int to = 0; to < IngestHarness.PARTITIONS; to++) {
        harness.send(
            new ProducerRecord<>(
                harness.kafka.topics().catalog(),
                to,
                IngestHarness.utf8(item.key()),
                item.toJson()));
      }
    }
    for (int partition = 0; partition < IngestHarness.PARTITIONS; partition++) {
      String key = "books/p" + partition;
      await().atMost(SOON).until(() -> item(key) != null);
    }
  }

  /** A good event after the bad one comes through. */
  private static void goesOn() throws Exception {
    String user = "probe-" + probes++;
    harness.click(Interaction.click("p", "toys", user, "i", 1_700_000_000_000L));
    await()
        .atMost(SOON)
        .until(
            () ->
                harness.histories.stream()
                    .anyMatch(record -> text(record.key()).equals("toys/" + user)));
  }

  private static double deadLetters(String topic, ReasonCode reason) {
    return harness
        .registry
        .get("headwater.ingest.dead_lettered")
        .tags("topic", topic, "reason", reason.code())
        .counter()
        .count();
  }

  private static ConsumerRecord<byte[], byte[]> deadLetter(RecordMetadata source) {
    return harness.deadLetters.stream()
        .filter(
            record -> {
              DeadLetter letter = DeadLetter.from(record.headers());
              return letter.topic().equals(source.topic())
                  && letter.partition() == source.partition()
                  && letter.offset() == source.offset();
            })
        .findFirst()
        .orElse(null);
  }

  private static AcceptedItem item(String key) throws Exception {
    for (ConsumerRecord<byte[], byte[]> record : harness.items) {
      if (text(record.key()).equals(key) && record.value() != null) {
        return AcceptedItem.parseFrom(record.value());
      }
    }
    return null;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
