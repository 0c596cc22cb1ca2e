package dev.headwater.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.client.HeadwaterClient;
import dev.headwater.client.NodeClient;
import dev.headwater.client.Wish;
import dev.headwater.client.answers.Recommendations;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.cdim.ColdStartRow;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Event;
import dev.headwater.idp.data.Item;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.heldout.ModelScorer;
import dev.headwater.idp.tensor.Rows;
import dev.headwater.idp.text.TextEncoder;
import dev.headwater.idp.text.TextVectors;
import dev.headwater.jobs.coldstart.ColdStartConfig;
import dev.headwater.jobs.finetune.FineTuneStats;
import dev.headwater.jobs.main.JobsConfig;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.platform.load.EventPublisher;
import dev.headwater.platform.load.Timeline;
import dev.headwater.platform.parts.Platform;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

/**
 * A bundle is tuned on the clicks of a running installation, and the installation goes on by it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(300)
class FineTuneFromKafkaIT {
  private static final String DOMAIN = "demo";
  private static final int SHOWN = 10;
  private static final int USERS = 300;
  private static final int WALK = 8;
  private static final int STEP = 7;

  @TempDir static Path directory;

  private Platform platform;
  private HeadwaterClient shop;
  private DomainData target;
  private Path settings;
  private String firstModel = "";

  @BeforeAll
  void startEverythingAndClick() throws Exception {
    List<DomainData> market = SmallMarket.generate();
    target = walks(market.get(1).items());
    Path bundle = SmallMarket.bundle(market.get(0), directory.resolve("bundle"));
    firstModel = SourceBundle.open(bundle).manifest().bundleId();
    EmbeddedBroker broker = EmbeddedBroker.start();
    // Answers from the rows alone: what they rank by can be computed beside.
    HeadwaterConfig config =
        SmallMarket.config(broker, DOMAIN, directory, Map.of("serving.ranker.enabled", false));
    platform = Platform.start(config, broker, DOMAIN, bundle);
    shop = NodeClient.at(URI.create("http://127.0.0.1:" + platform.serving().port())).shop(DOMAIN);
    settings =
        Files.writeString(
            directory.resolve("headwater.conf"),
            "bundle-directory = \"%s\"\n".formatted(config.bundleDirectory()));
    List<CatalogItem> catalog = SmallMarket.catalog(DOMAIN, target);
    List<Interaction> clicks = Timeline.of(DOMAIN, target.events());
    try (EventPublisher publisher = new EventPublisher(config.kafka())) {
      catalog.forEach(publisher::publish);
      clicks.forEach(publisher::publish);
      publisher.flush();
    }
    eventually()
        .until(() -> catalog.stream().allMatch(item -> shop.status(item.item()).isVisible()));
    eventually().until(() -> handled() >= clicks.size());
  }

  @AfterAll
  void stopEverything() {
    if (platform != null) {
      platform.close();
    }
  }

  @Test
  @Order(1)
  void aBundleThatAnswersNoBetterIsNotPublished() throws Exception {
    Path json = directory.resolve("refused.json");
    assertThat(
            tune(
                "--mode",
                "embeddings-only",
                "--set",
                "table-rate=1e-12",
                "--json",
                json.toString()))
        .isEqualTo(3);
    JsonNode written = new ObjectMapper().readTree(json.toFile());
    assertThat(written.path("gate").path("passed").asBoolean(true)).isFalse();
    assertThat(written.has("model_version")).isFalse();
    assertThat(published()).containsExactly(firstModel);
    assertThat(announced()).isEqualTo(firstModel);
  }

  @Test
  @Order(2)
  void whatCannotBeTunedIsSaidWithACode() {
    assertFails("(unknown_domain)", "--domain", "toys");
    assertFails("(too_few_events)", "--domain", DOMAIN, "--events", "200");
    assertFails("no store answers", "--domain", DOMAIN, "--store", "http://127.0.0.1:1");
    assertThat(announced()).isEqualTo(firstModel);
  }

  @Test
  @Order(3)
  void aDryRunWritesTheBundleAndAnnouncesNothing() throws Exception {
    Path json = directory.resolve("dry.json");
    String start = directory.resolve("bundle").toString();
    assertThat(
            tune(
                "--dry-run", "--bundle", start, "--set", "max-epochs=4", "--json", json.toString()))
        .isZero();
    JsonNode written = new ObjectMapper().readTree(json.toFile());
    assertThat(SourceBundle.open(directory.resolve("tuned")).manifest().bundleId())
        .isEqualTo(written.path("bundle").asText());
    assertThat(written.has("model_version")).isFalse();
    assertThat(published()).containsExactly(firstModel);
    assertThat(announced()).isEqualTo(firstModel);
  }

  @Test
  @Order(4)
  void aBetterBundleTakesOverAndAnswersChangeAsOne() throws Exception {
    List<String> history = List.of(item(0), item(STEP));
    Path json = directory.resolve("tuned.json");
    ConcurrentLinkedQueue<Recommendations> answers = new ConcurrentLinkedQueue<>();
    ScheduledExecutorService asking = Executors.newSingleThreadScheduledExecutor();
    try {
      ScheduledFuture<?> asker =
          asking.scheduleWithFixedDelay(
              () -> answers.add(shop.forHistory(history, Wish.of(SHOWN))),
              0,
              20,
              TimeUnit.MILLISECONDS);
      assertThat(tune("--set", "max-epochs=15", "--json", json.toString())).isZero();
      eventually().until(() -> !announced().equals(firstModel));
      int asked = answers.size();
      eventually().until(() -> asker.isDone() || answers.size() > asked + SHOWN);
      assertThat(asker.isDone()).as("an answer failed").isFalse();
    } finally {
      asking.shutdown();
    }
    JsonNode written = new ObjectMapper().readTree(json.toFile());
    assertThat(written.path("gate").path("passed").asBoolean()).isTrue();
    String tuned = written.path("model_version").asText();
    assertThat(announced()).isEqualTo(tuned).isNotEqualTo(firstModel);

    SourceBundle bundle = SourceBundle.open(directory.resolve("bundles").resolve(tuned));
    assertThat(bundle.manifest().config()).containsEntry("tuned-from", firstModel);
    List<String> expected = ranking(bundle, history);
    List<Recommendations> all = List.copyOf(answers);
    assertThat(all).allMatch(answer -> answer.items().size() == SHOWN);
    assertThat(models(all)).as("once, and not back").containsExactly(firstModel, tuned);
    assertThat(all)
        .filteredOn(answer -> answer.versions().model().equals(tuned))
        .allSatisfy(answer -> assertThat(items(answer)).isEqualTo(expected));
    assertThat(expected).startsWith(item(2 * STEP));
    assertThat(items(all.get(0))).isNotEqualTo(expected);
  }

  private void assertFails(String why, String... flags) {
    StringWriter errors = new StringWriter();
    assertThat(run(errors, flags)).as(errors.toString()).isEqualTo(1);
    assertThat(errors.toString()).contains(why).doesNotContain("stack trace");
  }

  private int tune(String... more) {
    List<String> flags = new ArrayList<>(List.of("--domain", DOMAIN));
    flags.addAll(List.of("--out", directory.resolve("tuned").toString()));
    flags.addAll(List.of(more));
    StringWriter errors = new StringWriter();
    int status = run(errors, flags.toArray(String[]::new));
    assertThat(errors.toString()).isEmpty();
    return status;
  }

  private int run(StringWriter errors, String... flags) {
    List<String> all = new ArrayList<>(List.of("fine-tune", "--from-kafka"));
    all.addAll(List.of("--bootstrap", platform.broker().bootstrap()));
    all.addAll(List.of("--config", settings.toString()));
    if (!List.of(flags).contains("--store")) {
      all.addAll(List.of("--store", "http://127.0.0.1:" + platform.store().adminPort()));
    }
    all.addAll(List.of(flags));
    return Main.commandLine()
        .setErr(new PrintWriter(errors, true))
        .execute(all.toArray(String[]::new));
  }

  /** What the bundle ranks after a history, computed without any part of the installation. */
  private List<String> ranking(SourceBundle bundle, List<String> history) {
    List<String> ids = target.items().stream().map(item -> item.id()).toList();
    List<ColdStartRow> made;
    try (TextEncoder text = bundle.newTextEncoder()) {
      made =
          bundle
              .coldStart(ColdStartConfig.rule().matcher(), DOMAIN)
              .make(ids, TextVectors.of(target, text, null));
    }
    int[] numbers = history.stream().mapToInt(ids::indexOf).toArray();
    try (Rows table = new Rows(bundle.manifest().dim(), made.size());
        SequenceEncoder encoder = bundle.newEncoder()) {
      for (int i = 0; i < made.size(); i++) {
        table.set(i, made.get(i).vector());
      }
      float[] scores = new ModelScorer(encoder, table, 0, made.size()).scores(List.of(numbers))[0];
      return IntStream.range(0, scores.length)
          .boxed()
          .sorted(Comparator.comparingDouble(i -> -scores[i]))
          .map(ids::get)
          .filter(item -> !history.contains(item))
          .limit(SHOWN)
          .toList();
    }
  }

  private String item(int index) {
    return target.items().get(index).id();
  }

  private String announced() {
    return Objects.requireNonNull(shop.forHistory(List.of(item(0)), Wish.of(1)).versions()).model();
  }

  private static List<String> published() throws Exception {
    try (Stream<Path> bundles = Files.list(directory.resolve("bundles"))) {
      return bundles.map(each -> String.valueOf(each.getFileName())).toList();
    }
  }

  private static List<String> models(List<Recommendations> answers) {
    List<String> models = new ArrayList<>();
    for (Recommendations answer : answers) {
      String model = answer.versions().model();
      if (models.isEmpty() || !models.get(models.size() - 1).equals(model)) {
        models.add(model);
      }
    }
    return models;
  }

  private static List<String> items(Recommendations answer) {
    return answer.items().stream().map(Recommendations.Item::item).toList();
  }

  /** Users of whom each goes on by seven items a day: nothing that their texts would say. */
  private static DomainData walks(List<Item> items) {
    long day = Duration.ofDays(1).toSeconds();
    SplittableRandom random = new SplittableRandom(5);
    List<Event> events = new ArrayList<>();
    for (int user = 0; user < USERS; user++) {
      int at = random.nextInt(items.size());
      long time = 1_700_000_000L + random.nextLong(3 * day);
      for (int k = 0; k < WALK; k++) {
        String item = items.get((at + k * STEP) % items.size()).id();
        events.add(new Event("u" + user, item, time + k * day));
      }
    }
    return new DomainData(DOMAIN, items, events, true);
  }

  private static long handled() {
    FineTuneStats stats = FineTuneStats.of(JobsConfig.fineTuneName(DOMAIN));
    return stats.learned() + stats.dropped() + stats.overBound() + stats.withoutHistory();
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(50));
  }
}
