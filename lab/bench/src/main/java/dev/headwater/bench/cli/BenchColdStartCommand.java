package dev.headwater.bench.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.bench.jobs.ColdStartBench;
import dev.headwater.bench.stage.BenchStage;
import dev.headwater.bench.stage.GeneratedTexts;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.coldstart.TextEncoders;
import dev.headwater.platform.cli.AtLeast;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.report.JsonReport;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench cold-start}: from a catalog record to a row, at a steady rate and in bulk. */
@Command(
    name = "cold-start",
    description = "From an accepted item to its row in Kafka, texts of 32 tokens; then in bulk.",
    mixinStandardHelpOptions = true)
final class BenchColdStartCommand implements Callable<Integer> {
  private static final int PARTITIONS = 2;

  @Mixin BenchOptions bench = new BenchOptions();

  @Option(
      names = "--items",
      converter = AtLeast.OneWhole.class,
      defaultValue = "500",
      paramLabel = "N",
      description = "Items at the steady rate, and as many at once afterwards (default 500).")
  int items = 500;

  @Option(
      names = "--rate",
      converter = AtLeast.One.class,
      defaultValue = "20",
      paramLabel = "R",
      description = "Items a second (default 20).")
  double rate = 20;

  @Option(
      names = "--bundle",
      paramLabel = "BUNDLE",
      description = "Source bundle; default: one pre-trained on the generated market.")
  @Nullable Path bundle;

  @Override
  public Integer call() throws Exception {
    try (BenchStage stage = bench.stage(BenchStage.DOMAIN, PARTITIONS)) {
      DomainModel model = stage.model(BenchStage.DOMAIN, bundle, Output.stream());
      ColdStartBench.Result result =
          new ColdStartBench(
                  stage.config().kafka(),
                  stage.config().flink(),
                  stage.config().coldStart(List.of(model)),
                  TextEncoders.ofBundle(),
                  Output::line)
              .run(
                  GeneratedTexts.items("paced", items, 1),
                  rate,
                  GeneratedTexts.items("bulk", items, 2));
      ObjectNode figures = JsonReport.object();
      figures.put("p50_ms", result.p50Ms());
      figures.put("p99_ms", result.p99Ms());
      figures.put("encoded_p50_ms", result.encodedMs());
      figures.put("matched_p50_ms", result.matchedMs());
      figures.put("items_per_s", result.itemsPerSecond());
      figures.put("mean_tokens", GeneratedTexts.TOKENS);
      bench.report(figures);
    }
    return 0;
  }
}
