package dev.headwater.launcher.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.events.Keys;
import dev.headwater.events.Vectors;
import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.RowVersion;
import dev.headwater.events.wire.UserHistory;
import dev.headwater.ingest.IngestConfig;
import dev.headwater.ingest.IngestService;
import dev.headwater.store.StoreConfig;
import dev.headwater.store.StoreService;
import dev.headwater.store.inspect.Verification;
import dev.headwater.store.table.TableId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A part whose disk is full says so and stops; with room again it goes on and has lost nothing. */
class DiskFullIT {
  private static final Duration SOON = Duration.ofMinutes(3);
  private static final int SMALL_MIB = 12;
  private static final int LARGE_MIB = 256;
  private static final TableId TABLE = new TableId("toys", "b1");

  @TempDir Path directory;
  private EmbeddedBroker broker;
  private KafkaSettings kafka;
  private KafkaProducer<byte[], byte[]> producer;

  @BeforeEach
  void startBroker() {
    broker = EmbeddedBroker.start();
    kafka = KafkaSettings.of(broker.bootstrap());
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      admin.create(2);
    }
    producer =
        new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  @AfterEach
  void stopBroker() {
    producer.close(Duration.ofSeconds(5));
    broker.close();
  }

  @Test
  void theStoreSaysThatItsDiskIsFullAndGoesOnWithRoom() throws Exception {
    try (SmallDisk disk = SmallDisk.mounted(directory.resolve("store"), SMALL_MIB)) {
      int rows = 0;
      try (StoreService full = store(disk)) {
        full.engine().announceModel("toys", "b1", "an engineer");
        while (full.failure() == null && rows < 400_000) {
          sendRows(rows, rows + 5_000);
          rows += 5_000;
        }
        await().atMost(SOON).until(() -> full.failure() != null);
        assertThat(String.valueOf(full.failure())).contains("No space left on device");
      }
      disk.growTo(LARGE_MIB);
      int sent = rows;
      try (StoreService roomy = store(disk)) {
        await().atMost(SOON).until(() -> roomy.engine().store().state(TABLE).rows() == sent);
        assertThat(roomy.failure()).isNull();
        roomy.runCycleNow();
        await().atMost(SOON).until(() -> announced(roomy) > 0);
        Verification verified =
            Verification.of(roomy.engine().store(), roomy.engine().require(announced(roomy)));
        assertThat(verified.ok()).isTrue();
      }
    }
  }

  private static long announced(StoreService service) {
    AnnouncedState state = service.engine().book().state("toys");
    return state == null ? 0 : state.announcedVersion();
  }

  private StoreService store(SmallDisk disk) throws InterruptedException {
    StoreConfig defaults = StoreConfig.defaults(disk.directory());
    return StoreService.start(
        kafka,
        defaults.withCycle(defaults.cycle().withSealInterval(Duration.ofMillis(500))),
        new SimpleMeterRegistry(),
        Clock.systemUTC());
  }

  private void sendRows(int from, int to) {
    Random random = new Random(from);
    for (int i = from; i < to; i++) {
      float[] vector = new float[64];
      for (int k = 0; k < vector.length; k++) {
        vector[k] = random.nextFloat() + 0.1f;
      }
      EmbeddingRow row =
          EmbeddingRow.newBuilder()
              .setDomain("toys")
              .setModel("b1")
              .setItem("item-" + i)
              .setIncarnation(1)
              .setOrigin(EmbeddingRow.Origin.COLD_START)
              .setVersion(RowVersion.newBuilder().setEpoch(1))
              .setVector(Vectors.fp32(vector))
              .build();
      send(kafka.topics().coldStartRows(), Keys.of("toys", "b1", row.getItem()), row.toByteArray());
    }
    producer.flush();
  }

  private void send(String topic, String key, byte[] value) {
    var unused =
        producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value));
  }

  @Test
  void ingestSaysThatItsDiskIsFullAndGoesOnWithRoom() throws Exception {
    Map<String, Integer> appended = new ConcurrentHashMap<>();
    try (SmallDisk disk = SmallDisk.mounted(directory.resolve("ingest"), SMALL_MIB);
        TopicFollower histories =
            new TopicFollower(
                "histories",
                kafka,
                List.of(kafka.topics().userHistories()),
                record ->
                    appended.merge(
                        UserHistory.parseFrom(record.value()).getEventId(), 1, Integer::sum))) {
      histories.start();
      int clicks = 0;
      try (IngestService full = ingest(disk)) {
        full.start();
        while (full.failure() == null && clicks < 400_000) {
          sendClicks(clicks, clicks + 5_000);
          clicks += 5_000;
        }
        await().atMost(SOON).until(() -> full.failure() != null);
        assertThat(full.failure()).hasStackTraceContaining("No space left on device");
      }
      disk.growTo(LARGE_MIB);
      int sent = clicks;
      try (IngestService roomy = ingest(disk)) {
        roomy.start();
        await().atMost(SOON).until(() -> appended.size() == sent);
        assertThat(appended.values()).allMatch(times -> times == 1);
      }
    }
  }

  private IngestService ingest(SmallDisk disk) {
    return new IngestService(
        IngestConfig.of(disk.directory(), Set.of("toys")),
        kafka,
        new SimpleMeterRegistry(),
        Clock.systemUTC());
  }

  /** Long item names, so that a small disk is full soon. */
  private void sendClicks(int from, int to) {
    for (int i = from; i < to; i++) {
      String item = "item-" + i + "-" + new BigInteger(900, new Random(i)).toString(36);
      Interaction click = Interaction.click("e" + i, "toys", "u" + i, item, 1_700_000_000_000L + i);
      send(kafka.topics().interactions(), click.key(), click.toJson());
    }
    producer.flush();
  }
}
