package dev.headwater.serving.console;

import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.events.Keys;
import dev.headwater.events.Topics;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.events.wire.QualityWindow;
import dev.headwater.events.wire.RankingQuality;
import dev.headwater.serving.MeanEncoder;
import dev.headwater.serving.Rows;
import dev.headwater.serving.Sending;
import dev.headwater.serving.ServingService;
import dev.headwater.serving.config.ServingConfig;
import dev.headwater.serving.follow.ModelLoader;
import dev.headwater.serving.intake.TopicWriter;
import dev.headwater.store.StoreConfig;
import dev.headwater.store.StoreService;
import dev.headwater.store.cycle.CycleConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** A small shop with all that a console shows: broker, store, serving node, and a short path. */
final class ConsoleShop implements AutoCloseable {
  static final String SHOP = "shop";

  /** An id that breaks whatever is not careful with it. */
  static final String ODD = "a/b \"c\" 'd' <script>alert(1)</script> ?#%&é";

  private static final List<String> THINGS =
      List.of("train set", "building blocks", "puzzle", "plush bear", "kite", "drum", "tea set");
  private static final List<String> KINDS =
      List.of("Wooden", "Painted", "Tiny", "Large", "Musical", "Classic");
  private static final List<String> BRANDS = List.of("Acme", "Nordlicht", "Bluebird");

  private final EmbeddedBroker broker = EmbeddedBroker.start();
  private final KafkaSettings kafka =
      new KafkaSettings(broker.bootstrap(), Topics.DEFAULT, Map.of());
  private final Path directory;
  private final TopicWriter writer;
  private final ShortPath path;
  private final StoreService store;
  private ServingService node;

  ConsoleShop(Path directory) throws InterruptedException {
    this.directory = directory;
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      admin.create(2);
    }
    writer = new TopicWriter(kafka);
    CycleConfig cycle = CycleConfig.defaults().withSealInterval(Duration.ofMillis(500));
    store =
        StoreService.start(
            kafka,
            StoreConfig.defaults(directory.resolve("store")).withCycle(cycle),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            Clock.systemUTC());
    store.engine().announceModel(SHOP, Rows.MODEL, "the shop");
    path = new ShortPath(SHOP, kafka);
    node = startNode(0);
    fill();
  }

  private ServingService startNode(int port) {
    return ServingService.start(
        ServingConfig.defaults(directory)
            .at("127.0.0.1", port)
            .serving(Set.of(SHOP))
            .forwardingTo(URI.create("http://127.0.0.1:" + store.adminPort())),
        kafka,
        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
        model ->
            new ModelLoader.LoadedModel(
                new MeanEncoder(ShortPath.DIM, 50),
                "text",
                (domain, item) -> ShortPath.LENDER.equals(item) ? "A <i>book</i> of knots" : null,
                1),
        Clock.systemUTC(),
        new Random(1));
  }

  /** Stops the node; {@link #startAgain} brings it back on the same port. */
  void stopNode() {
    node.close();
  }

  void startAgain(int port) {
    node = startNode(port);
  }

  int port() {
    return node.port();
  }

  StoreService store() {
    return store;
  }

  private void fill() {
    int number = 0;
    for (String thing : THINGS) {
      for (String kind : KINDS) {
        publish(
            "toy-" + number++,
            kind + " " + thing,
            BRANDS.get(number % BRANDS.size()),
            List.of("Toys", thing.split(" ", -1)[0]));
      }
    }
    publish(ODD, "Odd <b>bold</b> & \"quoted\"", "O'Brand", List.of("<i>Toys</i>"));
    write(Topics.DEFAULT.catalog(), "no-title", "{\"domain\":\"shop\",\"item\":\"no-title\"}");
    Random random = new Random(3);
    for (int i = 0; i < 120; i++) {
      click("user-" + random.nextInt(12), "toy-" + random.nextInt(number));
    }
    quality(System.currentTimeMillis());
  }

  void publish(String id, String title, String brand, List<String> categories) {
    CatalogItem item = CatalogItem.of(SHOP, id, title, brand, categories);
    Sending.send(writer, Topics.DEFAULT.catalog(), item.key(), item.toJson());
  }

  void click(String user, String item) {
    Interaction click =
        Interaction.click(
            java.util.UUID.randomUUID().toString(), SHOP, user, item, System.currentTimeMillis());
    Sending.send(writer, Topics.DEFAULT.interactions(), click.key(), click.toJson());
  }

  private void write(String topic, String item, String json) {
    Sending.send(writer, topic, Keys.of(SHOP, item), json.getBytes(StandardCharsets.UTF_8));
  }

  private void quality(long nowMs) {
    Random random = new Random(5);
    List<QualityWindow> windows = new ArrayList<>();
    for (int i = 120; i > 0; i--) {
      double up = (120 - i) / 120.0;
      windows.add(
          QualityWindow.newBuilder()
              .setDomain(SHOP)
              .setModel(Rows.MODEL)
              .setFromMs(nowMs - i * 5_000L)
              .setToMs(nowMs - i * 5_000L + 5_000)
              .setLive(ranking(0.17 + 0.06 * up, random))
              .setLearned(ranking(0.16 + 0.05 * up, random))
              .setItemKnnRecent(ranking(0.15 + 0.02 * up, random))
              .setFrozen(ranking(0.165 - 0.01 * up, random))
              .setNeverTuned(ranking(0.088, random))
              .setPopularity(ranking(0.03, random))
              .setExamplesLearned(250)
              .build());
    }
    windows.forEach(
        window -> Sending.send(writer, Topics.DEFAULT.quality(), SHOP, window.toByteArray()));
  }

  private static RankingQuality ranking(double hr10, Random random) {
    double value = Math.max(0, hr10 + 0.012 * random.nextGaussian());
    return RankingQuality.newBuilder()
        .setHr10(value)
        .setNdcg10(value * 0.55)
        .setEvents(250)
        .build();
  }

  @Override
  public void close() {
    node.close();
    path.close();
    writer.close();
    store.close();
    broker.close();
  }
}
