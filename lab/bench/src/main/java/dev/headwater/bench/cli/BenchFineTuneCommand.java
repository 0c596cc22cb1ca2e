package dev.headwater.bench.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.bench.jobs.FineTuneBench;
import dev.headwater.bench.stage.BenchStage;
import dev.headwater.bench.stage.ColdRows;
import dev.headwater.events.wire.QualityWindow;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.tensor.Torch;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.finetune.FineTuneConfig;
import dev.headwater.platform.cli.AtLeast;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.load.Datasets;
import dev.headwater.platform.report.JsonReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code bench fine-tune}: examples a second, from a click to its row at half that rate, and how
 * good answers are while events come at a pace.
 */
@Command(
    name = "fine-tune",
    description =
        "Examples a second through FineTuneJob, then click to row at half that rate, and the quality"
            + " of answers at the pace of events.",
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
      names = "--quality-events",
      converter = AtLeast.ZeroWhole.class,
      defaultValue = "30000",
      paramLabel = "N",
      description =
          "Events at a pace, all of them ranked before they are learned (default 30000; 0: leave"
              + " quality out).")
  int qualityEvents = 30_000;

  @Option(
      names = "--quality-rate",
      converter = AtLeast.One.class,
      defaultValue = "400",
      paramLabel = "R",
      description =
          "Events a second of these (default 400). What waits is answered worse: compare at a rate"
              + " that is kept, one rate only.")
  double qualityRate = 400;

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
      description =
          "Run it with so many workers, for each of these, speed there and back (default: as"
              + " configured).")
  List<Integer> workers = List.of();

  @Override
  public Integer call() throws Exception {
    Torch.preferThreads(1); // as `job fine-tune` does
    DomainData clicks = Datasets.load(data, target);
    ObjectNode figures = JsonReport.object();
    if (workers.isEmpty()) {
      quality(clicks, 0, figures);
      putSpeed(figures, speed(clicks, 0));
    } else {
      compare(clicks, new TreeSet<>(workers), figures.putObject("workers"));
    }
    bench.report(figures);
    return 0;
  }

  /**
   * Runs it with so many workers each. Quality first: meanwhile the compiler gets its work done,
   * which would else be the first contender's. Then speed, there and back: what the machine gives
   * changes from minute to minute, and each contender stands as near to the middle as the others.
   */
  private void compare(DomainData clicks, NavigableSet<Integer> numbers, ObjectNode figures)
      throws Exception {
    for (int number : numbers) {
      Output.line("quality, workers: " + number);
      quality(clicks, number, figures.putObject(Integer.toString(number)));
    }
    List<Integer> order = new ArrayList<>(numbers);
    if (numbers.size() > 1) {
      order.addAll(numbers.descendingSet());
    }
    for (int number : order) {
      Output.line("speed, workers: " + number);
      putSpeed(figures.withObjectProperty(Integer.toString(number)), speed(clicks, number));
    }
  }

  private void quality(DomainData clicks, int number, ObjectNode figures) throws Exception {
    if (qualityEvents > 0) {
      FineTuneBench.Paced paced =
          onStage(clicks, number, it -> it.quality(qualityEvents, qualityRate));
      putQuality(figures, paced);
    }
  }

  private FineTuneBench.Result speed(DomainData clicks, int number) throws Exception {
    return onStage(clicks, number, it -> it.run(events / 4, events, pacedSeconds, soakMinutes));
  }

  /**
   * Measures with a broker and topics of their own, in which the cold rows stand.
   *
   * @param number of workers, 0 for as the configuration has it
   */
  private <T> T onStage(DomainData clicks, int number, Measurement<T> measurement)
      throws Exception {
    try (BenchStage stage = bench.stage(target, partitions)) {
      DomainModel model = stage.model(target, bundle, Output.stream());
      ColdRows.write(stage.config(), model, clicks, ColdRows.FAST, Output::line);
      FineTuneConfig config = stage.config().fineTune(model);
      return measurement.of(
          new FineTuneBench(
              stage.config().kafka(),
              stage.config().flink(),
              number == 0 ? config : config.withWorkers(number),
              clicks,
              Output::line));
    }
  }

  private interface Measurement<T> {
    T of(FineTuneBench bench) throws Exception;
  }

  /** Puts the figures of the last run, speed as the mean of all runs. */
  private void putSpeed(ObjectNode figures, FineTuneBench.Result result) {
    ArrayNode runs = figures.withArrayProperty("runs");
    runs.addObject()
        .put("examples_per_s", result.examplesPerSecond())
        .put("cpu_ms_per_example", result.cpuMsPerExample());
    for (String key : List.of("examples_per_s", "cpu_ms_per_example")) {
      double sum = 0;
      for (JsonNode run : runs) {
        sum += run.path(key).asDouble();
      }
      figures.put(key, sum / runs.size());
    }
    ObjectNode latency = figures.putObject("click_to_row_ms");
    latency.put("p50", result.clickToRowP50Ms());
    latency.put("p99", result.clickToRowP99Ms());
    latency.put("samples", result.samples());
    latency.put("kept", result.kept());
    figures.put("learned", result.learned());
    figures.put("dropped", result.dropped());
    Prequential.put(figures.putObject("prequential_full_speed"), result.quality());
    if (soakMinutes > 0) {
      figures.put("rss_growth_percent", result.rssGrowthPercent());
    }
  }

  private static void putQuality(ObjectNode figures, FineTuneBench.Paced paced) {
    QualityWindow window = paced.window();
    if (window != null) {
      figures.put("ndcg10", window.getLiveTotal().getNdcg10());
    }
    Prequential.put(figures.putObject("prequential"), window)
        .put("events_per_s", paced.perSecond())
        .put("behind", paced.behind());
  }
}
