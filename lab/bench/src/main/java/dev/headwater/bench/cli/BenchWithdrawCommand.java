package dev.headwater.bench.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.bench.learning.BadLearningBench;
import dev.headwater.bench.learning.BadLearningBench.Result;
import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.GeneratedMarket;
import dev.headwater.platform.cli.AtLeast;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.platform.parts.CachedBundle;
import dev.headwater.platform.parts.Platform;
import dev.headwater.platform.report.JsonReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.common.utils.Utils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench withdraw}: how soon learning that goes bad is out of the answers. */
@Command(
    name = "withdraw",
    description =
        "Shuffle the targets of the generated market's clicks, and measure until two nodes answer"
            + " without what was learned from them.",
    mixinStandardHelpOptions = true)
final class BenchWithdrawCommand implements Callable<Integer> {
  private static final long SEED = 7;
  private static final int GOOD_VERSIONS = 3;

  @Mixin BenchOptions bench = new BenchOptions();

  @Option(
      names = "--runs",
      converter = AtLeast.OneWhole.class,
      defaultValue = "10",
      paramLabel = "N",
      description = "How often (default 10).")
  int runs = 10;

  @Option(
      names = "--rate",
      converter = AtLeast.OneWhole.class,
      defaultValue = "60",
      paramLabel = "R",
      description = "Clicks a second (default 60).")
  int rate = 60;

  @Option(
      names = "--calm-seconds",
      converter = AtLeast.OneWhole.class,
      defaultValue = "60",
      paramLabel = "S",
      description = "Of good clicks before each run (default 60).")
  int calmSeconds = 60;

  @Option(
      names = "--visitors",
      converter = AtLeast.OneWhole.class,
      defaultValue = "1000",
      paramLabel = "N",
      description = "Users whose next click is known and never published (default 1000).")
  int visitors = 1_000;

  @Override
  public Integer call() throws Exception {
    bench.begin();
    DomainData data = GeneratedMarket.generate(SEED).get(2);
    Path bundle = CachedBundle.generated().get(Output.stream());
    Path directory = Files.createTempDirectory("headwater-bench-");
    try {
      EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("kafka"), 0);
      HeadwaterConfig config = config(broker.bootstrap(), data.name(), directory);
      try (Platform platform = Platform.start(config, broker, data.name(), bundle)) {
        BadLearningBench.Settings settings =
            new BadLearningBench.Settings(runs, rate, calmSeconds, visitors);
        report(new BadLearningBench(settings, data, Output::line).run(platform, config));
      }
    } finally {
      Utils.delete(directory.toFile());
    }
    return 0;
  }

  /** As shipped, but that a pin is let go after fewer good versions, to save time between runs. */
  private HeadwaterConfig config(String bootstrap, String domain, Path directory) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("kafka.bootstrap", bootstrap);
    values.put("kafka.partitions", 2);
    values.put("domains", List.of(domain));
    values.put("state-directory", directory.resolve("state").toString());
    values.put("bundle-directory", directory.resolve("bundles").toString());
    values.put("serving.port", 0);
    values.put("serving.host", "127.0.0.1");
    values.put("store.admin-port", 0);
    values.put("store.withdraw.good-versions", GOOD_VERSIONS);
    return HeadwaterConfig.load(bench.file, values);
  }

  private void report(List<Result> results) throws Exception {
    ObjectNode figures = JsonReport.object();
    put(figures, "out_after_first_window_ms", results, Result::firstWindowMs);
    put(figures, "out_after_deciding_window_ms", results, Result::decidingWindowMs);
    put(figures, "out_after_first_click_ms", results, Result::shuffledMs);
    put(figures, "hr10_before", results, Result::hr10Before);
    put(figures, "hr10_after_to_before", results, r -> r.hr10After() / r.hr10Before());
    bench.report(figures);
  }

  private static void put(
      ObjectNode figures, String name, List<Result> results, ToDoubleFunction<Result> part) {
    double[] sorted = results.stream().mapToDouble(part).sorted().toArray();
    ObjectNode node = figures.putObject(name);
    node.put("median", sorted[sorted.length / 2]);
    node.put("least", sorted[0]);
    node.put("most", sorted[sorted.length - 1]);
    ArrayNode runs = node.putArray("runs");
    results.forEach(each -> runs.add(part.applyAsDouble(each)));
  }
}
