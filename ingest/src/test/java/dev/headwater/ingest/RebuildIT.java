package dev.headwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.headwater.events.Deletion;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.UserHistory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ingest without its state, beside what it published: it goes on from there. */
@Timeout(120)
class RebuildIT {
  private static final Duration SOON = Duration.ofSeconds(40);

  @TempDir private Path stateDir;
  private IngestHarness harness;

  @BeforeEach
  void start() {
    harness = new IngestHarness();
  }

  @AfterEach
  void stop() {
    harness.close();
  }

  private static CatalogItem item(String id) {
    return CatalogItem.of("toys", id, "Wooden train", "Acme", List.of("Trains"));
  }

  /** As an earlier ingest published it, from records that compaction has removed since. */
  private void published(String id, long incarnation, long revision) throws Exception {
    AcceptedItem accepted =
        AcceptedItems.cut(item(id), IngestConfig.of(stateDir, Set.of("toys")).limits())
            .setIncarnation(incarnation)
            .setRevision(revision)
            .setPublishedMs(1_000)
            .build();
    harness.send(harness.kafka.topics().acceptedItems(), item(id).key(), accepted.toByteArray());
  }

  private boolean isTombstoned(String id) {
    byte[] key = IngestHarness.utf8(item(id).key());
    return harness.items.stream()
        .anyMatch(record -> record.value() == null && Arrays.equals(record.key(), key));
  }

  private AcceptedItem last(String id) throws Exception {
    byte[] value = null;
    for (var record : harness.items) {
      if (new String(record.key(), java.nio.charset.StandardCharsets.UTF_8).endsWith("/" + id)) {
        value = record.value();
      }
    }
    return value == null ? AcceptedItem.getDefaultInstance() : AcceptedItem.parseFrom(value);
  }

  @Test
  void anItemThatIsUploadedAgainUnchangedKeepsItsIncarnation() throws Exception {
    published("same", 300, 400);
    published("edited", 300, 400);
    try (IngestService rebuilt = harness.started(stateDir)) {
      harness.publish(item("same"));
      harness.publish(CatalogItem.of("toys", "edited", "Tin train", "Acme", List.of("Trains")));
      await().atMost(SOON).until(() -> last("same").getAcceptedMs() > 0);
      await().atMost(SOON).until(() -> last("edited").getAcceptedMs() > 0);
      assertThat(last("same").getIncarnation()).isEqualTo(300);
      assertThat(last("same").getRevision()).isEqualTo(400);
      assertThat(last("edited").getIncarnation()).isEqualTo(300);
      assertThat(last("edited").getRevision()).isEqualTo(401);
      assertThat(rebuilt.failure()).isNull();
    }
  }

  @Test
  void anItemThatWasDeletedStaysDeleted() throws Exception {
    harness.publish(item("gone"));
    harness.delete(new Deletion("toys", Deletion.Kind.ITEM, "gone", "a merchant", 1));
    try (IngestService rebuilt = harness.started(stateDir)) {
      await().atMost(SOON).until(() -> harness.receipts.size() == 1);
      harness.publish(item("other"));
      await().atMost(SOON).until(() -> last("other").getAcceptedMs() > 0);
      assertThat(last("gone").getTitle()).isEmpty();
      assertThat(rebuilt.failure()).isNull();
    }
  }

  @Test
  void aDeletionThatNobodyDidBeforeTheStateWasLostIsDone() throws Exception {
    published("late", 300, 400);
    harness.delete(new Deletion("toys", Deletion.Kind.ITEM, "late", "a merchant", 1));
    try (IngestService rebuilt = harness.started(stateDir)) {
      await().atMost(SOON).until(() -> isTombstoned("late"));
      assertThat(rebuilt.failure()).isNull();
    }
  }

  /** It was confirmed, and the user's next click brought the whole history back. */
  @Test
  void aUsersDeletionThatNobodyDidBeforeTheStateWasLostIsDone() throws Exception {
    byte[] history =
        UserHistory.newBuilder()
            .setDomain("toys")
            .setUser("ann")
            .setSeq(3)
            .addEntries(HistoryEntry.newBuilder().setItem("train").setEventTimeMs(1_000))
            .build()
            .toByteArray();
    harness.send(harness.kafka.topics().userHistories(), "toys/ann", history);
    harness.delete(new Deletion("toys", Deletion.Kind.USER, "ann", "support", 1));
    byte[] key = IngestHarness.utf8("toys/ann");
    String published = harness.kafka.topics().userHistories();
    try (IngestService rebuilt = harness.started(stateDir)) {
      await().atMost(SOON).until(() -> isGone(published, key));
      assertThat(rebuilt.failure()).isNull();
    }
  }

  private boolean isGone(String topic, byte[] key) {
    int partition = new HomePartition(IngestHarness.PARTITIONS).of(key);
    return harness.last(topic, partition, key).value() == null;
  }

  /** Its records elsewhere stayed for good: nobody remembered them. */
  @Test
  void anItemThatStandsInAnotherClientsPartitionIsSweptAfterTheStateWasLost() throws Exception {
    String catalog = harness.kafka.topics().catalog();
    byte[] key = IngestHarness.utf8(item("stray").key());
    int home = new HomePartition(IngestHarness.PARTITIONS).of(key);
    int elsewhere = (home + 1) % IngestHarness.PARTITIONS;
    try (IngestService first = harness.started(stateDir)) {
      harness.send(new ProducerRecord<>(catalog, elsewhere, key, item("stray").toJson()));
      await().atMost(SOON).until(() -> last("stray").getAcceptedMs() > 0);
      assertThat(first.failure()).isNull();
    }
    Utils.delete(stateDir.toFile());
    harness.deleteInternalTopics();
    try (IngestService rebuilt = harness.started(stateDir)) {
      harness.send(new ProducerRecord<>(catalog, home, key, null));
      await().atMost(SOON).until(() -> harness.last(catalog, elsewhere, key).value() == null);
      assertThat(rebuilt.failure()).isNull();
    }
  }

  /**
   * Found by the fault matrix: an ingest that had filled its stores was killed and lost them, and
   * nobody saw a click for a quarter of an hour.
   */
  @Test
  void whatAnInstanceLeftOpenThatIsGoneIsEnded() throws Exception {
    String left =
        IngestConfig.of(stateDir, Set.of("toys")).applicationId() + "-" + UUID.randomUUID() + "-1";
    Properties settings = harness.kafka.producer();
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, left);
    settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 900_000);
    try (KafkaProducer<byte[], byte[]> gone =
            new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        IngestService here = harness.started(stateDir)) {
      gone.initTransactions();
      gone.beginTransaction();
      String accepted = harness.kafka.topics().acceptedItems();
      for (int partition = 0; partition < IngestHarness.PARTITIONS; partition++) {
        byte[] key = IngestHarness.utf8("toys/half");
        var unused = gone.send(new ProducerRecord<>(accepted, partition, key, new byte[0]));
      }
      gone.flush();
      harness.publish(item("waits"));
      await().atMost(SOON).until(() -> last("waits").getAcceptedMs() > 0);
      assertThat(here.failure()).isNull();
      assertThatThrownBy(gone::commitTransaction).isInstanceOf(KafkaException.class);
    }
  }

  /** It took ten seconds at most, was fenced, wiped, and began again. */
  @Test
  void fillingStoresHasTheTimeThatItNeedsAndNothingElseHas() throws Exception {
    IngestService first = harness.started(stateDir);
    harness.publish(item("some"));
    await().atMost(SOON).until(() -> last("some").getAcceptedMs() > 0);
    first.close();
    assertThat(harness.service(stateDir).seeds()).as("all is there").isFalse();
    try (IngestHarness empty = new IngestHarness()) {
      assertThat(empty.service(stateDir).seeds()).isTrue();
    }
    assertThat(timeoutMs(true)).isEqualTo(900_000);
    assertThat(timeoutMs(false)).isEqualTo(10_000);
  }

  private Object timeoutMs(boolean seeds) {
    IngestConfig config = IngestConfig.of(stateDir, Set.of("toys"));
    Properties settings =
        IngestSettings.of(
            config,
            harness.kafka,
            new IngestMetrics(new SimpleMeterRegistry(), config.domains()),
            seeds);
    return settings.get(StreamsConfig.producerPrefix("transaction.timeout.ms"));
  }
}
