package dev.headwater.launcher.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.client.HeadwaterClient;
import dev.headwater.client.NodeClient;
import dev.headwater.client.Retries;
import dev.headwater.client.Timeouts;
import dev.headwater.client.Wish;
import dev.headwater.client.answers.DomainVersions;
import dev.headwater.client.answers.ItemStatus;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.jobs.finetune.FineTuneStats;
import dev.headwater.jobs.main.JobsConfig;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.platform.load.EventPublisher;
import dev.headwater.platform.load.Pace;
import dev.headwater.platform.parts.Platform;
import dev.headwater.platform.report.Await;
import dev.headwater.tracing.Tracing;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.utils.Utils;

/**
 * One story, the onboarding of a new domain: pre-train on other domains, publish the catalog, load
 * the past, then replay what follows while measuring over HTTP as a client would.
 */
public final class Demo {
  private static final int PARTITIONS = 2;
  private static final long SEED = 7;

  /** How much faster than the replay the clicks after it are played. */
  private static final int REST_FASTER = 10;

  /** Clicks ranked a second: half of them at the rate of the rest. */
  private static final int RANKED_PER_SECOND = 250;

  private final DemoOptions options;
  private final Narrator narrator;
  private final Path directory = RunningDemo.directory();

  /** Makes a demo that tells its story to standard output. */
  public Demo(DemoOptions options, java.io.PrintStream out) {
    this.options = options;
    this.narrator = new Narrator(out);
  }

  /** Takes the figures when they are there, before a demo that is kept stays up. */
  public interface Figures {
    /** Called once. */
    void take(DemoReport report) throws IOException;
  }

  /** Runs the story; returns what was measured. */
  public DemoReport run(Figures figures) throws Exception {
    narrator.step(1, "Pre-train on the source domains");
    DemoMarket market = DemoMarket.load(options.data());
    Path bundle = market.bundle(narrator);
    String domain = market.target().name();
    int replayEvents = (int) Math.ceil(options.seconds() * options.rate());
    DemoPlan plan = DemoPlan.of(domain, market.target(), replayEvents, SEED);

    Utils.delete(directory.toFile());
    Files.createDirectories(directory);
    EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("kafka"), 0);
    HeadwaterConfig config = config(broker.bootstrap(), domain);
    try (Platform platform = Platform.start(config, broker, domain, bundle);
        RunningDemo running = RunningDemo.at(directory, ports(platform));
        Tracing tracing = config.tracing().open("publisher");
        EventPublisher publisher = new EventPublisher(config.kafka(), tracing);
        QualityWatch quality = new QualityWatch(config.kafka());
        HistoryAppends appends = new HistoryAppends(config.kafka())) {
      return tell(
          plan,
          new Stage(
              platform,
              publisher,
              quality,
              appends,
              node(platform),
              running.address(RunningDemo.Part.STORE),
              domain),
          figures);
    }
  }

  private static Map<RunningDemo.Part, Integer> ports(Platform platform) {
    return Map.of(
        RunningDemo.Part.KAFKA, Integer.parseInt(portOf(platform.broker().bootstrap())),
        RunningDemo.Part.SERVING, platform.serving().port(),
        RunningDemo.Part.STORE, platform.store().adminPort());
  }

  /** Asks as any client would, and once: what is measured shall not wait for a second try. */
  private static NodeClient node(Platform platform) {
    return NodeClient.at(URI.create("http://127.0.0.1:" + platform.serving().port()))
        .with(Retries.NONE)
        .with(Timeouts.of(Duration.ofSeconds(20)));
  }

  private record Stage(
      Platform platform,
      EventPublisher publisher,
      QualityWatch quality,
      HistoryAppends appends,
      NodeClient node,
      URI store,
      String domain) {
    HeadwaterClient shop() {
      return node.shop(domain);
    }

    DomainVersions versions() {
      return node.domain(domain).versions();
    }
  }

  private DemoReport tell(DemoPlan plan, Stage stage, Figures figures) throws Exception {
    narrator.step(2, "Publish the catalog of the new domain '" + plan.domain() + "'");
    narrator.say(
        "Kafka is at %s, the HTTP API at %s, the model store at %s"
            .formatted(
                stage.platform().broker().bootstrap(), stage.node().address(), stage.store()));
    narrator.say("Watch it in a browser: %s".formatted(console(stage)));
    long visibleAtStart = publishCatalog(plan.catalog(), stage);

    narrator.step(3, "Load the first 80 % of the clicks");
    loadHistory(plan, stage);
    stats(plan).freezeNow();
    stage.quality().restart();

    narrator.step(
        4,
        "Replay what follows: %.0f clicks a second for %d s, %d new items on the way"
            .formatted(options.rate(), options.seconds(), plan.newItems().size()));
    Replay replay = new Replay(plan, stage.publisher(), stage.shop());
    replay.play(options.rate(), narrator, stage.quality());
    awaitLearned(plan, stage, "learning the last clicks");
    ObjectNode ofReplay = stage.quality().toJson();

    narrator.step(
        5,
        "Play the %,d clicks that are left, to the end of the data, at %.0f a second"
            .formatted(plan.rest().size(), options.rate() * REST_FASTER));
    playRest(plan, stage);

    DemoReport report =
        DemoReport.of(
            plan,
            stage.platform(),
            stage.publisher(),
            new DemoReport.Read(stage.quality(), stage.appends()),
            stage.versions(),
            replay,
            visibleAtStart);
    report.json().set("prequential_replay", ofReplay);
    report.print(narrator);
    figures.take(report);
    if (options.keep()) {
      keep(plan, stage);
    }
    return report;
  }

  private long publishCatalog(List<CatalogItem> catalog, Stage stage) throws InterruptedException {
    catalog.forEach(stage.publisher()::publish);
    stage.publisher().flush();
    List<String> ids = catalog.stream().map(CatalogItem::item).toList();
    JobFailures failures = new JobFailures(stage.platform());
    AtomicLong seen = new AtomicLong();
    try (Narrator.Progress progress = narrator.progress("embeddings from text", catalog.size())) {
      Await.until(
          "the catalog to become visible",
          Duration.ofMinutes(10),
          () -> {
            failures.tell();
            seen.set(visible(stage, ids));
            progress.to(seen.get(), "visible in answers");
            return seen.get() >= catalog.size();
          });
    }
    long visible = seen.get();
    narrator.say("%,d items can be recommended; nobody has clicked yet".formatted(visible));
    example(stage, ids);
    return visible;
  }

  private static long visible(Stage stage, List<String> ids) {
    DomainVersions.Serving serving = stage.versions().serving();
    if (serving == null || serving.items() < ids.size()) {
      return serving == null ? 0 : serving.items();
    }
    long visible = 0;
    for (int from = 0; from < ids.size(); from += 1_000) {
      List<String> part = ids.subList(from, Math.min(ids.size(), from + 1_000));
      visible += stage.shop().statuses(part).items().stream().filter(ItemStatus::isVisible).count();
    }
    return visible;
  }

  private void example(Stage stage, List<String> ids) {
    String item = ids.get(ids.size() / 2);
    stage.shop().similar(item, Wish.of(1)).items().stream()
        .findFirst()
        .ifPresent(
            nearest ->
                narrator.say(
                    "for instance, most like item %s is %s".formatted(item, nearest.item())));
  }

  private void loadHistory(DemoPlan plan, Stage stage) throws InterruptedException {
    plan.history().forEach(stage.publisher()::publish);
    stage.publisher().flush();
    BadInput.publish(plan, stage.publisher());
    awaitLearned(plan, stage, "learning from clicks");
  }

  /**
   * The frozen table was taken at the cut: two minutes hardly move it, so that comparing it over
   * them says how fresh the table is and little of what learning is worth. The rest does.
   */
  private void playRest(DemoPlan plan, Stage stage) throws InterruptedException {
    Pace pace = new Pace(options.rate() * REST_FASTER);
    try (Narrator.Progress progress = narrator.progress("playing the rest", plan.rest().size())) {
      long played = 0;
      for (Interaction click : plan.rest()) {
        pace.await();
        stage.publisher().publish(click);
        progress.to(++played, stage.quality().inWords());
      }
    }
    stage.publisher().flush();
    awaitLearned(plan, stage, "learning the rest");
  }

  /** Waits until every accepted click was learned or accounted for. */
  private void awaitLearned(DemoPlan plan, Stage stage, String what) throws InterruptedException {
    FineTuneStats stats = stats(plan);
    long published = stage.publisher().interactionsPublished();
    JobFailures failures = new JobFailures(stage.platform());
    try (Narrator.Progress progress = narrator.progress(what, published)) {
      Await.until(
          "the clicks to be learned",
          Duration.ofMinutes(15),
          () -> {
            failures.tell();
            var counts = stage.platform().ingest().counts();
            long done = handled(stats);
            progress.to(done, "learned; " + stage.quality().inWords());
            return counts.interactions() >= published && done >= counts.historyAppends();
          });
    }
  }

  private static long handled(FineTuneStats stats) {
    return stats.learned()
        + stats.parked()
        + stats.dropped()
        + stats.overBound()
        + stats.withoutHistory();
  }

  private static FineTuneStats stats(DemoPlan plan) {
    return FineTuneStats.of(JobsConfig.fineTuneName(plan.domain()));
  }

  private void keep(DemoPlan plan, Stage stage) {
    narrator.plain("");
    narrator.plain(
        "Everything stays up and goes on, %.0f clicks a second and an item now and then; Ctrl-C ends it."
            .formatted(Ongoing.RATE));
    narrator.plain("Console: %s".formatted(console(stage)));
    narrator.plain("API:     curl -s '%s/'".formatted(stage.node().address()));
    narrator.plain("Kafka:   %s".formatted(stage.platform().broker().bootstrap()));
    narrator.plain(
        "Store:   %s; in another shell: deploy/headwater versions".formatted(stage.store()));
    narrator.plain(
        "         lag, item-status, pin, rollback and the others find this demo by themselves too.");
    new Ongoing(plan, stage.publisher(), new Random(SEED)).play();
  }

  private static String console(Stage stage) {
    return stage.node().address() + "/console/";
  }

  private HeadwaterConfig config(String bootstrap, String domain) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("kafka.bootstrap", bootstrap);
    values.put("kafka.partitions", PARTITIONS);
    values.put("domains", List.of(domain));
    values.put("state-directory", directory.resolve("state").toString());
    values.put("bundle-directory", directory.resolve("bundles").toString());
    values.put("serving.port", options.port());
    values.put("serving.host", "127.0.0.1");
    values.put("store.admin-port", 0);
    values.put("fine-tune.scoring.per-second", RANKED_PER_SECOND);
    return HeadwaterConfig.load(null, values);
  }

  private static String portOf(String bootstrap) {
    return bootstrap.substring(bootstrap.lastIndexOf(':') + 1);
  }
}
