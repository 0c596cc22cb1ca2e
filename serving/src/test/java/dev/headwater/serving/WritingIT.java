package dev.headwater.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.client.HeadwaterClient;
import dev.headwater.client.HeadwaterException;
import dev.headwater.client.Wish;
import dev.headwater.client.answers.Place;
import dev.headwater.client.answers.Published;
import dev.headwater.client.answers.Recommendations;
import dev.headwater.events.Deletion;
import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.Keys;
import dev.headwater.events.PublicRecords;
import dev.headwater.events.Topics;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.UserHistory;
import dev.headwater.serving.config.ServingConfig;
import dev.headwater.serving.follow.ModelLoader;
import dev.headwater.serving.intake.TopicWriter;
import dev.headwater.serving.lag.HeartbeatConfig;
import dev.headwater.serving.state.Arm;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** What a node writes, and what it forgets: on a real broker, asked by the real client. */
@Timeout(120)
class WritingIT {
  private static final String SHOP = "shop";

  private static EmbeddedBroker broker;

  private KafkaSettings kafka;
  private Topics topics;
  private TopicWriter log;
  private ServingService node;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void start(TestInfo test) {
    topics = new Topics(test.getTestMethod().orElseThrow().getName() + ".");
    kafka = new KafkaSettings(broker.bootstrap(), topics, Map.of());
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      admin.create(2);
    }
    log = new TopicWriter(kafka);
    node = startNode(List.of());
    write(
        topics.announcements(),
        SHOP,
        Announcement.newBuilder()
            .setDomain(SHOP)
            .setModelVersion(Rows.MODEL)
            .setKind(Announcement.Kind.ANNOUNCED)
            .build()
            .toByteArray());
    cold(Rows.MODEL, "a", 1, 0);
    cold(Rows.MODEL, "b", 0.87f, 0.5f);
    cold(Rows.MODEL, "c", 0.5f, 0.87f);
    history("ann", "ev1", "a");
    soon().until(() -> items("ann").equals(List.of("b", "c")));
  }

  @AfterEach
  void stop() {
    node.close();
    log.close();
  }

  private ServingService startNode(List<Arm> arms) {
    return ServingService.start(
        ServingConfig.defaults(Path.of("unused"))
            .at("127.0.0.1", 0)
            .serving(Set.of(SHOP))
            .comparing(arms)
            .measuring(HeartbeatConfig.DEFAULT.every(Duration.ZERO)), // topics hold what is written
        kafka,
        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
        model -> new ModelLoader.LoadedModel(new MeanEncoder(2, 50), "text"),
        Clock.systemUTC(),
        new Random(1));
  }

  private static ConditionFactory soon() {
    return await()
        .ignoreException(HeadwaterException.class)
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20));
  }

  private Place write(String topic, String key, byte @Nullable [] value) {
    return Sending.send(log, topic, key, value);
  }

  private void cold(String model, String item, float... vector) {
    EmbeddingRow row = Rows.cold(SHOP, item, 1, vector).toBuilder().setModel(model).build();
    write(topics.coldStartRows(), Keys.of(SHOP, model, item), row.toByteArray());
  }

  private void history(String user, String eventId, String item) {
    history(user, eventId, item, 0);
  }

  private void history(String user, String eventId, String item, long deletedMs) {
    write(
        topics.userHistories(),
        Keys.of(SHOP, user),
        UserHistory.newBuilder()
            .setDomain(SHOP)
            .setUser(user)
            .setSeq(1)
            .setCause(UserHistory.Cause.EVENT)
            .setEventId(eventId)
            .addEntries(HistoryEntry.newBuilder().setItem(item))
            .setDeletedMs(deletedMs)
            .build()
            .toByteArray());
  }

  private HeadwaterClient client() {
    return HeadwaterClient.of(URI.create("http://127.0.0.1:" + node.port()), SHOP);
  }

  private List<String> items(String user) {
    return client().forUser(user, Wish.of(10)).items().stream()
        .map(Recommendations.Item::item)
        .toList();
  }

  private int post(String path, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.port() + path))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  private List<ConsumerRecord<byte[], byte[]>> records(String topic) throws Exception {
    List<ConsumerRecord<byte[], byte[]>> all = new CopyOnWriteArrayList<>();
    try (TopicFollower follower =
        new TopicFollower("reader", kafka, List.of(topic), all::add).start()) {
      assertThat(follower.awaitCaughtUp(Duration.ofSeconds(10))).isTrue();
    }
    return all;
  }

  @Test
  void publishesEventsAndItemsAsTheyWouldComeFromKafka() throws Exception {
    Interaction click = Interaction.click("e1", SHOP, "ann", "b", 1_000);
    Place place = client().publish(click);
    assertThat(place.topic()).isEqualTo(topics.interactions());
    CatalogItem item = CatalogItem.of(SHOP, "z", "A title", "", List.of());
    client().publish(item);
    client().removeItem("y");
    ConsumerRecord<byte[], byte[]> event = records(topics.interactions()).get(0);
    assertThat(new String(event.key(), StandardCharsets.UTF_8)).isEqualTo("shop/ann");
    assertThat(event.offset()).isEqualTo(place.offset());
    assertThat(PublicRecords.parseInteraction(event.value(), 2_000)).isEqualTo(click);
    List<ConsumerRecord<byte[], byte[]>> catalog = records(topics.catalog());
    assertThat(catalog).hasSize(2);
    assertThat(catalog).anyMatch(each -> each.value() == null);
  }

  @Test
  void takesWhatIsGoodOfSeveralAndSaysWhyNotOfTheRest() throws Exception {
    Published published =
        client()
            .publish(
                List.of(
                    Interaction.click("e1", SHOP, "ann", "b", 1_000),
                    Interaction.click("e2", "other", "ann", "b", 1_000)));
    assertThat(published.accepted()).isEqualTo(1);
    assertThat(published.records().get(1).code()).isEqualTo("key_mismatch");
    assertThat(records(topics.interactions())).hasSize(1);
    assertThat(post("/v1/domains/shop/events", "{\"event_id\":\"e\"}")).isEqualTo(400);
    assertThat(post("/v1/domains/nowhere/events", "{}")).isEqualTo(404);
    assertThatThrownBy(
            () -> client().publish(Interaction.click("e3", SHOP, "ann", "b", Long.MAX_VALUE / 2)))
        .hasMessageContaining("timestamp_in_future");
    assertThatThrownBy(
            () ->
                client()
                    .publish(
                        Interaction.click(
                            "e4", SHOP, "ann", "b", System.currentTimeMillis() + 360_000)))
        .as("a clock six minutes ahead, which ingest would refuse later")
        .hasMessageContaining("timestamp_in_future");
  }

  @Test
  void aDeniedItemIsGoneAtOnceEverywhereAndAfterARestart() throws Exception {
    ServingService first = node;
    node = startNode(List.of());
    soon().until(() -> items("ann").equals(List.of("b", "c")));
    String body = "{\"items\":[\"b\",\"unborn\"],\"why\":\"recall\",\"who\":\"ops\"}";
    assertThat(post("/v1/domains/shop/deny", body)).isEqualTo(200);
    assertThat(items("ann")).containsExactly("c");
    assertThat(client().status("b").state()).isEqualTo("denied");
    assertThat(client().similar("a", Wish.of(10)).items()).hasSize(1);
    node.close();
    node = first;
    soon().until(() -> items("ann").equals(List.of("c")));
    node.close();
    node = startNode(List.of());
    soon().until(() -> node.readiness().ready());
    assertThat(items("ann")).containsExactly("c");
    assertThat(post("/v1/domains/shop/allow", body)).isEqualTo(200);
    assertThat(items("ann")).containsExactly("b", "c");
  }

  @Test
  void aUserWhomIngestDeletedIsUnknownAndAReceiptSaysSo() throws Exception {
    DeletionReceipt done = receipt(Deletion.Kind.USER, "ann");
    Properties properties = kafka.producer();
    properties.put("transactional.id", topics.userHistories()); // as ingest writes
    ByteArraySerializer bytes = new ByteArraySerializer();
    try (KafkaProducer<byte[], byte[]> ingest = new KafkaProducer<>(properties, bytes, bytes)) {
      ingest.initTransactions();
      ingest.beginTransaction();
      var history = record(topics.userHistories(), Keys.of(SHOP, "ann"), null);
      var receipt = record(topics.deletionReceipts(), done.key(), done.toJson());
      List.of(ingest.send(receipt), ingest.send(history))
          .forEach(sent -> assertThat(sent).isNotNull());
      ingest.commitTransaction();
    }
    soon().until(() -> receipts().contains("serving/shop/user/ann"));
    assertThat(client().forUser("ann", Wish.of(3)).fallback()).isEqualTo("popularity");
    history("ann", "ev2", "b", System.currentTimeMillis());
    soon().until(() -> items("ann").equals(List.of("c", "a")) || items("ann").get(0).equals("a"));
  }

  /** A request came while a node was away, and the last process had confirmed another. */
  @Test
  void aNodeThatStartsConfirmsWhatItHasNotConfirmed() throws Exception {
    ingestConfirms(Deletion.Kind.USER, "ben");
    soon().until(() -> receipts().contains("serving/shop/user/ben"));
    node.close();
    ingestConfirms(Deletion.Kind.USER, "ann");
    assertThat(receipts()).doesNotContain("serving/shop/user/ann");
    node = startNode(List.of());
    soon().until(() -> receipts().contains("serving/shop/user/ann"));
    assertThat(receipts()).containsOnlyOnce("serving/shop/user/ben");
  }

  @Test
  void aDeletedItemHasItsReceiptWhenItsRowIsGone() throws Exception {
    soon().until(() -> node.readiness().ready());
    assertThat(node.readiness().stalenessSeconds()).isLessThan(20);
    write(topics.acceptedItems(), Keys.of(SHOP, "b"), null);
    write(topics.acceptedItems(), Keys.of(SHOP, "never-seen"), null);
    ingestConfirms(Deletion.Kind.ITEM, "b");
    ingestConfirms(Deletion.Kind.ITEM, "never-seen");
    soon().until(() -> receipts().contains("serving/shop/item/never-seen"));
    assertThat(receipts()).doesNotContain("serving/shop/item/b");
    write(topics.coldStartRows(), Keys.of(SHOP, Rows.MODEL, "b"), null);
    soon().until(() -> receipts().contains("serving/shop/item/b"));
    assertThat(items("ann")).containsExactly("c");
  }

  private static ProducerRecord<byte[], byte[]> record(
      String topic, String key, byte @Nullable [] value) {
    return new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value);
  }

  private static DeletionReceipt receipt(Deletion.Kind kind, String id) {
    long nowMs = System.currentTimeMillis();
    return new DeletionReceipt(DeletionReceipt.INGEST, SHOP, kind, id, nowMs, nowMs);
  }

  private void ingestConfirms(Deletion.Kind kind, String id) {
    DeletionReceipt receipt = receipt(kind, id);
    write(topics.deletionReceipts(), receipt.key(), receipt.toJson());
  }

  private List<String> receipts() throws Exception {
    return records(topics.deletionReceipts()).stream()
        .map(receipt -> new String(receipt.key(), StandardCharsets.UTF_8))
        .map(key -> key.replaceFirst("^serving@[^/]+/", "serving/"))
        .toList();
  }

  @Test
  void everyUserIsInOneArmAndTheAnswerNamesIt() {
    for (String item : List.of("a", "b", "c")) {
      cold("other", item, item.equals("c") ? new float[] {2, 0} : new float[] {1, 0.1f});
    }
    node.close();
    node = startNode(List.of(new Arm("b", "other", 0.4)));
    soon().until(() -> node.readiness().ready());
    soon()
        .until(
            () ->
                java.util.stream.IntStream.range(0, 50)
                    .anyMatch(i -> "b".equals(armOf("user-" + i))));
    int inArm = 0;
    for (int i = 0; i < 500; i++) {
      Recommendations answer = client().forUser("user-" + i, Wish.of(3));
      boolean own = "b".equals(answer.arm());
      assertThat(answer.versions().model()).isEqualTo(own ? "other" : Rows.MODEL);
      assertThat(answer.arm()).isEqualTo(own ? "b" : Arm.REST);
      inArm += own ? 1 : 0;
    }
    assertThat(inArm / 500.0).isBetween(0.33, 0.47);
  }

  private @Nullable String armOf(String user) {
    return client().forUser(user, Wish.of(3)).arm();
  }

  @Test
  void aRollbackIsVisibleOnTwoNodesWithinTwoSeconds() {
    EmbeddingRow learned =
        Rows.tuned(SHOP, "c", 1, 3, 1, 0.1f).toBuilder().setModel(Rows.MODEL).build();
    write(topics.fineTunedRows(), Keys.of(SHOP, Rows.MODEL, "c"), learned.toByteArray());
    soon().until(() -> items("ann").equals(List.of("c", "b")));
    EmbeddingRow back =
        learned.toBuilder()
            .setVersion(learned.getVersion().toBuilder().setGeneration(1))
            .setOrigin(EmbeddingRow.Origin.ROLLBACK)
            .clearVector()
            .build();
    write(topics.rollbackRows(), Keys.of(SHOP, Rows.MODEL, "c"), back.toByteArray());
    await()
        .atMost(Duration.ofSeconds(2))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> items("ann").equals(List.of("b", "c")));
  }
}
