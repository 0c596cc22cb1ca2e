package dev.headwater.serving;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.events.Keys;
import dev.headwater.events.Topics;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.UserHistory;
import dev.headwater.serving.config.ServingConfig;
import dev.headwater.serving.follow.ModelLoader;
import dev.headwater.serving.intake.TopicWriter;
import dev.headwater.serving.state.ExpertRows;
import dev.headwater.store.StoreConfig;
import dev.headwater.store.StoreService;
import dev.headwater.store.cycle.CycleConfig;
import dev.headwater.store.cycle.WithdrawConfig;
import dev.headwater.store.table.SealedVersion;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A shop with a real store that seals when told, and a real node. */
abstract class AbstractPinIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  static final String SHOP = "shop";
  static final int ITEMS = 20;
  private static final int DIM = 4;

  @TempDir Path directory;
  private final EmbeddedBroker broker = EmbeddedBroker.start();
  private final KafkaSettings kafka =
      new KafkaSettings(broker.bootstrap(), Topics.DEFAULT, Map.of());
  private final Random random = new Random(7);
  private TopicWriter writer;
  StoreService store;
  ServingService node;

  @BeforeEach
  void start() throws InterruptedException {
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      admin.create(2);
    }
    writer = new TopicWriter(kafka);
    store = startStore(0);
    store.engine().announceModel(SHOP, Rows.MODEL, "the shop");
    node = startNode();
    for (int i = 0; i < ITEMS; i++) {
      send(Topics.DEFAULT.coldStartRows(), Rows.cold(SHOP, item(i), i + 1, vector()));
    }
    UserHistory ann =
        UserHistory.newBuilder()
            .setDomain(SHOP)
            .setUser("ann")
            .setSeq(1)
            .setCause(UserHistory.Cause.EVENT)
            .setEventId("e")
            .setEventTimeMs(7)
            .addEntries(HistoryEntry.newBuilder().setItem(item(0)))
            .build();
    Sending.send(writer, Topics.DEFAULT.userHistories(), Keys.of(SHOP, "ann"), ann.toByteArray());
  }

  /** A store over the same directory, on this port, 0 for a free one. */
  StoreService startStore(int port) throws InterruptedException {
    CycleConfig cycle =
        CycleConfig.defaults()
            .withSealInterval(Duration.ofHours(1))
            .withWithdraw(new WithdrawConfig(true, 2));
    return StoreService.start(
        kafka,
        StoreConfig.defaults(directory.resolve("store")).withCycle(cycle).withAdminPort(port),
        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
        Clock.systemUTC());
  }

  @AfterEach
  void stop() {
    node.close();
    writer.close();
    store.close();
    broker.close();
  }

  ServingService startNode() {
    return ServingService.start(
        ServingConfig.defaults(directory)
            .at("127.0.0.1", 0)
            .serving(Set.of(SHOP))
            .forwardingTo(URI.create("http://127.0.0.1:" + store.adminPort())),
        kafka,
        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
        model -> new ModelLoader.LoadedModel(new MeanEncoder(DIM, 50), "text"),
        Clock.systemUTC(),
        new Random(1));
  }

  static String item(int i) {
    return "item-" + i;
  }

  final float[] vector() {
    float[] vector = new float[DIM];
    for (int d = 0; d < DIM; d++) {
      vector[d] = (float) random.nextGaussian();
    }
    return vector;
  }

  /**
   * Every second item learns: its row, and that it was taken with others; and so do weights. Ticks
   * stay as they are: a rollback does not take back that time has passed.
   */
  void learn(long step) {
    for (int i = 0; i < ITEMS; i += 2) {
      String[] others = {item(0), item((int) (i + step) % ITEMS)};
      send(
          Topics.DEFAULT.fineTunedRows(),
          Rows.tuned(SHOP, item(i), i + 1, step, vector()).toBuilder()
              .setCounts(ExpertRows.counts(i, others))
              .build());
    }
    send(
        Topics.DEFAULT.fineTunedRows(),
        ExpertRows.weights(0, ExpertRows.scaled(step, 1 + 0.1f * step)).toBuilder()
            .setDomain(SHOP)
            .build());
  }

  final void send(String topic, EmbeddingRow row) {
    send(topic, row.getItem(), row.toByteArray());
  }

  void send(String topic, String item, byte @Nullable [] value) {
    Sending.send(writer, topic, Keys.of(SHOP, Rows.MODEL, item), value);
  }

  /** Seals what was sent and returns the announced version. */
  long seal() {
    long before = newest();
    soon()
        .until(
            () -> {
              store.runCycleNow();
              return newest() > before;
            });
    return newest();
  }

  long newest() {
    return store.engine().store().tables().stream()
        .flatMap(table -> store.engine().store().versions(table).stream())
        .mapToLong(SealedVersion::version)
        .max()
        .orElse(0);
  }

  Map<String, Double> serves(ServingService from, long version) {
    soon().until(() -> table(from) == version && answer(from).size() == ITEMS - 1);
    return answer(from);
  }

  static long table(ServingService from) {
    return recommendations(from).path("versions").path("table").asLong();
  }

  static Map<String, Double> answer(ServingService from) {
    Map<String, Double> scores = new LinkedHashMap<>();
    recommendations(from)
        .path("items")
        .forEach(each -> scores.put(each.path("item").asText(), each.path("score").asDouble()));
    return scores;
  }

  private static JsonNode recommendations(ServingService from) {
    String path = "/v1/domains/shop/users/ann/recommendations?count=" + ITEMS;
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + from.port() + path)).build();
      return JSON.readTree(CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(30));
  }
}
