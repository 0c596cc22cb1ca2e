package dev.headwater.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.events.DeadLetter;
import dev.headwater.events.Keys;
import dev.headwater.events.Topics;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.KafkaUnavailableException;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.UserHistory;
import dev.headwater.serving.config.ServingConfig;
import dev.headwater.serving.follow.ModelLoader;
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
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
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
import org.junit.jupiter.api.io.TempDir;

/** A whole node on a real broker, asked over HTTP. */
@Timeout(120)
class ServingIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final String SHOP = "shop";

  private static EmbeddedBroker broker;

  private KafkaSettings kafka;
  private Topics topics;
  private KafkaProducer<byte[], byte[]> producer;
  private PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
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
    kafka = new KafkaSettings(broker.bootstrap(), topics, java.util.Map.of());
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      admin.create(2);
    }
    Properties properties = kafka.producer();
    producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    node = startNode();
  }

  @AfterEach
  void stop() {
    node.close();
    producer.close(Duration.ofSeconds(2));
  }

  private ServingService startNode() {
    return startNode(config -> config);
  }

  private ServingService startNode(UnaryOperator<ServingConfig> change) {
    registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    return ServingService.start(
        change.apply(
            ServingConfig.defaults(Path.of("unused")).at("127.0.0.1", 0).serving(Set.of(SHOP))),
        kafka,
        registry,
        model -> new ModelLoader.LoadedModel(new MeanEncoder(2, 50), "text"),
        Clock.systemUTC(),
        new Random(1));
  }

  private void send(String topic, String key, byte @Nullable [] value) {
    send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value));
  }

  private void send(ProducerRecord<byte[], byte[]> record) {
    try {
      producer.send(record).get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void announce(String domain) {
    send(
        topics.announcements(),
        domain,
        Announcement.newBuilder()
            .setDomain(domain)
            .setModelVersion(Rows.MODEL)
            .setKind(Announcement.Kind.ANNOUNCED)
            .build()
            .toByteArray());
  }

  private void row(String topic, EmbeddingRow row) {
    send(topic, Keys.of(SHOP, Rows.MODEL, row.getItem()), row.toByteArray());
  }

  private void cold(String item, float... vector) {
    row(topics.coldStartRows(), Rows.cold(SHOP, item, 1, vector));
  }

  private void click(String user, String eventId, String... items) {
    UserHistory.Builder history =
        UserHistory.newBuilder()
            .setDomain(SHOP)
            .setUser(user)
            .setSeq(items.length)
            .setCause(UserHistory.Cause.EVENT)
            .setNewIndex(items.length - 1)
            .setEventId(eventId)
            .setEventTimeMs(7);
    for (String item : items) {
      history.addEntries(HistoryEntry.newBuilder().setItem(item));
    }
    send(topics.userHistories(), Keys.of(SHOP, user), history.build().toByteArray());
  }

  private JsonNode get(String path) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.port() + path)).build();
      return JSON.readTree(CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private JsonNode recommendations(String user) {
    return get("/v1/domains/shop/users/" + user + "/recommendations?count=10");
  }

  private static List<String> items(JsonNode answer) {
    return answer.path("items").findValuesAsText("item");
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(20));
  }

  private void shop() {
    announce(SHOP);
    cold("a", 1, 0);
    cold("b", 0.87f, 0.5f);
    cold("c", 0.5f, 0.87f);
    soon().until(() -> items(recommendations("nobody")).size() == 3);
  }

  @Test
  void failsClearlyWithinTenSecondsWithoutABroker() {
    long start = System.nanoTime();
    assertThatThrownBy(
            () ->
                ServingService.start(
                    ServingConfig.defaults(Path.of("unused")).at("127.0.0.1", 0),
                    KafkaSettings.of("127.0.0.1:1"),
                    new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)))
        .isInstanceOf(KafkaUnavailableException.class)
        .hasMessageContaining("127.0.0.1:1");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void aClickChangesTheAnswerAndTheAnswerNamesIt() {
    shop();
    assertThat(recommendations("ann").path("fallback").asText()).isEqualTo("popularity");
    click("ann", "ev1", "a");
    soon().until(() -> recommendations("ann").at("/based_on/event_id").asText().equals("ev1"));
    assertThat(items(recommendations("ann"))).containsExactly("b", "c");
    click("ann", "ev2", "a", "c");
    soon().until(() -> recommendations("ann").at("/based_on/event_id").asText().equals("ev2"));
    assertThat(items(recommendations("ann"))).containsExactly("b");
  }

  @Test
  void aRowThatLearnedAClickShowsInTheStatus() {
    shop();
    row(topics.fineTunedRows(), Rows.tuned(SHOP, "b", 1, 3, 1, 0.1f));
    soon()
        .until(
            () ->
                get("/v1/domains/shop/items/b/status")
                    .at("/row/newest_event_id")
                    .asText()
                    .equals("e3"));
  }

  @Test
  void aTombstoneRemovesTheItemFromEveryAnswer() {
    shop();
    click("ann", "ev1", "a");
    soon().until(() -> items(recommendations("ann")).equals(List.of("b", "c")));
    send(topics.coldStartRows(), Keys.of(SHOP, Rows.MODEL, "b"), null);
    soon().until(() -> items(recommendations("ann")).equals(List.of("c")));
    row(topics.fineTunedRows(), Rows.tuned(SHOP, "b", 1, 9, 1, 0));
    cold("z", 0, 1);
    soon().until(() -> items(recommendations("ann")).contains("z"));
    assertThat(items(recommendations("ann"))).doesNotContain("b");
    assertThat(items(recommendations("nobody"))).doesNotContain("b");
    assertThat(items(get("/v1/domains/shop/items/a/similar"))).doesNotContain("b");
    assertThat(get("/v1/domains/shop/items/b/similar").path("status").asInt()).isEqualTo(404);
  }

  @Test
  void aRestartRebuildsTheSameState() {
    shop();
    click("ann", "ev1", "a");
    row(topics.fineTunedRows(), Rows.tuned(SHOP, "c", 1, 3, 1, 0.2f));
    soon().until(() -> items(recommendations("ann")).equals(List.of("c", "b")));
    JsonNode before = recommendations("ann");
    node.close();
    node = startNode();
    soon().until(() -> get("/ready").path("ready").asBoolean());
    JsonNode after = recommendations("ann");
    assertThat(after.path("items")).isEqualTo(before.path("items"));
    assertThat(after.path("based_on")).isEqualTo(before.path("based_on"));
    assertThat(after.path("versions")).isEqualTo(before.path("versions"));
    assertThat(after.path("recommendation_id")).isNotNull();
  }

  @Test
  void aNodeThatKeepsItsStateReadsOnlyWhatCameMeanwhile(@TempDir Path kept) {
    node.close();
    node = startNode(config -> config.resuming(kept));
    shop();
    send(
        topics.acceptedItems(),
        Keys.of(SHOP, "c"),
        AcceptedItem.newBuilder()
            .setDomain(SHOP)
            .setItem("c")
            .setIncarnation(1)
            .setAvailable(true)
            .setTitle("a chair")
            .build()
            .toByteArray());
    click("ann", "ev1", "a");
    row(topics.fineTunedRows(), Rows.tuned(SHOP, "c", 1, 3, 1, 0.2f));
    soon().until(() -> items(recommendations("ann")).equals(List.of("c", "b")));
    soon()
        .until(
            () -> get("/v1/domains/shop/items/c/status").at("/title").asText().equals("a chair"));
    JsonNode before = recommendations("ann");
    node.close();
    send(topics.coldStartRows(), Keys.of(SHOP, Rows.MODEL, "b"), null);
    cold("d", 0, 1);
    node = startNode(config -> config.resuming(kept));
    soon().until(() -> get("/ready").path("ready").asBoolean());
    assertThat(items(recommendations("ann"))).containsExactly("c", "d");
    assertThat(registry.get("headwater.serving.rows.applied").counter().count())
        .as("rows beside the tombstone")
        .isEqualTo(1);
    assertThat(recommendations("ann").path("based_on")).isEqualTo(before.path("based_on"));
    assertThat(get("/v1/domains/shop/items/c/status").at("/title").asText()).isEqualTo("a chair");
  }

  @Test
  void aDomainThatIsFollowedFromNowOnIsReadFromItsBeginning(@TempDir Path kept) {
    node.close();
    node = startNode(config -> config.resuming(kept));
    shop();
    announce("market");
    send(
        topics.coldStartRows(),
        Keys.of("market", Rows.MODEL, "m"),
        Rows.cold("market", "m", 1, 1, 0).toByteArray());
    cold("last", 0, 1);
    soon().until(() -> items(recommendations("nobody")).contains("last"));
    node.close();
    node = startNode(config -> config.resuming(kept).serving(Set.of(SHOP, "market")));
    String market = "/v1/domains/market/users/nobody/recommendations?count=10";
    soon().until(() -> items(get(market)).equals(List.of("m")));
  }

  @Test
  void aStateKeptFromOtherTopicsIsLeftAside(@TempDir Path kept) throws Exception {
    node.close();
    node = startNode(config -> config.resuming(kept));
    shop();
    node.close();
    try (Admin admin = Admin.create(kafka.admin())) {
      admin.deleteTopics(List.of(topics.coldStartRows())).all().get(20, TimeUnit.SECONDS);
      soon().until(() -> !admin.listTopics().names().get().contains(topics.coldStartRows()));
    }
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      admin.create(2);
    }
    node = startNode(config -> config.resuming(kept));
    cold("z", 0, 1);
    soon().until(() -> items(recommendations("nobody")).equals(List.of("z")));
  }

  @Test
  void theCatalogDecidesWhatMayBeShownAndRejectionsAreTold() {
    shop();
    click("ann", "ev1", "a");
    send(
        topics.acceptedItems(),
        Keys.of(SHOP, "b"),
        AcceptedItem.newBuilder()
            .setDomain(SHOP)
            .setItem("b")
            .setIncarnation(1)
            .setAvailable(false)
            .build()
            .toByteArray());
    soon().until(() -> items(recommendations("ann")).equals(List.of("c")));
    DeadLetter letter =
        new DeadLetter(ReasonCode.ITEM_WITHOUT_TITLE, "no title", topics.catalog(), 0, 4);
    send(
        new ProducerRecord<>(
            topics.deadLetters(),
            null,
            letter.recordKey(),
            new byte[] {1},
            letter.headers(Keys.of(SHOP, "x").getBytes(StandardCharsets.UTF_8))));
    soon()
        .until(
            () -> get("/v1/domains/shop/items/x/status").path("state").asText().equals("rejected"));
  }

  @Test
  void rubbishInTheTopicsStopsNothing() {
    for (String topic :
        List.of(
            topics.coldStartRows(),
            topics.fineTunedRows(),
            topics.rollbackRows(),
            topics.userHistories(),
            topics.acceptedItems(),
            topics.deadLetters())) {
      send(topic, "no slash", new byte[] {1, 2, 3});
      send(topic, "shop/m1/a", new byte[] {-1, -1, -1});
      send(new ProducerRecord<>(topic, 0, "/".getBytes(StandardCharsets.UTF_8), null));
    }
    shop();
    assertThat(get("/health").path("status").asText()).isEqualTo("up");
  }

  @Test
  void rowsOfATrainerThatMissedARollbackAreLeftOut() {
    shop();
    click("ann", "ev1", "a");
    row(topics.fineTunedRows(), Rows.tuned(SHOP, "c", 1, 3, 1, 0.2f));
    soon().until(() -> items(recommendations("ann")).equals(List.of("c", "b")));
    send(
        topics.announcements(),
        SHOP,
        Announcement.newBuilder()
            .setDomain(SHOP)
            .setModel(Rows.MODEL)
            .setModelVersion(Rows.MODEL)
            .setKind(Announcement.Kind.ROLLED_BACK)
            .setTableVersion(1)
            .setAnnouncedVersion(1)
            .setGeneration(1)
            .putGenerationStartOffsets(0, 0)
            .putGenerationStartOffsets(1, 0)
            .build()
            .toByteArray());
    soon().until(() -> get("/v1/domains/shop/versions").at("/announced/generation").asInt() == 1);
    row(topics.fineTunedRows(), Rows.tuned(SHOP, "b", 1, 99, -1, -1));
    cold("z", 0.01f, 1);
    soon().until(() -> items(recommendations("ann")).contains("z"));
    assertThat(items(recommendations("ann"))).containsExactly("c", "b", "z");
  }
}
