package dev.headwater.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.client.HeadwaterClient;
import dev.headwater.client.NodeClient;
import dev.headwater.client.Wish;
import dev.headwater.client.answers.DomainVersions;
import dev.headwater.client.answers.ItemStatus;
import dev.headwater.client.answers.LagReport;
import dev.headwater.client.answers.Recommendations;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.idp.data.DomainData;
import dev.headwater.jobs.finetune.FineTuneStats;
import dev.headwater.jobs.main.JobsConfig;
import dev.headwater.launcher.demo.HistoryAppends;
import dev.headwater.launcher.observability.NamedMetrics;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.platform.load.EventPublisher;
import dev.headwater.platform.load.Timeline;
import dev.headwater.platform.parts.Platform;
import dev.headwater.serving.lag.HeartbeatConfig;
import dev.headwater.serving.lag.LagWatch;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole path on real parts: broker, Kafka Streams, Flink, PyTorch, RocksDB, HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(300)
class EndToEndIT {
  private static final String DOMAIN = "demo";

  @TempDir static Path directory;

  private HeadwaterConfig config;
  private Platform platform;
  private EventPublisher publisher;
  private NodeClient node;
  private HeadwaterClient shop;
  private List<CatalogItem> catalog;
  private long nextTimestampMs;

  @BeforeAll
  void startEverything() throws Exception {
    List<DomainData> market = SmallMarket.generate();
    Path bundle = SmallMarket.bundle(market.get(0), directory.resolve("bundle"));
    EmbeddedBroker broker = EmbeddedBroker.start();
    config =
        SmallMarket.config(
            broker,
            DOMAIN,
            directory,
            Map.of("flink.checkpoint-interval", "1 s", "store.seal-interval", "1 s"));
    platform = Platform.start(config, broker, DOMAIN, bundle);
    publisher = new EventPublisher(config.kafka());
    connect();

    DomainData target = market.get(1);
    catalog = SmallMarket.catalog(DOMAIN, target);
    catalog.forEach(publisher::publish);
    List<Interaction> clicks = Timeline.of(DOMAIN, target.events());
    clicks.forEach(publisher::publish);
    publisher.flush();
    nextTimestampMs = clicks.get(clicks.size() - 1).timestampMs() + 1_000;
    eventually().until(() -> catalog.stream().allMatch(item -> isVisible(item.item())));
    eventually().until(() -> handled() >= clicks.size());
  }

  @AfterAll
  void stopEverything() {
    if (publisher != null) {
      publisher.close();
    }
    if (platform != null) {
      platform.close();
    }
  }

  @Test
  @Order(1)
  void aClickChangesTheNextAnswer() {
    String user = "visitor";
    click(user, item(0));
    awaitBasedOn(user, click(user, item(1)));
    List<String> before = recommended(user, 10);

    String event = click(user, item(7));
    awaitBasedOn(user, event);

    List<String> after = recommended(user, 10);
    assertThat(after).isNotEqualTo(before).doesNotContain(item(0), item(1), item(7));
  }

  @Test
  @Order(2)
  void aNewItemAppearsInSimilarAndInRecommendations() {
    CatalogItem like = catalog.get(3);
    publisher.publish(
        CatalogItem.of(DOMAIN, "brand-new", like.title(), like.brand(), like.categories()));
    eventually().until(() -> isVisible("brand-new"));

    assertThat(shop.status("brand-new").matches())
        .isNotEmpty()
        .allSatisfy(match -> assertThat(match.title()).isNotEmpty());
    Wish all = Wish.of(catalog.size());
    assertThat(items(shop.similar(like.item(), all))).contains("brand-new");
    assertThat(items(shop.forHistory(List.of(like.item(), item(4)), all))).contains("brand-new");
  }

  @Test
  @Order(3)
  void aTombstoneRemovesItFromEveryAnswer() {
    publisher.publish(CatalogItem.of(DOMAIN, "short-lived", "Wooden train set", "", List.of()));
    eventually().until(() -> isVisible("short-lived"));
    click("collector", "short-lived");
    awaitBasedOn("collector", click("collector", item(2)));

    publisher.delete(DOMAIN, "short-lived");
    eventually().until(() -> shop.status("short-lived").state().equals("deleted"));

    assertThat(items(shop.similar(item(3), Wish.of(catalog.size())))).doesNotContain("short-lived");
    assertThat(items(shop.forHistory(List.of(item(3)), Wish.of(catalog.size()))))
        .doesNotContain("short-lived");
    assertThat(recommended("visitor", catalog.size())).doesNotContain("short-lived");
  }

  @Test
  @Order(4)
  void ingestIsStoppedAndStartedAndNothingIsLost() throws Exception {
    awaitBasedOn("patient", click("patient", item(4)));
    platform.ingest().close();
    String event = click("patient", item(5));
    publisher.flush();
    platform.restartIngest();
    awaitBasedOn("patient", event);
    awaitLearned(item(5), event);
  }

  @Test
  @Order(5)
  void theJobsAreStoppedAndStartedAndNothingIsLost() throws Exception {
    platform.stopJobs();
    String event = click("night-owl", item(6));
    publisher.publish(CatalogItem.of(DOMAIN, "while-away", "Vintage kettle", "", List.of()));
    publisher.flush();
    awaitBasedOn("night-owl", event);
    click("night-owl", item(8));
    platform.startJobs();
    eventually().until(() -> isVisible("while-away"));
    awaitLearned(item(8), event);
  }

  @Test
  @Order(6)
  void theStoreIsStoppedAndStartedAndGoesOnSealing() throws Exception {
    eventually().until(() -> announced() > 0);
    long before = announced();
    platform.restartStore();
    awaitBasedOn("visitor", click("visitor", item(9)));
    eventually().until(() -> announced() > before);
  }

  @Test
  @Order(7)
  void servingIsStoppedAndStartedAndAnswersAsBefore() {
    awaitBasedOn("visitor", click("visitor", item(10)));
    List<String> before = recommended("visitor", 20);
    platform.restartServing();
    connect();
    eventually().until(() -> platform.serving().readiness().ready());
    eventually().until(() -> catalog.stream().allMatch(item -> isVisible(item.item())));
    eventually() // learning goes on meanwhile: one of them may have gone down
        .untilAsserted(
            () ->
                assertThat(before.subList(0, 5))
                    .filteredOn(recommended("visitor", 20)::contains)
                    .hasSizeGreaterThanOrEqualTo(4));
    assertThat(items(shop.similar(item(3), Wish.of(catalog.size())))).doesNotContain("short-lived");
    awaitBasedOn("visitor", click("visitor", item(11)));
  }

  @Test
  @Order(8)
  void everythingPublishedIsAccountedFor() {
    try (HistoryAppends appends = new HistoryAppends(config.kafka())) {
      eventually()
          .untilAsserted(
              () ->
                  assertThat(appends.count())
                      .as("each click once, whoever was restarted")
                      .isEqualTo(publisher.interactionsPublished()));
    }
  }

  @Test
  @Order(9)
  void peopleSeeAndDoItAllInTheConsole() {
    try (ConsoleWalk walk = new ConsoleWalk(node.address().toString(), DOMAIN)) {
      walk.addsAnItem("Wooden toy train with <b>bells</b>");
      walk.clicksAs("visitor");
      walk.pinsAndUnpins();
      walk.seesQuality();
    }
  }

  @Test
  @Order(10)
  void heartbeatsShowNowhere() {
    eventually().until(() -> handled() >= platform.ingest().counts().accepted());
    AtomicReference<String> last = new AtomicReference<>("");
    double beats = published();
    // Nothing that anybody is shown changes while heartbeats pass.
    await()
        .atMost(Duration.ofSeconds(120))
        .pollInterval(Duration.ofMillis(200))
        .during(Duration.ofSeconds(7))
        .until(() -> shown().equals(last.getAndSet(shown())));
    assertThat(published()).isGreaterThan(beats);
    assertThat(last.get()).doesNotContain("__heartbeat");
    assertThat(shop.status("__heartbeat-0").isVisible()).isFalse();
    assertThat(platform.ingest().counts().itemsWithdrawn()).isZero();
    assertThat(platform.ingest().counts().deadLettered()).isEmpty();
  }

  /** All items, a history, the fallback, what is served and what the store announced. */
  private String shown() {
    DomainVersions versions = node.domain(DOMAIN).versions();
    DomainVersions.Announced announced = versions.announced();
    return String.join(
        "\n",
        items(shop.similar(item(3), Wish.of(catalog.size() + 10))).toString(),
        recommended("visitor", 50).toString(),
        recommended("nobody", 50).toString(),
        Long.toString(platform.ingest().counts().accepted()),
        Integer.toString(versions.users()),
        String.valueOf(versions.serving()),
        announced == null ? "" : announced.latestVersion() + " " + announced.checksum());
  }

  private double published() {
    return platform.registry().counter("headwater.heartbeat.published").count();
  }

  @Test
  @Order(11)
  void everyHopIsMeasured() throws Exception {
    eventually()
        .untilAsserted(
            () -> {
              LagReport report = platform.serving().lag();
              assertThat(report.hops()).hasSize(10);
              assertThat(report.hops())
                  .allSatisfy(hop -> assertThat(hop.lastHeartbeatMs()).isPositive())
                  .noneMatch(hop -> hop.state().equals("stopped"));
            });
    assertThat(platform.serving().lag().hops()).allMatch(hop -> hop.clockSkewMs() == null);
    click("lively", item(1));
    awaitBasedOn("lively", click("lively", item(2)));
    assertThat(reading("clicks", "ingest").state()).isIn("live", "slow");
  }

  @Test
  @Order(12)
  void aStoppedConsumerIsNamedWithinFifteenSeconds() throws Exception {
    platform.ingest().close();
    await()
        .atMost(Duration.ofSeconds(15))
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted( // each path has heartbeats of its own, and one may have got through later
            () -> {
              assertThat(reading("clicks", "ingest").state()).isEqualTo("stopped");
              assertThat(reading("items", "ingest").state()).isEqualTo("stopped");
              assertThat(reading("clicks", "end-to-end").state()).isEqualTo("stopped");
            });
    eventually().until(() -> reading("clicks", "fine-tune").state().equals("idle"));
    assertThat(reading("clicks", "ingest").seconds()).isGreaterThan(10);
    assertThat(platform.registry().scrape())
        .containsPattern(
            "headwater_heartbeat_state\\{[^}]*hop=\"ingest\"[^}]*state=\"stopped\"[^}]*} 1");
    Path json = directory.resolve("lag.json");
    assertThat(lag("--broker", "--json", json.toString())).isEqualTo(1);
    JsonNode written = new ObjectMapper().readTree(json.toFile());
    assertThat(written.path("hops").findValuesAsText("state")).contains("stopped");
    platform.restartIngest();
    eventually().until(() -> !platform.serving().lag().anyStopped());
    assertThat(lag("--url", "http://127.0.0.1:" + platform.serving().port())).isZero();
  }

  private int lag(String... flags) {
    List<String> all =
        new ArrayList<>(List.of("lag", "--bootstrap", platform.broker().bootstrap()));
    all.addAll(List.of(flags));
    return Main.commandLine().execute(all.toArray(String[]::new));
  }

  /** Whoever publishes: its own clock is the measure, and how far the others are off is said. */
  @Test
  @Order(13)
  void aClockTenMinutesOffIsNotedAndNoLag() {
    Clock slow = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(-10));
    try (LagWatch watch =
        new LagWatch(
            config.kafka(), List.of(DOMAIN), HeartbeatConfig.DEFAULT, slow, new Random(1))) {
      eventually().until(watch::isJudged);
      for (LagReport.HopReading hop : watch.report().hops()) {
        assertThat(hop.seconds()).as(hop.toString()).isLessThan(60);
        if (!hop.hop().equals("end-to-end")) {
          assertThat(hop.clockSkewMs()).as(hop.toString()).isBetween(540_000L, 600_500L);
        }
      }
    }
  }

  @Test
  @Order(14)
  void everyMeterServedIsDocumented() throws Exception {
    Set<String> documented = MetricsDocTest.documented();
    Set<String> served = new TreeSet<>();
    platform
        .registry()
        .scrape()
        .lines()
        .filter(line -> line.startsWith("headwater_"))
        .map(line -> line.replaceAll("[{ ].*", "").replaceAll("_(bucket|count|sum|max)$", ""))
        .forEach(served::add);
    assertThat(served).hasSizeGreaterThan(40).isSubsetOf(documented);
  }

  @Test
  @Order(14)
  void everyMetricThatADashboardOrAnAlertNamesIsServed() throws Exception {
    Set<String> served = NamedMetrics.exported(List.of(platform.registry().scrape()));
    assertThat(NamedMetrics.places().entrySet())
        .filteredOn(named -> !NamedMetrics.isElsewhere(named.getKey()))
        .hasSizeGreaterThan(40)
        .allSatisfy(
            named -> assertThat(served).as(named.getValue().toString()).contains(named.getKey()));
  }

  private LagReport.HopReading reading(String path, String hop) {
    return platform.serving().lag().hops().stream()
        .filter(each -> each.path().equals(path) && each.hop().equals(hop))
        .findFirst()
        .orElseThrow();
  }

  private String click(String user, String item) {
    String event = UUID.randomUUID().toString();
    nextTimestampMs += 1_000;
    publisher.publish(Interaction.click(event, DOMAIN, user, item, nextTimestampMs));
    return event;
  }

  private void awaitBasedOn(String user, String event) {
    eventually()
        .until(
            () -> {
              Recommendations.BasedOn basedOn = shop.forUser(user, Wish.of(1)).basedOn();
              return basedOn != null && basedOn.eventId().equals(event);
            });
  }

  /** The row of the item learned the event, or something later. */
  private void awaitLearned(String item, String event) {
    long until = nextTimestampMs;
    eventually()
        .until(
            () -> {
              ItemStatus.Row row = shop.status(item).row();
              if (row == null) {
                return false;
              }
              Long newest = row.newestEventTimeMs();
              return newest != null && (event.equals(row.newestEventId()) || newest >= until);
            });
  }

  private List<String> recommended(String user, int count) {
    return items(shop.forUser(user, Wish.of(count)));
  }

  private static List<String> items(Recommendations answer) {
    return answer.items().stream().map(Recommendations.Item::item).toList();
  }

  private void connect() {
    node = NodeClient.at(URI.create("http://127.0.0.1:" + platform.serving().port()));
    shop = node.shop(DOMAIN);
  }

  private boolean isVisible(String item) {
    return shop.status(item).isVisible();
  }

  private long announced() {
    DomainVersions.Announced announced = node.domain(DOMAIN).versions().announced();
    return announced == null ? 0 : announced.announcedVersion();
  }

  private String item(int index) {
    return catalog.get(index).item();
  }

  private static long handled() {
    FineTuneStats stats = FineTuneStats.of(JobsConfig.fineTuneName(DOMAIN));
    return stats.learned() + stats.dropped() + stats.overBound() + stats.withoutHistory();
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(50));
  }
}
