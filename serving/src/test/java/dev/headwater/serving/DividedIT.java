package dev.headwater.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headwater.access.AccessConfig;
import dev.headwater.access.Outgoing;
import dev.headwater.access.Rates;
import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.events.Keys;
import dev.headwater.events.Topics;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.UserHistory;
import dev.headwater.serving.config.Protection;
import dev.headwater.serving.config.ServingConfig;
import dev.headwater.serving.config.ServingLimits;
import dev.headwater.serving.follow.ModelLoader;
import dev.headwater.serving.items.Slice;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/**
 * Nodes that divide a shop between them, on a real broker, asked over HTTP while some of them go
 * and others come. Whoever asks goes to another node when one does not take the connection, as a
 * balancer does; any other failure is one.
 */
@Timeout(240)
class DividedIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final String SHOP = "shop";
  private static final int ITEMS = 60;
  private static final int USERS = 12;

  /** Of so many one more is looked at than of few. */
  private static final int RANKED_ITEMS = 12_000;

  private static final int RANKED_USERS = 40;

  /** No answer lacks a shard because the machine is busy: only one that nobody holds is missing. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static EmbeddedBroker broker;

  private final List<ServingService> nodes = new CopyOnWriteArrayList<>();
  private KafkaSettings kafka;
  private Topics topics;
  private KafkaProducer<byte[], byte[]> producer;

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
      admin.create(3);
    }
    Properties properties = kafka.producer();
    producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    fill();
  }

  @AfterEach
  void stop() {
    nodes.forEach(ServingService::close);
    producer.close(Duration.ofSeconds(2));
  }

  private void fill() {
    Random random = new Random(4);
    send(
        topics.announcements(),
        SHOP,
        Announcement.newBuilder()
            .setDomain(SHOP)
            .setModelVersion(Rows.MODEL)
            .setKind(Announcement.Kind.ANNOUNCED)
            .build()
            .toByteArray());
    for (int i = 0; i < ITEMS; i++) {
      float[] vector = {(float) random.nextGaussian(), (float) random.nextGaussian()};
      EmbeddingRow row = Rows.cold(SHOP, "item-" + i, 1, vector);
      send(topics.coldStartRows(), Keys.of(SHOP, Rows.MODEL, row.getItem()), row.toByteArray());
    }
    for (int user = 0; user < USERS; user++) {
      click(user, "first-" + user, "item-" + user, "item-" + (user + 7));
    }
  }

  private void click(int user, String eventId, String... items) {
    UserHistory.Builder history =
        UserHistory.newBuilder()
            .setDomain(SHOP)
            .setUser("user-" + user)
            .setSeq(items.length)
            .setCause(UserHistory.Cause.EVENT)
            .setNewIndex(items.length - 1)
            .setEventId(eventId)
            .setEventTimeMs(7);
    for (String item : items) {
      history.addEntries(HistoryEntry.newBuilder().setItem(item));
    }
    send(topics.userHistories(), Keys.of(SHOP, "user-" + user), history.build().toByteArray());
  }

  private void send(String topic, String key, byte[] value) {
    try {
      producer
          .send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value))
          .get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private ServingService node(Slice slice, int generation) {
    return node(slice, generation, ServingLimits.of(Map.of()));
  }

  private ServingService node(Slice slice, int generation, ServingLimits limits) {
    return node(slice, generation, limits, Protection.NONE);
  }

  private ServingService node(
      Slice slice, int generation, ServingLimits limits, Protection protection) {
    ServingService node =
        ServingService.start(
            ServingConfig.defaults(Path.of("unused"))
                .within(limits)
                .protectedBy(protection)
                .at("127.0.0.1", 0)
                .serving(Set.of(SHOP))
                .holding(slice, generation, PATIENCE),
            kafka,
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            model -> new ModelLoader.LoadedModel(new MeanEncoder(2, 50), "text"),
            Clock.systemUTC(),
            new Random(slice.shard()));
    nodes.add(node);
    return node;
  }

  private List<ServingService> division(int shards, int replicas, int generation) {
    List<ServingService> all = new ArrayList<>();
    for (int replica = 0; replica < replicas; replica++) {
      for (int shard = 0; shard < shards; shard++) {
        all.add(node(new Slice(shards, shard), generation));
      }
    }
    return all;
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50));
  }

  private static void awaitReady(List<ServingService> nodes) {
    soon().until(() -> nodes.stream().allMatch(node -> node.readiness().ready()));
  }

  private static HttpResponse<String> get(ServingService node, String path)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.port() + path))
            .timeout(PATIENCE)
            .build();
    return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> post(ServingService node, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.port() + path))
            .timeout(PATIENCE)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode answer(ServingService node, int user) {
    try {
      HttpResponse<String> got =
          get(node, "/v1/domains/shop/users/user-" + user + "/recommendations?count=10");
      assertThat(got.statusCode()).as(got.body()).isEqualTo(200);
      return JSON.readTree(got.body());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> items(JsonNode answer) {
    return answer.path("items").findValuesAsText("item");
  }

  /** Asks without end, any node, and notes what was no whole answer. */
  private final class Asking implements Runnable, AutoCloseable {
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final AtomicInteger answers = new AtomicInteger();
    private final Thread thread = new Thread(this, "asking");
    private volatile boolean over;

    Asking() {
      thread.start();
    }

    @Override
    public void run() {
      Random random = new Random(9);
      while (!over) {
        int user = random.nextInt(USERS);
        List<ServingService> entries =
            new ArrayList<>(nodes.stream().filter(node -> node.readiness().ready()).toList());
        java.util.Collections.shuffle(entries, random);
        String failure = "nobody took the connection";
        for (ServingService node : entries) {
          try {
            HttpResponse<String> got =
                get(node, "/v1/domains/shop/users/user-" + user + "/recommendations?count=10");
            JsonNode body = JSON.readTree(got.body());
            boolean whole = got.statusCode() == 200 && items(body).size() == 10;
            failure =
                whole && !body.has("missing_shards") && !body.has("fallback") ? "" : got.body();
            break;
          } catch (IOException e) {
            failure = String.valueOf(e); // this node has gone: the next one
          } catch (InterruptedException e) {
            return;
          }
        }
        if (!failure.isEmpty()) {
          failures.add(failure);
        }
        answers.incrementAndGet();
      }
    }

    void more(int count) {
      int until = answers.get() + count;
      soon().until(() -> answers.get() >= until);
    }

    @Override
    public void close() {
      stop();
    }

    void stop() {
      over = true;
      try {
        thread.join(10_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Test
  void aRefusalOfTheNodeThatHoldsTheUserIsToldAsItIs() throws Exception {
    List<ServingService> division = division(2, 1, 1);
    awaitReady(division);
    HttpResponse<String> refused =
        post(
            division.get(0),
            "/v1/domains/nowhere/users/recommendations",
            JSON.writeValueAsString(
                Map.of("users", IntStream.range(0, USERS).mapToObj(u -> "user-" + u).toList())));
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(404);
    assertThat(JSON.readTree(refused.body()).path("code").asText()).isEqualTo("unknown_domain");
  }

  /** Each node's part of it is short enough. */
  @Test
  void aListThatIsTooLongIsRefusedAsAWhole() throws Exception {
    List<ServingService> division = division(2, 1, 1);
    awaitReady(division);
    HttpResponse<String> refused =
        post(
            division.get(0),
            "/v1/domains/shop/users/recommendations",
            JSON.writeValueAsString(
                Map.of("users", IntStream.range(0, 101).mapToObj(u -> "user-" + u).toList())));
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
    assertThat(JSON.readTree(refused.body()).path("code").asText()).isEqualTo("bad_users");
  }

  /** A neighbour speaks for many clients: with the bound on one address, answers lacked shards. */
  @Test
  void theBoundOnOneClientsRateIsNotForNeighbours() throws Exception {
    ServingLimits few = ServingLimits.of(Map.of("client-rate", 1));
    List<ServingService> two =
        List.of(node(new Slice(2, 0), 1, few), node(new Slice(2, 1), 1, few));
    awaitReady(two);
    int whole = 0;
    int refused = 0;
    while (whole < 12 || refused == 0) { // a busy machine may be slower than the bound for a while
      String user = "user-" + whole % 12;
      HttpResponse<String> got =
          get(two.get(0), "/v1/domains/shop/users/" + user + "/recommendations?count=10");
      if (got.statusCode() == 429) {
        refused++;
        assertThat(got.headers().firstValue("retry-after")).contains("1");
        Thread.sleep(400);
      } else {
        JsonNode body = JSON.readTree(got.body());
        assertThat(items(body)).as(got.body()).hasSize(10);
        assertThat(body.has("missing_shards") || body.has("fallback")).as(got.body()).isFalse();
        whole++;
      }
    }
  }

  /** What a client may ask is taken off where it comes in, and not again at each node behind. */
  @Test
  void quotasAreForClientsAndNotForNeighbours() throws Exception {
    Protection few =
        new Protection(
            AccessConfig.OPEN, null, new Rates(20, 0, 0), Map.of(), Outgoing.NONE, Map.of());
    ServingLimits limits = ServingLimits.of(Map.of());
    List<ServingService> two =
        List.of(node(new Slice(2, 0), 1, limits, few), node(new Slice(2, 1), 1, limits, few));
    awaitReady(two);
    for (int user = 0; user < 12; user++) {
      JsonNode body = answer(two.get(0), user);
      assertThat(items(body)).hasSize(10);
      assertThat(body.has("missing_shards") || body.has("fallback")).as("%s", body).isFalse();
    }
  }

  /** It said of an item that it is unknown, of a user that nothing is known, of both falsely. */
  @Test
  void whatASilentShardHoldsIsNotCalledUnknown() throws Exception {
    List<ServingService> two = division(2, 1, 1);
    awaitReady(two);
    Slice there = new Slice(2, 1);
    int user =
        IntStream.range(0, USERS)
            .filter(u -> there.holds(SHOP, "user-" + u))
            .findAny()
            .orElseThrow();
    int item =
        IntStream.range(0, ITEMS)
            .filter(i -> there.holds(SHOP, "item-" + i))
            .findAny()
            .orElseThrow();
    String domain = "/v1/domains/shop";
    List<String> paths =
        List.of(
            domain + "/items/item-" + item + "/status",
            domain + "/users/user-" + user + "/history",
            domain + "/items/item-" + item + "/similar?count=3");
    for (String path : paths) {
      assertThat(get(two.get(0), path).statusCode()).as(path).isEqualTo(200);
    }
    two.get(1).close();
    for (String path : paths) {
      HttpResponse<String> got = get(two.get(0), path);
      assertThat(got.statusCode()).as(path + " " + got.body()).isEqualTo(503);
      assertThat(JSON.readTree(got.body()).path("code").asText()).isEqualTo("not_ready");
    }
    assertThat(get(two.get(0), domain + "/items/nobody-knows/status").statusCode()).isIn(200, 503);
  }

  @Test
  void everyNodeAnswersAsOneNodeWithAllItemsDoes() {
    List<ServingService> divided = division(3, 1, 1);
    awaitReady(divided);
    ServingService whole = node(Slice.WHOLE, 1);
    awaitReady(List.of(whole));
    for (int user = 0; user < USERS; user++) {
      JsonNode expected = answer(whole, user);
      for (ServingService node : divided) {
        JsonNode got = answer(node, user);
        assertThat(items(got)).isEqualTo(items(expected));
        assertThat(got.path("based_on")).isEqualTo(expected.path("based_on"));
        assertThat(got.has("fallback")).isFalse();
      }
    }
  }

  /** With all that answers are ranked by, and more items than any of it names. */
  @Test
  void everyNodeRanksAsOneNodeWithAllItemsDoes() throws Exception {
    fillRanked(new Random(5));
    List<ServingService> divided = division(3, 1, 1);
    awaitReady(divided);
    ServingService whole = node(Slice.WHOLE, 1);
    awaitReady(List.of(whole));
    for (int user = 0; user < RANKED_USERS; user++) {
      JsonNode expected = answer(whole, user);
      for (ServingService node : divided) {
        assertThat(ranked(answer(node, user))).isEqualTo(ranked(expected));
      }
    }
  }

  private static List<String> ranked(JsonNode answer) {
    List<String> ranked = new ArrayList<>();
    answer
        .path("items")
        .forEach(each -> ranked.add(each.path("item").asText() + " " + each.path("score")));
    return ranked;
  }

  private void fillRanked(Random random) throws Exception {
    for (int i = 0; i < RANKED_ITEMS; i++) {
      float[] vector = {(float) random.nextGaussian(), (float) random.nextGaussian()};
      EmbeddingRow cold = Rows.cold(SHOP, "item-" + i, 1, vector);
      later(topics.coldStartRows(), RankedRows.named(cold, random, RANKED_ITEMS, 10).build());
      if (i % 3 > 0) {
        EmbeddingRow tuned = Rows.tuned(SHOP, "item-" + i, 1, 1, vector);
        long tick = 1L + random.nextInt(100_000);
        later(
            topics.fineTunedRows(),
            RankedRows.counted(tuned, random, RANKED_ITEMS, 20, tick).build());
      }
    }
    producer.flush();
    for (int user = 0; user < RANKED_USERS; user++) {
      int[] items = random.ints(5, 0, RANKED_ITEMS).toArray();
      click(
          user,
          "ranked-" + user,
          Arrays.stream(items).mapToObj(item -> "item-" + item).toArray(String[]::new));
    }
  }

  private void later(String topic, EmbeddingRow row) {
    byte[] key = Keys.of(SHOP, Rows.MODEL, row.getItem()).getBytes(StandardCharsets.UTF_8);
    var unused = producer.send(new ProducerRecord<>(topic, key, row.toByteArray()));
  }

  @Test
  void eachNodeThatGoesCostsNoAnswerAndAClickCountsSoonAfter() throws Exception {
    List<ServingService> divided = division(3, 2, 1);
    awaitReady(divided);
    try (Asking asking = new Asking()) {
      asking.more(50);
      for (int i = 0; i < 6; i++) {
        ServingService gone = divided.get(i);
        Slice slice = new Slice(3, i % 3);
        nodes.remove(gone);
        gone.close(); // without a word to the others
        asking.more(100);
        String event = "after-" + i;
        click(i, event, "item-" + i, "item-" + (20 + i));
        soon()
            .until(
                () ->
                    nodes.stream()
                        .allMatch(
                            node ->
                                answer(node, event.charAt(6) - '0')
                                    .at("/based_on/event_id")
                                    .asText()
                                    .equals(event)));
        awaitReady(List.of(node(slice, 1)));
        asking.more(50);
      }
      asking.stop();
      assertThat(asking.failures).isEmpty();
      assertThat(asking.answers.get()).isGreaterThan(900);
    }
  }

  @Test
  void moreShardsTakeThePlaceOfFewerWithoutAGap() throws Exception {
    List<ServingService> two = division(2, 1, 1);
    awaitReady(two);
    try (Asking asking = new Asking()) {
      asking.more(50);
      List<ServingService> three = division(3, 1, 2);
      awaitReady(three);
      asking.more(100);
      for (ServingService old : two) {
        nodes.remove(old);
        old.close();
        asking.more(50);
      }
      asking.stop();
      assertThat(asking.failures).isEmpty();
      for (int user = 0; user < USERS; user++) {
        assertThat(items(answer(three.get(user % 3), user))).hasSize(10);
      }
    }
  }
}
