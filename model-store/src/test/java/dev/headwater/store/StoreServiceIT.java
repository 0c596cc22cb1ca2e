package dev.headwater.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.client.answers.RolledBack;
import dev.headwater.events.Deletion;
import dev.headwater.events.Keys;
import dev.headwater.events.Vectors;
import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.events.announce.AnnouncementWatcher;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.KafkaUnavailableException;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.RowVersion;
import dev.headwater.store.cycle.TableValidator;
import dev.headwater.store.cycle.Validation;
import dev.headwater.store.cycle.Validators;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.StoredRow;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.VersionStatus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreServiceIT {
  private static final TableId TOYS = new TableId("toys", "b1");

  @TempDir Path directory;
  private EmbeddedBroker broker;
  private KafkaSettings kafka;
  private KafkaProducer<byte[], byte[]> producer;
  private final AtomicBoolean veto = new AtomicBoolean();
  private final AtomicBoolean broken = new AtomicBoolean();

  /** One that can break a cycle, whose rows it gives their time. */
  private final Clock clock =
      new Clock() {
        @Override
        public ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          return this;
        }

        @Override
        public Instant instant() {
          if (broken.get()) {
            throw new StackOverflowError("of a test");
          }
          return Instant.now();
        }
      };

  private final Map<String, AnnouncedState> announced = new ConcurrentHashMap<>();
  private AnnouncementWatcher watcher;
  private StoreService service;

  @BeforeEach
  void start() throws Exception {
    broker = EmbeddedBroker.start();
    kafka = KafkaSettings.of(broker.bootstrap());
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      admin.create(2);
    }
    producer =
        new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
    watcher =
        new AnnouncementWatcher(
                "test-watcher", kafka, state -> announced.put(state.domain(), state))
            .start();
    service = open("one");
  }

  private StoreService open(String name) throws InterruptedException {
    List<TableValidator> validators = new ArrayList<>(Validators.standard());
    validators.add(
        new TableValidator() {
          @Override
          public String name() {
            return "switch";
          }

          @Override
          public Validation validate(dev.headwater.store.cycle.Candidate candidate) {
            return veto.get() ? Validation.veto("switched off") : Validation.pass("on");
          }
        });
    StoreConfig config = StoreConfig.defaults(directory.resolve(name));
    return StoreService.start(
        kafka,
        config.withCycle(config.cycle().withSealInterval(Duration.ofMillis(200))),
        new SimpleMeterRegistry(),
        clock,
        validators);
  }

  @AfterEach
  void stop() {
    service.close();
    watcher.close();
    producer.close();
    broker.close();
  }

  private static EmbeddingRow row(
      EmbeddingRow.Origin origin, String item, long generation, long step, float value) {
    return EmbeddingRow.newBuilder()
        .setDomain("toys")
        .setModel("b1")
        .setItem(item)
        .setIncarnation(1)
        .setOrigin(origin)
        .setVersion(RowVersion.newBuilder().setGeneration(generation).setEpoch(1).setStep(step))
        .setVector(Vectors.fp32(new float[] {value, 1}))
        .build();
  }

  private void send(String topic, EmbeddingRow row) throws Exception {
    byte[] key = Keys.of("toys", "b1", row.getItem()).getBytes(StandardCharsets.UTF_8);
    producer.send(new ProducerRecord<>(topic, key, row.toByteArray())).get();
  }

  private void cold(String item, float value) throws Exception {
    send(kafka.topics().coldStartRows(), row(EmbeddingRow.Origin.COLD_START, item, 0, 0, value));
  }

  private void tuned(String item, long generation, long step, float value) throws Exception {
    send(
        kafka.topics().fineTunedRows(),
        row(EmbeddingRow.Origin.FINE_TUNED, item, generation, step, value));
  }

  private @Nullable Float stored(String item) {
    StoredRow row = service.engine().store().get(TOYS, item);
    return row == null ? null : row.vector()[0];
  }

  private void awaitStored(String item, float value) {
    await().atMost(Duration.ofSeconds(20)).until(() -> Objects.equals(stored(item), value));
  }

  private AnnouncedState awaitVersionAfter(long version) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              AnnouncedState state = announced.get("toys");
              return state != null && state.announcedVersion() > version;
            });
    return state();
  }

  private AnnouncedState state() {
    return Objects.requireNonNull(announced.get("toys"));
  }

  @Test
  void rowsOfBothTopicsAreSealedAndAnnouncedOnceTheModelIs() throws Exception {
    cold("a", 1);
    cold("b", 2);
    tuned("b", 0, 1, 3);
    awaitStored("a", 1);
    awaitStored("b", 3);
    service.engine().announceModel("toys", "b1", "an engineer");
    // The version that is announced first may have been sealed before the last of these rows came.
    long checksum = service.engine().store().state(TOYS).checksum();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> announced.get("toys") != null && state().checksum() == checksum);
    AnnouncedState state = state();
    assertThat(state.modelVersion()).isEqualTo("b1");
    assertThat(state.rows()).isEqualTo(2);

    producer
        .send(
            new ProducerRecord<>(
                kafka.topics().coldStartRows(), "toys/b1/a".getBytes(StandardCharsets.UTF_8), null))
        .get();
    await().atMost(Duration.ofSeconds(20)).until(() -> stored("a") == null);
    assertThat(awaitVersionAfter(state.announcedVersion()).rows()).isEqualTo(1);
  }

  /** Nobody had asked it: a standby followed on, with the models that it knew then. */
  @Test
  void anAnnouncementWatcherThatEndedStopsTheNode() throws Exception {
    service.close();
    kafka =
        new KafkaSettings(kafka.bootstrap(), kafka.topics(), Map.of("metadata.max.age.ms", "500"));
    service = open("one");
    assertThat(service.stopped()).isNull();
    try (Admin admin = Admin.create(kafka.common())) {
      admin
          .createPartitions(
              Map.of(kafka.topics().presentAnnouncements(), NewPartitions.increaseTo(9)))
          .all()
          .get(20, TimeUnit.SECONDS);
    }
    await().atMost(Duration.ofSeconds(60)).until(() -> service.stopped() != null);
    assertThat(service.stopped()).hasMessageContaining("now has 9 partitions");
    assertThat(service.failure()).isEqualTo(service.stopped());
  }

  /**
   * The scheduler kept it to itself: nothing was sealed any more, and the store said it was well.
   */
  @Test
  void anErrorInACycleStopsTheNode() throws Exception {
    service.engine().announceModel("toys", "b1", "an engineer");
    broken.set(true);
    cold("a", 1);
    await().atMost(Duration.ofSeconds(60)).until(() -> service.stopped() != null);
    assertThat(service.stopped()).hasMessageContaining("of a test");
    assertThat(service.failure()).isEqualTo(service.stopped());
  }

  @Test
  void restartGoesOnWhereItWrote() throws Exception {
    service.engine().announceModel("toys", "b1", "an engineer");
    for (int i = 0; i < 300; i++) {
      cold("i" + i, 1 + i / 1000f);
    }
    awaitStored("i299", 1.299f);
    AnnouncedState before = awaitVersionAfter(0);
    service.close();
    tuned("i5", 0, 1, 1.5f);
    cold("new", 1.7f);
    service = open("one");
    awaitStored("i5", 1.5f);
    awaitStored("new", 1.7f);
    assertThat(service.engine().store().state(TOYS).rows()).isEqualTo(301);
    AnnouncedState after = awaitVersionAfter(before.announcedVersion());
    SealedVersion sealed = service.engine().require(after.announcedVersion());
    assertThat(sealed.touched()).isLessThan(300);
    long checksum = service.engine().store().state(TOYS).checksum();

    service.close();
    service = open("another directory");
    awaitStored("new", 1.7f);
    awaitStored("i299", 1.299f);
    awaitStored("i5", 1.5f);
    assertThat(service.engine().store().state(TOYS).checksum()).isEqualTo(checksum);
  }

  @Test
  void rollbackTakesRowsBackAndDropsWhatComesLate() throws Exception {
    service.engine().announceModel("toys", "b1", "an engineer");
    cold("a", 1);
    cold("b", 2);
    cold("c", 3);
    tuned("a", 0, 1, 1.5f);
    awaitStored("a", 1.5f);
    awaitStored("c", 3);
    service.runCycleNow();
    long good =
        service
            .engine()
            .store()
            .versions(TOYS)
            .get(service.engine().store().versions(TOYS).size() - 1)
            .version();
    tuned("a", 0, 2, 2.5f);
    tuned("b", 0, 2, 2.5f);
    awaitStored("a", 2.5f);
    awaitStored("b", 2.5f);
    service.runCycleNow();
    awaitVersionAfter(good);

    RolledBack done = service.engine().rollback(good, "quality fell", "an operator");
    assertThat(done.generation()).isEqualTo(1);
    assertThat(done.rows()).isEqualTo(2);
    assertThat(stored("a")).isEqualTo(1.5f);
    assertThat(stored("b")).isEqualTo(2);
    await().atMost(Duration.ofSeconds(20)).until(() -> state().generation() == 1);

    tuned("a", 0, 3, 2.7f); // a trainer that has not heard of it
    tuned("c", 0, 3, 2.7f);
    tuned("b", 1, 4, 4); // one that has
    awaitStored("b", 4);
    assertThat(stored("a")).isEqualTo(1.5f);
    assertThat(stored("c")).isEqualTo(3);
    assertThat(awaitVersionAfter(good).generation()).isEqualTo(1);
    long checksum = service.engine().store().state(TOYS).checksum();

    service.close();
    service = open("rebuilt from the topics");
    awaitStored("b", 4);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> service.engine().store().state(TOYS).checksum() == checksum);
  }

  @Test
  void vetoedVersionIsKeptAndSaidButNeverAnnounced() throws Exception {
    service.engine().announceModel("toys", "b1", "an engineer");
    cold("a", 1);
    AnnouncedState good = awaitVersionAfter(0);
    veto.set(true);
    tuned("a", 0, 1, 2);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                service.engine().store().versions(TOYS).stream()
                    .anyMatch(version -> version.status() == VersionStatus.REJECTED));
    assertThat(state().announcedVersion()).isEqualTo(good.announcedVersion());
    long rejected =
        service.engine().store().versions(TOYS).stream()
            .filter(version -> version.status() == VersionStatus.REJECTED)
            .findFirst()
            .orElseThrow()
            .version();
    assertThatThrownBy(() -> service.engine().pin(rejected, "try", "an operator"))
        .isInstanceOf(StoreException.class);
    veto.set(false);
    tuned("a", 0, 2, 3);
    assertThat(awaitVersionAfter(good.announcedVersion()).announcedVersion())
        .isGreaterThan(rejected);
  }

  @Test
  void pinHoldsTheAnnouncedVersionUntilUnpinned() throws Exception {
    service.engine().announceModel("toys", "b1", "an engineer");
    cold("a", 1);
    long pinned = awaitVersionAfter(0).announcedVersion();
    service.engine().pin(pinned, "a sale", "an operator");
    tuned("a", 0, 1, 2);
    awaitStored("a", 2);
    service.runCycleNow();
    await().atMost(Duration.ofSeconds(20)).until(() -> state().latestVersion() > pinned);
    assertThat(state().announcedVersion()).isEqualTo(pinned);
    service.engine().unpin("toys", "sale is over", "an operator");
    awaitVersionAfter(pinned);
  }

  @Test
  void olderPrimaryCanNoLongerAnnounce() throws Exception {
    cold("a", 1);
    awaitStored("a", 1);
    try (StoreService newer = open("two")) {
      newer.engine().announceModel("toys", "b1", "an engineer");
      assertThatThrownBy(() -> service.engine().announceModel("toys", "b2", "an engineer"))
          .isInstanceOfSatisfying(
              StoreException.class,
              e -> assertThat(e.code()).isEqualTo(StoreException.Code.NOT_PRIMARY));
      awaitVersionAfter(0);
      assertThat(state().modelVersion()).isEqualTo("b1");
    }
  }

  @Test
  void aDeletionOnItsTopicIsDoneAndReceipted() throws Exception {
    service.engine().announceModel("toys", "b1", "flat", "an engineer");
    cold("a/1", 1);
    cold("b", 2);
    long before = awaitVersionAfter(0).announcedVersion();
    awaitStored("a/1", 1);
    awaitStored("b", 2);
    byte[] value = new Deletion("toys", Deletion.Kind.ITEM, "a/1", "ann", 1).toJson();
    // The second is about another item than its key says: ingest refuses it, and so does the store.
    for (String key : List.of("no slash", "toys/item/b", "toys/item/a/1")) {
      producer
          .send(
              new ProducerRecord<>(
                  kafka.topics().deletions(), key.getBytes(StandardCharsets.UTF_8), value))
          .get();
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> stored("a/1") == null);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> state().announcedVersion() > before && state().rows() == 1);
    assertThat(state().checksum()).isEqualTo(service.engine().store().state(TOYS).checksum());
    assertThat(state().indexParameters()).isEqualTo("flat");
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> service.engine().store().offsets().getOrDefault("deletions/0", 0L) == 3);
    Map<String, String> receipts = new ConcurrentHashMap<>();
    try (TopicFollower follower =
        new TopicFollower(
            "test-receipts",
            kafka,
            List.of(kafka.topics().deletionReceipts()),
            record ->
                receipts.put(
                    new String(record.key(), StandardCharsets.UTF_8),
                    new String(record.value(), StandardCharsets.UTF_8)))) {
      follower.start();
      await().atMost(Duration.ofSeconds(20)).until(() -> !receipts.isEmpty());
    }
    assertThat(receipts).containsOnlyKeys("model-store/toys/item/a/1");
    assertThat(receipts.get("model-store/toys/item/a/1"))
        .contains("\"requested_by\":\"ann\"", "\"absent_ms\"", "\"erased_ms\"");
  }

  @Test
  void missingBrokerIsSaidWithinTenSeconds() {
    long start = System.nanoTime();
    assertThatThrownBy(
            () ->
                StoreService.start(
                    KafkaSettings.of("127.0.0.1:1"),
                    StoreConfig.defaults(directory.resolve("none")),
                    new SimpleMeterRegistry(),
                    Clock.systemUTC()))
        .isInstanceOf(KafkaUnavailableException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
  }
}
