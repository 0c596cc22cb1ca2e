package dev.headwater.launcher.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headwater.client.HeadwaterClient;
import dev.headwater.client.Wish;
import dev.headwater.client.answers.ItemStatus;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.idp.data.DomainData;
import dev.headwater.launcher.SmallMarket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole of {@code deploy/compose} on images that were built from the Dockerfiles: answers, new
 * items, alerts; containers that crash; all taken down and up again. Needs an engine that answers
 * ({@code DOCKER_HOST}), debootstrap and root.
 */
class ComposeSuite {
  private static final String DOMAIN = "demo";
  private static final int VISITORS = 10;

  @TempDir Path directory;

  private Installation installation;
  private List<CatalogItem> catalog;
  private Visitors visitors;

  @BeforeEach
  void build() throws Exception {
    assumeTrue(Images.canBeBuilt(), "no engine answers here");
    Images.build();
    List<DomainData> market = SmallMarket.generate();
    Path bundles = directory.resolve("bundles");
    SmallMarket.bundle(market.get(0), bundles.resolve("small"));
    Programs.output(Map.of(), List.of("chmod", "-R", "a+rX", directory.toString()), "");
    catalog = SmallMarket.catalog(DOMAIN, market.get(1));
    List<String> items = catalog.stream().map(CatalogItem::item).toList();
    visitors = new Visitors(DOMAIN, items, System.currentTimeMillis() - 3_600_000);
    installation = new Installation(bundles, "small");
  }

  @AfterEach
  void takeAway() {
    if (installation != null) {
      System.err.println(installation.states());
      installation.close();
    }
  }

  @Test
  void answersLearnsAndKeepsWhatItLearned() throws Exception {
    passed("images are built:\n" + Images.sizes());
    installation.up();
    passed("all are started");
    itemsComeAndClicksAreLearned();
    passed("items came, clicks were learned");
    prometheusSeesAllAndKnowsTheAlerts();
    passed("Prometheus sees all");
    crashesAreRecoveredFrom();
    passed("four crashes were recovered from");
    downAndUp();
    passed("all was taken down and came back");
  }

  private static void passed(String what) {
    System.err.println(Instant.now() + " " + what);
  }

  private void itemsComeAndClicksAreLearned() {
    StringBuilder records = new StringBuilder();
    catalog.forEach(item -> records.append(Visitors.item(item)));
    installation.publish("catalog", records.toString());
    bothNodes(node -> assertThat(visible(node)).isEqualTo(catalog.size()));
    visitAll(0);
    bothNodes(this::assertAllLearned);
    String event = visitors.lastEvent();
    bothNodes(
        node -> {
          var answer = node.forUser("visitor-" + (VISITORS - 1), Wish.of(5));
          assertThat(answer.items()).hasSize(5);
          assertThat(String.valueOf(answer.basedOn())).contains(event);
        });
  }

  private void prometheusSeesAllAndKnowsTheAlerts() {
    eventually()
        .untilAsserted(
            () -> {
              Set<String> up = new TreeSet<>();
              for (JsonNode each :
                  installation.prometheus("/api/v1/query?query=up==1").at("/data/result")) {
                up.add(each.at("/metric/instance").asText());
              }
              assertThat(up)
                  .contains(
                      "serving:8080",
                      "serving-2:8080",
                      "store:9104",
                      "ingest:9101",
                      "jobmanager:9249",
                      "taskmanager:9249");
            });
    eventually().untilAsserted(() -> assertThat(firing()).doesNotContain("HeadwaterDown"));
  }

  private Set<String> firing() throws Exception {
    JsonNode rules = installation.prometheus("/api/v1/rules?type=alert").at("/data/groups");
    assertThat(rules.findValues("alerts")).hasSizeGreaterThan(10);
    Set<String> firing = new TreeSet<>();
    for (JsonNode each : installation.prometheus("/api/v1/alerts").at("/data/alerts")) {
      if (each.path("state").asText().equals("firing")) {
        firing.add(each.at("/labels/alertname").asText());
      }
    }
    return firing;
  }

  private void crashesAreRecoveredFrom() {
    for (String service : List.of("serving", "store", "ingest", "taskmanager")) {
      installation.crash(service);
    }
    visitAll(50);
    CatalogItem like = catalog.get(3);
    installation.publish(
        "catalog",
        Visitors.item(
            CatalogItem.of(DOMAIN, "while-away", like.title(), like.brand(), like.categories())));
    bothNodes(node -> assertThat(node.status("while-away").isVisible()).isTrue());
    bothNodes(this::assertAllLearned);
    for (String service : List.of("serving", "store", "ingest", "taskmanager")) {
      assertThat(installation.restarts(service)).as(service).isPositive();
    }
  }

  private void downAndUp() {
    installation.down();
    installation.up();
    bothNodes(node -> assertThat(node.status("while-away").isVisible()).isTrue());
    bothNodes(this::assertAllLearned);
    visitAll(100);
    bothNodes(this::assertAllLearned);
  }

  private void visitAll(int first) {
    StringBuilder clicks = new StringBuilder();
    for (int i = 0; i < VISITORS; i++) {
      clicks.append(visitors.visit("visitor-" + (first + i), first + i, 5));
    }
    installation.publish("interactions", clicks.toString());
  }

  /** What is asked of a node. */
  private interface Asked {
    void of(HeadwaterClient node);
  }

  private void bothNodes(Asked asked) {
    for (int number : List.of(1, 2)) {
      eventually().untilAsserted(() -> asked.of(installation.node(number)));
    }
  }

  private void assertAllLearned(HeadwaterClient node) {
    long learned =
        statuses(node).stream()
            .map(ItemStatus::row)
            .mapToLong(row -> row == null ? 0 : row.interactionsLearned())
            .sum();
    assertThat(learned).isEqualTo(visitors.learnable());
  }

  private long visible(HeadwaterClient node) {
    return statuses(node).stream().filter(ItemStatus::isVisible).count();
  }

  private List<ItemStatus> statuses(HeadwaterClient node) {
    return node.statuses(catalog.stream().map(CatalogItem::item).toList()).items();
  }

  private ConditionFactory eventually() {
    return await()
        .atMost(Duration.ofMinutes(8))
        .pollInterval(Duration.ofSeconds(2))
        .ignoreExceptions();
  }
}
