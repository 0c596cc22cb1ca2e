package dev.headwater.bench.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.bench.jobs.DomainsBench;
import dev.headwater.bench.stage.BenchStage;
import dev.headwater.bench.stage.ColdRows;
import dev.headwater.events.DomainNames;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Event;
import dev.headwater.idp.data.GeneratedMarket;
import dev.headwater.idp.data.Item;
import dev.headwater.idp.tensor.Torch;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.models.ServedDomains;
import dev.headwater.platform.cli.AtLeast;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.report.JsonReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench domains}: many small domains in one pair of jobs, then one of them flooded. */
@Command(
    name = "domains",
    description =
        "Many small domains in one pair of jobs: what each learns, click to row, and what a flood"
            + " in one costs the others.",
    mixinStandardHelpOptions = true)
final class BenchDomainsCommand implements Callable<Integer> {
  private static final int PARTITIONS = 2;
  private static final long SEED = 7;

  @Mixin BenchOptions bench = new BenchOptions();

  @Option(
      names = "--domains",
      converter = AtLeast.OneWhole.class,
      defaultValue = "200",
      paramLabel = "N",
      description = "Domains (default 200).")
  int domains = 200;

  @Option(
      names = "--items",
      converter = AtLeast.OneWhole.class,
      defaultValue = "500",
      paramLabel = "N",
      description = "Items a domain (default 500), the most clicked of the generated market.")
  int items = 500;

  @Option(
      names = "--rps",
      converter = AtLeast.One.class,
      defaultValue = "500",
      paramLabel = "R",
      description = "Clicks a second over all domains (default 500).")
  double perSecond = 500;

  @Option(
      names = "--warm-seconds",
      converter = AtLeast.OneWhole.class,
      defaultValue = "30",
      paramLabel = "S",
      description = "Seconds before anything is measured (default 30).")
  int warmSeconds = 30;

  @Option(
      names = "--seconds",
      converter = AtLeast.OneWhole.class,
      defaultValue = "120",
      paramLabel = "S",
      description = "Seconds measured (default 120).")
  int seconds = 120;

  @Option(
      names = "--flood-rps",
      converter = AtLeast.One.class,
      defaultValue = "5000",
      paramLabel = "R",
      description = "Clicks a second on one domain, beside the others (default 5000).")
  double floodPerSecond = 5_000;

  @Option(
      names = "--flood-seconds",
      converter = AtLeast.OneWhole.class,
      defaultValue = "40",
      paramLabel = "S",
      description = "How long (default 40).")
  int floodSeconds = 40;

  @Option(
      names = "--bundle",
      paramLabel = "BUNDLE",
      description = "Source bundle; default: one pre-trained on the generated market.")
  @Nullable Path bundle;

  @Option(
      names = "--answer",
      description =
          "Run a store and a serving node beside the jobs, and ask each domain in the end.")
  boolean answer;

  @Override
  public Integer call() throws Exception {
    Torch.preferThreads(1); // as `job fine-tune` does
    DomainData data = mostClicked(GeneratedMarket.generate(SEED).get(2));
    try (BenchStage stage = bench.stage("d*", PARTITIONS)) {
      DomainModel model = stage.model("d0", bundle, Output.stream());
      ServedDomains served =
          ServedDomains.announced(DomainNames.of(List.of("d*", "without-model")), model.bundles());
      DomainsBench.Setting setting =
          new DomainsBench.Setting(
              served,
              model.bundleId(),
              stage.config().jobs().coldStart(),
              stage.config().jobs().fineTune(),
              ColdRows.encoders(model, data),
              answer ? stage.config() : null);
      report(
          new DomainsBench(
                  stage.config().kafka(),
                  stage.config().flink(),
                  setting,
                  data,
                  domains,
                  Output::line)
              .run(
                  new DomainsBench.Load(
                      domains, perSecond, warmSeconds, seconds, floodPerSecond, floodSeconds)));
    }
    return 0;
  }

  private DomainData mostClicked(DomainData all) {
    Map<String, Long> clicks =
        all.events().stream().collect(Collectors.groupingBy(Event::item, Collectors.counting()));
    List<Item> kept =
        all.items().stream()
            .sorted((one, other) -> Long.compare(count(clicks, other), count(clicks, one)))
            .limit(items)
            .toList();
    Set<String> ids = kept.stream().map(Item::id).collect(Collectors.toSet());
    List<Event> events = all.events().stream().filter(e -> ids.contains(e.item())).toList();
    return new DomainData(all.name(), kept, events, all.realTime());
  }

  private static long count(Map<String, Long> clicks, Item item) {
    return clicks.getOrDefault(item.id(), 0L);
  }

  private void report(DomainsBench.Result result) throws IOException {
    ObjectNode figures = JsonReport.object();
    ObjectNode of = figures.putObject("domains");
    of.put("domains", domains);
    of.put("items_per_domain", items);
    of.put("cold_rows_per_s", Math.round(result.rowsPerSecond()));
    of.put("examples_learned", result.learned());
    of.put("learned", result.domainsLearned());
    of.put("live_above_never_tuned", result.liveAboveNeverTuned());
    of.put("events_ranked", result.ranked());
    of.put("click_to_row_p50_ms", result.p50Ms());
    of.put("click_to_row_p99_ms", result.p99Ms());
    of.put("click_to_row_p99_ms_worst_domain", result.worstP99Ms());
    of.put("starved", result.starved());
    of.put("others_p99_ms_under_flood", result.othersP99Ms());
    of.put("others_p99_ms_under_flood_worst_domain", result.othersWorstP99Ms());
    of.put("others_starved_under_flood", result.othersStarved());
    of.put("flooded_learned", result.floodLearned());
    of.put("flooded_left_aside", result.floodLeftAside());
    of.put("rss_mb_before", Math.round(result.rssBeforeMb()));
    of.put("rss_mb", Math.round(result.rssMb()));
    var answered = result.answered();
    if (answered != null) {
      of.put("answered", answered.answered());
      of.put("answered_by_version", answered.learned());
      of.put("answer_p50_ms", answered.p50Ms());
      of.put("answer_p99_ms", answered.p99Ms());
      of.put("refusal", answered.refusal());
    }
    bench.report(figures);
  }
}
