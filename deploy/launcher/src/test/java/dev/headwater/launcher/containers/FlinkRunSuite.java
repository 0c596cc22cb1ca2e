package dev.headwater.launcher.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.client.HeadwaterClient;
import dev.headwater.client.Wish;
import dev.headwater.client.answers.ItemStatus;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.idp.data.DomainData;
import dev.headwater.launcher.SmallMarket;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.platform.parts.Platform;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Both jobs on a standalone Flink of three processes, from one jar and by {@code flink run}; the
 * other parts in this process, whose own jobs are stopped first.
 */
class FlinkRunSuite {
  private static final String DOMAIN = "demo";
  private static final String COLD_START = "dev.headwater.jobs.main.ColdStartMain";
  private static final String FINE_TUNE = "dev.headwater.jobs.main.FineTuneMain";
  private static final int VISITORS = 10;

  @TempDir static Path directory;

  private EmbeddedBroker broker;
  private Platform platform;
  private HeadwaterClient shop;
  private List<CatalogItem> catalog;
  private Visitors visitors;

  @BeforeEach
  void startTheOtherParts() throws Exception {
    List<DomainData> market = SmallMarket.generate();
    Path bundle = SmallMarket.bundle(market.get(0), directory.resolve("bundle"));
    catalog = SmallMarket.catalog(DOMAIN, market.get(1));
    List<String> items = catalog.stream().map(CatalogItem::item).toList();
    visitors = new Visitors(DOMAIN, items, System.currentTimeMillis() - 3_600_000);
    broker = EmbeddedBroker.start();
    HeadwaterConfig config =
        SmallMarket.config(broker, DOMAIN, directory, Map.of("store.seal-interval", "1 s"));
    platform = Platform.start(config, broker, DOMAIN, bundle);
    platform.stopJobs();
    shop = HeadwaterClient.of(URI.create("http://127.0.0.1:" + platform.serving().port()), DOMAIN);
  }

  @AfterEach
  void stopThem() {
    if (platform != null) {
      platform.close();
    }
  }

  @Test
  void jobsAreSubmittedStoppedWithASavepointAndGoOnFromIt() throws Exception {
    try (StandaloneFlink flink = new StandaloneFlink(directory)) {
      List<String> arguments = List.of("--config", file().toString());
      flink.start();
      eventually().until(() -> flink.logs().contains("Registering TaskManager"));

      String coldStart = flink.run(COLD_START, List.of(), arguments);
      String fineTune = flink.run(FINE_TUNE, List.of(), arguments);
      assertThat(flink.list()).contains(": cold-start (", ": fine-tune-" + DOMAIN + " (");
      StringBuilder items = new StringBuilder();
      catalog.forEach(item -> items.append(Visitors.item(item)));
      publish("catalog", items.toString());
      eventually().until(() -> visible() == catalog.size());
      visitAll(0);
      awaitLearned();

      String coldFrom = flink.stop(coldStart, directory.resolve("savepoints"));
      String fineFrom = flink.stop(fineTune, directory.resolve("savepoints"));
      assertThat(flink.list()).doesNotContain(": cold-start (", ": fine-tune-");
      visitAll(50);
      CatalogItem like = catalog.get(3);
      publish(
          "catalog",
          Visitors.item(
              CatalogItem.of(DOMAIN, "while-away", like.title(), like.brand(), like.categories())));

      flink.run(COLD_START, List.of("-s", coldFrom), arguments);
      flink.run(FINE_TUNE, List.of("-s", fineFrom, "-claimMode", "CLAIM"), arguments);
      eventually().until(() -> shop.status("while-away").isVisible());
      awaitLearned();
      assertThat(shop.forUser("visitor-50", Wish.of(5)).items()).hasSize(5);
      assertThat(flink.logs())
          .contains("Restoring job", "materialization ID") // its checkpoints hold changes
          .doesNotContain("already loaded in another");
    }
  }

  /** What the parts in this process read, for the jobs, in a file; checkpoints elsewhere. */
  private Path file() throws Exception {
    return Files.writeString(
        directory.resolve("headwater.conf"),
        """
        domains = [%s]
        kafka.bootstrap = "%s"
        kafka.partitions = 2
        bundle-directory = "%s"
        state-directory = "%s"
        """
            .formatted(
                DOMAIN,
                broker.bootstrap(),
                directory.resolve("bundles"),
                directory.resolve("flink-state")));
  }

  private void visitAll(int first) throws Exception {
    StringBuilder clicks = new StringBuilder();
    for (int i = first; i < first + VISITORS; i++) {
      clicks.append(visitors.visit("visitor-" + i, i, 5));
    }
    publish("interactions", clicks.toString());
  }

  private void publish(String topic, String lines) throws Exception {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", broker.bootstrap());
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
      for (String line : lines.lines().toList()) {
        String[] parts = line.split("\t", 2);
        var unused = producer.send(new ProducerRecord<>(topic, parts[0], parts[1]));
      }
      producer.flush();
    }
  }

  private void awaitLearned() {
    eventually()
        .untilAsserted(
            () ->
                assertThat(
                        statuses().stream()
                            .map(ItemStatus::row)
                            .mapToLong(row -> row == null ? 0 : row.interactionsLearned())
                            .sum())
                    .isEqualTo(visitors.learnable()));
  }

  private long visible() {
    return statuses().stream().filter(ItemStatus::isVisible).count();
  }

  private List<ItemStatus> statuses() {
    return shop.statuses(catalog.stream().map(CatalogItem::item).toList()).items();
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofMinutes(5)).pollInterval(Duration.ofMillis(500));
  }
}
