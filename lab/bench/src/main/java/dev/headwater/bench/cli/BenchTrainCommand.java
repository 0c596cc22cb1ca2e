package dev.headwater.bench.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.bench.idp.TrainBench;
import dev.headwater.bench.idp.TrainBench.DomainSpeed;
import dev.headwater.idp.data.DomainData;
import dev.headwater.platform.cli.AtLeast;
import dev.headwater.platform.load.Datasets;
import dev.headwater.platform.report.JsonReport;
import dev.headwater.platform.report.WrongUseException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench train}: training on a data set, or the cost of a step at a size of catalog. */
@Command(
    name = "train",
    description = "Speed of training: --data and --target, or --items for generated sequences.",
    mixinStandardHelpOptions = true)
final class BenchTrainCommand implements Callable<Integer> {
  @Mixin BenchOptions bench = new BenchOptions();

  @Option(names = "--data", paramLabel = "DIR", description = "Folder with a folder a domain.")
  @Nullable Path data;

  @Option(names = "--target", paramLabel = "T", description = "Domain to train on.")
  @Nullable String target;

  @Option(
      names = "--items",
      converter = AtLeast.OneWhole.class,
      paramLabel = "N",
      description = "Size of a generated catalog.")
  @Nullable Integer items;

  @Option(
      names = "--steps",
      converter = AtLeast.OneWhole.class,
      defaultValue = "200",
      paramLabel = "N",
      description = "Steps to measure with --items (default 200).")
  int steps = 200;

  @Option(names = "--seed", defaultValue = "1", paramLabel = "S", description = "Default 1.")
  long seed = 1;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "Another setting of training, such as max-epochs=5; may be repeated.")
  Map<String, String> changes = Map.of();

  @Override
  public Integer call() throws IOException {
    bench.begin();
    ObjectNode figures = JsonReport.object();
    if (items != null) {
      TrainBench.StepCost cost = TrainBench.stepCost(items, steps, seed);
      figures.put("items", items);
      figures.put("steps", steps);
      figures.put("ms_per_step", cost.msPerStep());
      figures.put("rss_growth_percent", cost.rssGrowthPercent());
    } else if (data != null && target != null) {
      onDomain(Datasets.load(data, target), figures);
    } else {
      throw new WrongUseException("either --items N, or --data DIR and --target T");
    }
    bench.report(figures);
    return 0;
  }

  private void onDomain(DomainData domain, ObjectNode figures) {
    DomainSpeed speed;
    try {
      speed = TrainBench.onDomain(domain, TrainBench.config(seed, changes));
    } catch (IllegalArgumentException e) {
      throw new WrongUseException("--set: " + e.getMessage());
    }
    figures.put("target", domain.name());
    figures.put("seconds_per_epoch", speed.secondsPerEpoch());
    figures.put("targets_per_epoch", speed.targetsPerEpoch());
    figures.put("sequences_per_second", speed.sequencesPerSecond());
    figures.put("ndcg10_after_epochs", speed.ndcg10AfterEpochs());
    figures.put("epochs", speed.epochs());
  }
}
