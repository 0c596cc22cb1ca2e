package dev.headwater.bench.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.bench.jobs.FineTuneBench;
import dev.headwater.bench.stage.BenchStage;
import dev.headwater.bench.stage.ColdRows;
import dev.headwater.events.wire.QualityWindow;
import dev.headwater.events.wire.RankingQuality;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.tensor.Torch;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.finetune.FineTuneConfig;
import dev.headwater.platform.cli.AtLeast;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.load.Datasets;
import dev.headwater.platform.report.JsonReport;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench fine-tune}: examples a second, and from a click to its row at half that rate. */
@Command(
    name = "fine-tune",
    description = "Examples a second through FineTuneJob, then click to row at half that rate.",
    mixinStandardHelpOptions = true)
final class BenchFineTuneCommand implements Callable<Integer> {
  @Mixin BenchOptions bench = new BenchOptions();

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "Folder with a folder a domain.")
  Path data = Path.of("");

  @Option(names = "--target", required = true, paramLabel = "T", description = "Whose clicks.")
  String target = "";

  @Option(
      names = "--bundle",
      paramLabel = "BUNDLE",
      description = "Source bundle; default: one pre-trained on the generated market.")
  @Nullable Path bundle;

  @Option(
      names = "--events",
      converter = AtLeast.OneWhole.class,
      defaultValue = "100000",
      paramLabel = "N",
      description = "Events at full speed (default 100000), after a quarter as many to warm up.")
  int events = 100_000;

  @Option(
      names = "--rate",
      converter = AtLeast.Zero.class,
      defaultValue = "0",
      paramLabel = "R",
      description =
          "Most events a second of these, 0 (default) for full speed; prequential quality is"
              + " comparable at one rate only.")
  double rate;

  @Option(
      names = "--partitions",
      converter = AtLeast.OneWhole.class,
      defaultValue = "2",
      paramLabel = "N",
      description =
          "Partitions of the histories (default 2). What waits is read partition by partition, so"
              + " events of two are thousands apart in the order in which they are ranked.")
  int partitions = 2;

  @Option(
      names = "--paced-seconds",
      converter = AtLeast.OneWhole.class,
      defaultValue = "30",
      paramLabel = "S",
      description = "Seconds at half speed (default 30).")
  int pacedSeconds = 30;

  @Option(
      names = "--soak-minutes",
      converter = AtLeast.Zero.class,
      defaultValue = "0",
      paramLabel = "M",
      description = "Minutes at half speed while resident memory is watched (default 0).")
  double soakMinutes;

  @Option(
      names = "--workers",
      split = ",",
      converter = AtLeast.OneWhole.class,
      paramLabel = "N",
      description = "Run it once with so many workers, for each of these (default: as configured).")
  List<Integer> workers = List.of();

  @Override
  public Integer call() throws Exception {
    Torch.preferThreads(1); // as `job fine-tune` does
    DomainData clicks = Datasets.load(data, target);
    ObjectNode figures = JsonReport.object();
    if (workers.isEmpty()) {
      put(figures, run(clicks, 0));
    } else {
      ObjectNode each = figures.putObject("workers");
      for (int number : new TreeSet<>(workers)) {
        Output.line("workers: " + number);
        put(each.putObject(Integer.toString(number)), run(clicks, number));
      }
    }
    bench.report(figures);
    return 0;
  }

  /** Runs it with a broker and topics of its own; with 0 workers as the configuration has it. */
  private FineTuneBench.Result run(DomainData clicks, int number) throws Exception {
    try (BenchStage stage = bench.stage(target, partitions)) {
      DomainModel model = stage.model(target, bundle, Output.stream());
      ColdRows.write(stage.config(), model, clicks, ColdRows.FAST, Output::line);
      FineTuneConfig config = stage.config().fineTune(model);
      return new FineTuneBench(
              stage.config().kafka(),
              stage.config().flink(),
              number == 0 ? config : config.withWorkers(number),
              clicks,
              Output::line)
          .run(events / 4, events, rate, pacedSeconds, soakMinutes);
    }
  }

  private void put(ObjectNode figures, FineTuneBench.Result result) {
    figures.put("examples_per_s", result.examplesPerSecond());
    figures.put("cpu_ms_per_example", result.cpuMsPerExample());
    ObjectNode latency = figures.putObject("click_to_row_ms");
    latency.put("p50", result.clickToRowP50Ms());
    latency.put("p99", result.clickToRowP99Ms());
    latency.put("samples", result.samples());
    latency.put("kept", result.kept());
    figures.put("learned", result.learned());
    figures.put("dropped", result.dropped());
    QualityWindow quality = result.quality();
    if (quality != null) {
      figures.put("ndcg10", quality.getLiveTotal().getNdcg10());
      ObjectNode prequential = figures.putObject("prequential");
      put(prequential, "live", quality.getLiveTotal());
      put(prequential, "learned", quality.getLearnedTotal());
      put(prequential, "item_knn_recent", quality.getItemKnnRecentTotal());
      put(prequential, "never_tuned", quality.getNeverTunedTotal());
      put(prequential, "popularity", quality.getPopularityTotal());
    }
    if (soakMinutes > 0) {
      figures.put("rss_growth_percent", result.rssGrowthPercent());
    }
  }

  private static void put(ObjectNode to, String table, RankingQuality quality) {
    ObjectNode node = to.putObject(table);
    node.put("hr10", quality.getHr10());
    node.put("ndcg10", quality.getNdcg10());
    node.put("events", quality.getEvents());
  }
}
