package dev.headwater.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.broker.FreePorts;
import dev.headwater.client.answers.RolledBack;
import dev.headwater.events.Deletion;
import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.store.admin.StandbyConfig;
import dev.headwater.store.admin.StoreCall;
import dev.headwater.store.admin.StoreClient;
import dev.headwater.store.admin.StoreRole;
import dev.headwater.store.inspect.Verification;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.VersionStatus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A standby beside its primary: the same versions, and what people decided goes on to hold. */
class FollowingIT {
  private static final TableId TOYS = new TableId(RowLoad.DOMAIN, RowLoad.MODEL);
  private static final TableId NEXT = new TableId(RowLoad.DOMAIN, "b2");

  private static final Duration SOON = Duration.ofSeconds(2);

  /** On a machine that is far too busy a primary that is well may be silent for seconds. */
  private static final Duration LATE = Duration.ofSeconds(10);

  private static final int PROVEN = 3;

  @TempDir Path directory;
  private EmbeddedBroker broker;
  private KafkaSettings kafka;
  private int firstPort;
  private int secondPort;
  private StoreService first;
  private StoreService second;
  private RowLoad load;

  @BeforeEach
  void start() throws Exception {
    broker = EmbeddedBroker.start();
    kafka = KafkaSettings.of(broker.bootstrap());
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      admin.create(2);
    }
    firstPort = FreePorts.next();
    secondPort = FreePorts.next();
    load = new RowLoad(kafka);
    first = open("first", firstPort, secondPort, SOON, Clock.systemUTC());
    soon("one of two takes over where there is none", () -> first.role() == StoreRole.PRIMARY);
    first.engine().announceModel(RowLoad.DOMAIN, RowLoad.MODEL, "an engineer");
    second = open("second", secondPort, firstPort, LATE, Clock.systemUTC());
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable part : new AutoCloseable[] {load, second, first, broker}) {
      if (part != null) {
        part.close();
      }
    }
  }

  private StoreService open(String name, int port, int peer, Duration takeOverAfter, Clock clock)
      throws InterruptedException {
    StoreConfig config = StoreConfig.defaults(directory.resolve(name)).withAdminPort(port);
    URI other = URI.create("http://127.0.0.1:" + peer);
    return StoreService.start(
        kafka,
        config
            .withCycle(config.cycle().withSealInterval(Duration.ofMillis(500)))
            .withStandby(new StandbyConfig(other, takeOverAfter, null)),
        new SimpleMeterRegistry(),
        clock);
  }

  private static void soon(String what, BooleanSupplier done) {
    await(what).atMost(Duration.ofMinutes(5)).until(done::getAsBoolean);
  }

  private static AnnouncedState state(StoreService of) {
    return Objects.requireNonNull(of.engine().book().state(RowLoad.DOMAIN));
  }

  private static long newest(StoreService of) {
    return newest(of, TOYS);
  }

  private static long newest(StoreService of, TableId table) {
    return of.engine().store().versions(table).stream()
        .mapToLong(SealedVersion::version)
        .max()
        .orElse(0);
  }

  private void learn(int versions) {
    long from = newest(first);
    soon("versions of the primary", () -> newest(first) > from + versions);
  }

  private static @Nullable SealedVersion find(StoreService of, long version) {
    return of.engine().store().versions(TOYS).stream()
        .filter(each -> each.version() == version)
        .findFirst()
        .orElse(null);
  }

  /** Every version of the primary from one on stands in the standby, the newest row by row. */
  private void assertSame(long from) {
    long to = newest(first);
    soon("the standby to come so far", () -> newest(second) >= to);
    for (SealedVersion version : first.engine().store().versions(TOYS)) {
      if (version.version() < from || version.version() > to) {
        continue;
      }
      await(version + " in the standby")
          .atMost(Duration.ofMinutes(3))
          .untilAsserted(
              () ->
                  assertThat(find(second, version.version()))
                      .isNotNull()
                      .isEqualTo(find(first, version.version())));
      if (version.version() > to - PROVEN) {
        SealedVersion here = Objects.requireNonNull(find(second, version.version()));
        Verification proof = Verification.of(second.engine().store(), here);
        assertThat(proof.ok()).as("%s", proof).isTrue();
      }
    }
  }

  @Test
  void whatStandsInThePrimaryStandsInTheStandbyAndGoesOnToStandWhenItTakesOver() throws Exception {
    learn(2);
    soon("the standby's first version", () -> newest(second) > 0);
    long from = newest(second);
    assertThat(second.role()).isEqualTo(StoreRole.STANDBY);
    assertThatThrownBy(() -> second.engine().pin(from, "why", "sre"))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.code()).isEqualTo(StoreException.Code.NOT_PRIMARY));
    learn(3);
    assertSame(from);

    long good = state(first).announcedVersion();
    learn(2);
    RolledBack back = first.engine().rollback(good, "learned badly", "sre");
    learn(3); // of rows that come late, and are taken back one by one
    load.generation(back.generation());
    learn(2);
    assertSame(from);
    assertThat(Objects.requireNonNull(find(second, good)).status())
        .isEqualTo(VersionStatus.ANNOUNCED);

    var unused = first.engine().delete(RowLoad.DOMAIN, "i7", 0, "a person", () -> {});
    soon("out of the standby", () -> second.engine().store().get(TOYS, "i7") == null);
    learn(2);
    assertSame(from);
    long pinned = state(first).announcedVersion();
    first.engine().pin(pinned, "hold it", "sre");
    learn(1);
    assertSame(from);

    long before = state(first).latestVersion();
    first.close();
    soon("the standby to take over", () -> second.role() == StoreRole.PRIMARY);
    soon("a version of it", () -> state(second).latestVersion() > before);
    assertThat(state(second).pinned()).isTrue();
    assertThat(state(second).announcedVersion()).isEqualTo(pinned);
    StoreClient client = new StoreClient(URI.create("http://127.0.0.1:" + secondPort));
    JsonNode health = client.call(new StoreCall("/v1/health", null));
    assertThat(health.path("role").asText()).isEqualTo("primary");
    assertThat(client.verify(pinned).path("ok").asBoolean()).isTrue();
    client.unpin(RowLoad.DOMAIN, "enough", "sre");
    assertThat(client.rollback(good, "once more", "sre").path("generation").asLong())
        .isEqualTo(back.generation() + 1);
    assertThat(second.engine().store().get(TOYS, "i7")).isNull();
  }

  /** Of requests that the journal does not tell any more, the topic of requests does. */
  @Test
  void whatWasDeletedLongBeforeAStandbyBeganIsNotInIt() throws Exception {
    byte[] value = new Deletion(RowLoad.DOMAIN, Deletion.Kind.ITEM, "i7", "ann", 1).toJson();
    byte[] key = (RowLoad.DOMAIN + "/item/i7").getBytes(StandardCharsets.UTF_8);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(kafka.topics().deletions(), key, value)).get();
    }
    String requests = kafka.topics().deletions() + "/0";
    soon("its receipt", () -> first.engine().store().offsets().containsKey(requests));
    second.close();
    Clock later = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(5));
    second = open("third", secondPort, firstPort, LATE, later);
    soon("the standby's first version", () -> newest(second) > 0);
    long from = newest(second);
    learn(2);
    assertSame(from);
    assertThat(second.engine().store().get(TOYS, "i7")).isNull();
    soon(
        "that it is out of the standby's files, too, is noted",
        () -> second.engine().store().offsets().containsKey(requests));
  }

  private static boolean isForgotten(StoreService of) {
    return of.engine().store().state(TOYS).rows() == 0
        && of.engine().store().versions(TOYS).isEmpty();
  }

  @Test
  void aRetiredBundleIsForgottenByBoth() throws Exception {
    learn(2);
    soon("the standby's first version", () -> newest(second) > 0);
    load.model(NEXT.model());
    soon("rows of the next bundle", () -> first.engine().store().state(NEXT).rows() == 500);
    first.engine().announceModel(RowLoad.DOMAIN, NEXT.model(), "an engineer");
    assertThat(first.engine().retire(RowLoad.DOMAIN, RowLoad.MODEL, "old", "an engineer"))
        .isEqualTo(500);
    soon("the primary to forget it", () -> isForgotten(first));
    soon("the standby to forget it", () -> isForgotten(second));
    long from = newest(first, NEXT);
    soon("the standby goes on with the next bundle", () -> newest(second, NEXT) > from);
    assertThat(second.role()).isEqualTo(StoreRole.STANDBY);
  }
}
