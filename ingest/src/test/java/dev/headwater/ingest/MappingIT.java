package dev.headwater.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.headwater.configuration.ConfigFile;
import dev.headwater.events.DeadLetter;
import dev.headwater.events.Deletion;
import dev.headwater.events.kafka.KafkaUnavailableException;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.UserHistory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A platform's own topics through a real broker, the mapping, and ingest behind it. */
@Timeout(180)
class MappingIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Schema CLICK =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Click", "fields": [
                {"name": "id", "type": "string"}, {"name": "customer", "type": "long"},
                {"name": "sku", "type": "string"}, {"name": "action", "type": "string"},
                {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}}]}
              """);
  private static IngestHarness harness;
  private static HttpServer registry;
  private static volatile int registryStatus = 200;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws Exception {
    harness = new IngestHarness();
    try (Admin admin = Admin.create(harness.kafka.common())) {
      List<NewTopic> topics =
          List.of("web.clicks", "shop.public.products", "late.clicks", "old.clicks").stream()
              .map(name -> new NewTopic(name, Optional.of(2), Optional.empty()))
              .toList();
      admin.createTopics(topics).all().get(30, TimeUnit.SECONDS);
    }
    registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    registry.createContext(
        "/schemas/ids/7",
        exchange -> {
          byte[] body =
              ("{\"schema\": \"" + CLICK.toString().replace("\"", "\\\"") + "\"}").getBytes(UTF_8);
          exchange.sendResponseHeaders(registryStatus, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    registry.start();
  }

  @AfterAll
  static void stop() {
    registry.stop(0);
    harness.close();
  }

  private IngestService started(String mappings) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("headwater.conf"),
            "ingest { application-id = %s, registry.url = \"http://127.0.0.1:%d\", mappings = [%s] }"
                .formatted(
                    "ingest-" + System.nanoTime(), registry.getAddress().getPort(), mappings));
    IngestConfig.Settings settings =
        ConfigFile.read(file, Map.of()).section("ingest", IngestConfig.Settings.class);
    IngestService service =
        new IngestService(
            new IngestConfig("", folder.resolve("state"), IngestHarness.DOMAINS, settings),
            harness.kafka,
            meters,
            Clock.systemUTC());
    service.start();
    assertThat(service.awaitRunning(SOON)).isTrue();
    return service;
  }

  private static String clicks(String topic) {
    return """
        { topic = "%s", to = interactions, format = avro, domain = toys
          only { action = [VIEW, BUY] }
          fields { event_id = id, user = customer, item = sku, timestamp = at
                   type { path = action, values { VIEW = view, BUY = purchase } } } }
        """
        .formatted(topic);
  }

  private static byte[] click(String id, long customer, String sku, String action)
      throws IOException {
    GenericRecord click = new GenericData.Record(CLICK);
    click.put("id", id);
    click.put("customer", customer);
    click.put("sku", sku);
    click.put("action", action);
    click.put("at", 1_700_000_000_000_000L);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(ByteBuffer.allocate(5).put((byte) 0).putInt(7).array());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(CLICK).write(click, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  @Test
  void anAvroTopicAndADebeziumCatalogArriveAsIfThePlatformHadPublishedOurs() throws Exception {
    String products =
        """
        { topic = "shop.public.products", to = catalog, envelope = debezium, domain = toys
          fields { item = id, title = name } }
        """;
    try (IngestService service = started(clicks("web.clicks") + ", " + products)) {
      harness.send("web.clicks", "any", click("m1", 4711, "s1", "BUY"));
      harness.send("web.clicks", "any", click("m1", 4711, "s1", "BUY"));
      harness.send("web.clicks", "any", click("m2", 4711, "s1", "LOGIN"));
      harness.send("web.clicks", "any", click("m3", 4711, "s1", "VIEW"));
      harness.send("web.clicks", "k", new byte[] {0, 0, 0, 0, 7, 2});
      await().atMost(SOON).until(() -> histories("toys/4711").size() >= 2);
      UserHistory last =
          UserHistory.parseFrom(histories("toys/4711").get(histories("toys/4711").size() - 1));
      assertThat(last.getEntriesList()).hasSize(2);
      await().atMost(SOON).until(() -> service.counts().duplicates() >= 1);
      ConsumerRecord<byte[], byte[]> letter = letterOf("web.clicks");
      assertThat(letter.value()).isEqualTo(new byte[] {0, 0, 0, 0, 7, 2});
      assertThat(counter("dead_lettered", "web.clicks", "wrong_format")).isEqualTo(1);
      assertThat(
              meters.get("headwater.ingest.left_out").tag("topic", "web.clicks").counter().count())
          .isEqualTo(1);

      product("c", "null", "{\"id\": 12, \"name\": \"Train\"}");
      await().atMost(SOON).until(() -> !item("toys/12").isEmpty());
      assertThat(AcceptedItem.parseFrom(item("toys/12").get(0).value()).getTitle())
          .isEqualTo("Train");
      product("d", "{\"id\": 12}", "null");
      await().atMost(SOON).until(() -> item("toys/12").size() == 2);
      assertThat(item("toys/12").get(1).value()).isNull();
    }
  }

  /** Brokers take out of {@code interactions} what is older than a week, read or not. */
  @Test
  void anOldRecordIsKeptUntilItIsRead() throws Exception {
    long weekAgo = System.currentTimeMillis() - Duration.ofDays(8).toMillis();
    try (IngestService service = started(clicks("old.clicks"))) {
      byte[] value = click("o1", 4242, "s1", "VIEW");
      harness.send(new ProducerRecord<>("old.clicks", null, weekAgo, "k".getBytes(UTF_8), value));
      await().atMost(SOON).until(() -> !histories("toys/4242").isEmpty());
      byte[] key = "toys/4242".getBytes(UTF_8);
      int partition = new HomePartition(IngestHarness.PARTITIONS).of(key);
      assertThat(harness.last(harness.kafka.topics().interactions(), partition, key).timestamp())
          .isGreaterThan(weekAgo + Duration.ofDays(7).toMillis());
      assertThat(service.failure()).isNull();
    }
  }

  private static void product(String op, String before, String after) throws Exception {
    String change = "{\"before\": %s, \"after\": %s, \"op\": \"%s\"}".formatted(before, after, op);
    harness.send("shop.public.products", "{\"id\": 12}", change.getBytes(UTF_8));
  }

  @Test
  void aRegistryThatIsAwayHoldsTheMappingUpAndLosesNothing() throws Exception {
    registryStatus = 503;
    try (IngestService service = started(clicks("late.clicks"))) {
      harness.send("late.clicks", "any", click("l1", 99, "s1", "VIEW"));
      await()
          .atMost(SOON)
          .until(() -> meters.get("headwater.ingest.mapping_lag_seconds").gauge().value() > 0);
      registryStatus = 200;
      await().atMost(SOON).until(() -> !histories("toys/99").isEmpty());
      assertThat(service.failure()).isNull();
    } finally {
      registryStatus = 200;
    }
  }

  @Test
  void aTopicThatIsNotThereIsToldAtTheStart() {
    assertThatThrownBy(() -> started(clicks("no.such.topic")))
        .isInstanceOf(KafkaUnavailableException.class)
        .hasMessageContaining("no.such.topic");
  }

  /** In Avro no quoted text names the user. */
  @Test
  void theDeadLettersOfADeletedUserGo() throws Exception {
    try (IngestService service = started(clicks("old.clicks"))) {
      var place = harness.send("old.clicks", "k", click("bad", 815, "", "VIEW"));
      String letter = "old.clicks/" + place.partition() + "/" + place.offset();
      await().atMost(SOON).until(() -> letters(letter).size() == 1);
      assertThat(DeadLetter.subject(letters(letter).get(0).headers())).isEqualTo("toys/815");
      harness.delete(
          new Deletion("toys", Deletion.Kind.USER, "815", "test", System.currentTimeMillis()));
      await().atMost(SOON).until(() -> letters(letter).size() == 2);
      assertThat(letters(letter).get(1).value()).isNull();
      assertThat(service.failure()).isNull();
    }
  }

  private double counter(String name, String topic, String reason) {
    return meters
        .get("headwater.ingest." + name)
        .tag("topic", topic)
        .tag("reason", reason)
        .counter()
        .count();
  }

  private static List<byte[]> histories(String key) {
    return harness.histories.stream()
        .filter(record -> new String(record.key(), UTF_8).equals(key))
        .map(ConsumerRecord::value)
        .toList();
  }

  private static List<ConsumerRecord<byte[], byte[]>> item(String key) {
    return harness.items.stream()
        .filter(record -> new String(record.key(), UTF_8).equals(key))
        .toList();
  }

  private static List<ConsumerRecord<byte[], byte[]>> letters(String key) {
    return harness.deadLetters.stream()
        .filter(record -> new String(record.key(), UTF_8).equals(key))
        .toList();
  }

  private static ConsumerRecord<byte[], byte[]> letterOf(String topic) {
    await()
        .atMost(SOON)
        .until(
            () ->
                harness.deadLetters.stream()
                    .anyMatch(record -> new String(record.key(), UTF_8).startsWith(topic + "/")));
    return harness.deadLetters.stream()
        .filter(record -> new String(record.key(), UTF_8).startsWith(topic + "/"))
        .findFirst()
        .orElseThrow();
  }
}
