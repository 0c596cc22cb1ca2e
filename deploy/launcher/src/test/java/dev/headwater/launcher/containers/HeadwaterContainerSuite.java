package dev.headwater.launcher.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.headwater.client.HeadwaterClient;
import dev.headwater.client.Wish;
import dev.headwater.client.answers.ItemStatus;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.idp.data.DomainData;
import dev.headwater.launcher.SmallMarket;
import dev.headwater.testcontainers.HeadwaterContainer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.Network;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A test as a user of Headwater writes it: a stock Kafka, and ingest, both jobs, store and serving
 * in one container beside it. Needs an engine that answers ({@code DOCKER_HOST}), debootstrap and
 * root.
 */
class HeadwaterContainerSuite {
  private static final String DOMAIN = "shop";
  private static final DockerImageName KAFKA =
      DockerImageName.parse(Images.KAFKA).asCompatibleSubstituteFor("apache/kafka");

  @TempDir Path directory;

  @Test
  void answersFromClicksThatATestPublishes() throws Exception {
    assumeTrue(Images.canBeBuilt(), "no engine answers here");
    Images.build();
    List<DomainData> market = SmallMarket.generate();
    Path bundle = SmallMarket.bundle(market.get(0), directory.resolve("bundle"));
    List<CatalogItem> catalog = SmallMarket.catalog(DOMAIN, market.get(1));
    List<String> items = catalog.stream().map(CatalogItem::item).toList();
    Instant began = Instant.now();
    try (Network network = Network.newNetwork();
        KafkaContainer kafka =
            new KafkaContainer(KAFKA).withNetwork(network).withListener("kafka:19092");
        HeadwaterContainer headwater =
            new HeadwaterContainer("headwater:dev")
                .withNetwork(network)
                .dependsOn(kafka)
                .withKafka("kafka:19092")
                .withDomain(DOMAIN)
                .withBundle(bundle)) {
      headwater.start();
      System.err.printf("answers after %s%n", Duration.between(began, Instant.now()));
      Visitors visitors = new Visitors(DOMAIN, items, System.currentTimeMillis() - 3_600_000);
      HeadwaterClient shop = HeadwaterClient.of(headwater.apiAddress(), DOMAIN);
      try (KafkaProducer<String, String> producer = producer(kafka)) {
        catalog.forEach(item -> publish(producer, "catalog", Visitors.item(item)));
        producer.flush();
        eventually()
            .untilAsserted(
                () -> assertThat(shop.statuses(items).items()).allMatch(ItemStatus::isVisible));
        for (int i = 0; i < 10; i++) {
          publish(producer, "interactions", visitors.visit("visitor-" + i, i, 5));
        }
      }
      eventually()
          .untilAsserted(() -> assertThat(learned(shop, items)).isEqualTo(visitors.learnable()));
      assertThat(shop.forUser("visitor-9", Wish.of(5)).items()).hasSize(5);
      System.err.printf("learned after %s%n", Duration.between(began, Instant.now()));
    }
  }

  private static KafkaProducer<String, String> producer(KafkaContainer kafka) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", kafka.getBootstrapServers()),
        new StringSerializer(),
        new StringSerializer());
  }

  private static void publish(KafkaProducer<String, String> to, String topic, String lines) {
    lines
        .lines()
        .map(line -> line.split("\t", 2))
        .forEach(
            record -> {
              var unused = to.send(new ProducerRecord<>(topic, record[0], record[1]));
            });
  }

  private static long learned(HeadwaterClient shop, List<String> items) {
    return shop.statuses(items).items().stream()
        .map(ItemStatus::row)
        .mapToLong(row -> row == null ? 0 : row.interactionsLearned())
        .sum();
  }

  private static ConditionFactory eventually() {
    return await()
        .atMost(Duration.ofMinutes(5))
        .pollInterval(Duration.ofSeconds(1))
        .ignoreExceptions();
  }
}
