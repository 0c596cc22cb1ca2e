package dev.headwater.serving.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headwater.client.answers.LagReport;
import dev.headwater.client.answers.Readiness;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Topics;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.http.ApiRoute;
import dev.headwater.http.ApiServer;
import dev.headwater.serving.MeanEncoder;
import dev.headwater.serving.Rows;
import dev.headwater.serving.config.Protection;
import dev.headwater.serving.config.ServingConfig;
import dev.headwater.serving.config.ServingLimits;
import dev.headwater.serving.intake.DenyList;
import dev.headwater.serving.intake.PublicIntake;
import dev.headwater.serving.intake.TopicWriter;
import dev.headwater.serving.items.RowGuard;
import dev.headwater.serving.items.ScanIndex;
import dev.headwater.serving.recommend.RecommendMetrics;
import dev.headwater.serving.recommend.RecommendationIds;
import dev.headwater.serving.recommend.Recommender;
import dev.headwater.serving.state.CatalogEntry;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.Experts;
import dev.headwater.serving.state.LiveRow;
import dev.headwater.serving.state.ModelTable;
import dev.headwater.serving.state.QualityWindows;
import dev.headwater.serving.state.Rejections;
import dev.headwater.serving.state.View;
import dev.headwater.serving.status.ItemStatuses;
import dev.headwater.serving.users.BatchingEncoder;
import dev.headwater.serving.users.StandIns;
import dev.headwater.serving.users.UserState;
import dev.headwater.serving.users.UserVectorCache;
import dev.headwater.tracing.Tracing;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * The real server on a free port with a real client, and a small shop behind it. Each problem that
 * it answers must stand in {@code openapi.json}.
 */
public final class TestNode implements AutoCloseable {
  static final String SHOP = "shop";
  static final long NOW_MS = 10_000;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DocumentedProblems PROBLEMS = new DocumentedProblems();

  final Domains domains = new Domains(Set.of(SHOP, "empty"), 8, 1_000, 100, List.of());
  final Rejections rejections = new Rejections(10);
  final QualityWindows quality = new QualityWindows(4);
  final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  final ModelTable table;
  LagReport lag = new LagReport("node", NOW_MS, 0, List.of());
  Readiness readiness = new Readiness(true, 1, 0, List.of(), null);

  /** As the client module does: the JDK's upgrade to HTTP/2 misreads a large first answer. */
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final BatchingEncoder users =
      new BatchingEncoder(new MeanEncoder(2, 50), new BatchingEncoder.Bounds(16, 64, 64, 2_000));
  private final TopicWriter writer;
  private final ApiServer api;
  private long offset;

  /** A client's view of an answer. */
  record Got(int status, JsonNode body, HttpResponse<String> http) {
    String code() {
      return body.path("code").asText();
    }

    List<String> items() {
      return body.path("items").findValuesAsText("item");
    }
  }

  TestNode() {
    this(ServingLimits.defaults());
  }

  TestNode(ServingLimits limits) {
    this(limits, Protection.NONE);
  }

  TestNode(ServingLimits limits, Protection protection) {
    this(limits, protection, null, false);
  }

  private TestNode(
      ServingLimits limits, Protection protection, @Nullable URI store, boolean ranked) {
    this(limits, protection, store, ranked, new TopicWriter(KafkaSettings.of("127.0.0.1:1")));
  }

  private TestNode(
      ServingLimits limits,
      Protection protection,
      @Nullable URI store,
      boolean ranked,
      TopicWriter writer) {
    this.writer = writer;
    Clock clock = Clock.fixed(Instant.ofEpochMilli(NOW_MS), ZoneOffset.UTC);
    table =
        shop()
            .model(
                Rows.MODEL,
                name ->
                    new ModelTable(
                        name,
                        2,
                        ranked ? new Experts(shop().ids()) : null,
                        new RowGuard(1e-6f, 100),
                        clock,
                        new Ignore(),
                        ScanIndex::new));
    shop()
        .view(
            new View(
                1,
                table,
                new UserVectorCache(1, shop().ids(), table.vectors(), users, standIns(), registry),
                "text"));
    ServingConfig base = ServingConfig.defaults(Path.of("unused")).at("127.0.0.1", 0);
    ServingConfig open = base.within(limits).protectedBy(protection);
    ServingConfig config = store == null ? open : open.forwardingTo(store);
    api =
        HttpApi.server(
            config,
            new HttpApi.Parts(
                domains,
                new Recommender(
                    new RecommendationIds(new Random(1)),
                    new RecommendMetrics(registry, Clock.systemUTC()),
                    new Random(2)),
                new HttpApi.Looks(new ItemStatuses(rejections), rejections, quality),
                () -> readiness,
                new HttpApi.Intake(
                    new PublicIntake(writer, Topics.DEFAULT, Clock.systemUTC()),
                    new DenyList(writer, Topics.DEFAULT)),
                () -> lag,
                registry,
                Tracing.OFF,
                null));
    api.start();
  }

  /** East to north: a, b, c, d lie at 0, 30, 60 and 90 degrees; "far" points the other way. */
  static TestNode withItems() {
    return withItems(ServingLimits.defaults(), Protection.NONE);
  }

  /** Without items, and with a model store. */
  static TestNode before(URI store, ServingLimits limits) {
    return new TestNode(limits, Protection.NONE, store, false);
  }

  /** Without items; what is published goes to a producer of the test's. */
  static TestNode writingTo(Producer<byte[], byte[]> producer, ServingLimits limits) {
    return new TestNode(limits, Protection.NONE, null, false, new TopicWriter(producer));
  }

  /** Without items, and with all experts. */
  static TestNode ranked() {
    return new TestNode(ServingLimits.defaults(), Protection.NONE, null, true);
  }

  static TestNode withItems(Protection protection) {
    return withItems(ServingLimits.defaults(), protection);
  }

  static TestNode withItems(ServingLimits limits) {
    return withItems(limits, Protection.NONE);
  }

  private static TestNode withItems(ServingLimits limits, Protection protection) {
    TestNode node = new TestNode(limits, protection);
    node.row("a", 1, 0);
    node.row("b", 0.87f, 0.5f);
    node.row("c", 0.5f, 0.87f);
    node.row("d", 0, 1);
    node.row("far", -1, -1);
    return node;
  }

  /** An item titled {@code near a} is like item a; a test that wants others titles them so. */
  private StandIns standIns() {
    return new StandIns(
        texts -> texts.stream().map(this::near).toArray(float[][]::new),
        code -> {
          CatalogEntry entry = shop().catalog(code);
          return entry == null || entry.deleted() ? null : entry.title();
        },
        Runnable::run);
  }

  private float[] near(String text) {
    float[] row = new float[2];
    boolean found = table.vectors().readItem(code(text.replace("near ", "")), row);
    return found ? row : new float[0];
  }

  Domain shop() {
    return Objects.requireNonNull(domains.find(SHOP));
  }

  int code(String item) {
    return shop().ids().code(item);
  }

  void row(String item, float... vector) {
    table.onRow(code(item), Rows.inCold(offset++, Rows.cold(SHOP, item, 1, vector)));
  }

  void tuned(String item, int step, float... vector) {
    table.onRow(code(item), Rows.inTuned(offset++, Rows.tuned(SHOP, item, 1, step, vector)));
  }

  void row(RowRecord record) {
    table.onRow(code(record.item()), record);
  }

  void tombstone(String item) {
    table.onRow(code(item), Rows.inCold(offset++, null));
  }

  void entry(String item, String brand, List<String> categories, Map<String, String> attributes) {
    shop()
        .catalog(
            code(item),
            new CatalogEntry(
                false,
                true,
                1,
                900,
                item,
                brand,
                categories,
                attributes,
                900,
                950,
                CatalogEntry.NONE));
  }

  void catalog(String item, boolean available, long incarnation) {
    shop()
        .catalog(
            code(item),
            new CatalogEntry(
                false,
                available,
                incarnation,
                900,
                item,
                "",
                List.of(),
                Map.of(),
                900,
                950,
                CatalogEntry.NONE));
  }

  void user(String user, String eventId, String... items) {
    int[] codes = Arrays.stream(items).mapToInt(this::code).toArray();
    shop().users().put(user, new UserState(codes, new int[0], eventId, 123));
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  Got get(String path) {
    return send(request(path).GET().build());
  }

  Got post(String path, String body) {
    return send(
        request(path)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path));
  }

  List<ApiRoute> table() {
    return api.table();
  }

  int port() {
    return api.port();
  }

  Got send(HttpRequest request) {
    try {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      String type = response.headers().firstValue("content-type").orElse("");
      JsonNode body =
          type.contains("json") ? JSON.readTree(response.body()) : JSON.createObjectNode();
      PROBLEMS.check(request.method(), request.uri().getRawPath(), body, response);
      return new Got(response.statusCode(), body, response);
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    var unused = api.stop();
    users.close();
    writer.close();
  }

  private record Ignore() implements ModelTable.RowListener {
    @Override
    public void onVisible(LiveRow row) {
      // Not looked at here.
    }

    @Override
    public void onRefused(EmbeddingRow row, String why) {
      // Not looked at here.
    }
  }
}
