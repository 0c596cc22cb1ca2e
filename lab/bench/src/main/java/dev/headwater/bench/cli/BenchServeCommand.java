package dev.headwater.bench.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.bench.serving.ServeBench;
import dev.headwater.bench.serving.ServeBenchConfig;
import dev.headwater.bench.stage.BenchStage;
import dev.headwater.platform.cli.AtLeast;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.parts.CachedBundle;
import dev.headwater.platform.report.WrongUseException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench serve}: a node under load from another process, while rows change. */
@Command(
    name = "serve",
    description = "Requests a second and latency from the intended send time, while rows change.",
    mixinStandardHelpOptions = true)
final class BenchServeCommand implements Callable<Integer> {
  private static final int PARTITIONS = 4;
  private static final int SENDER_HEAP_MB = 512;

  @Mixin BenchOptions bench = new BenchOptions();

  @Option(
      names = "--items",
      converter = AtLeast.OneWhole.class,
      defaultValue = "100000",
      paramLabel = "N",
      description = "Catalog.")
  int items = 100_000;

  @Option(names = "--users", defaultValue = "100000", paramLabel = "N", description = "Users.")
  int users = 100_000;

  @Option(
      names = "--rps",
      converter = AtLeast.OneWhole.class,
      defaultValue = "1000",
      paramLabel = "R",
      description = "Requests/s.")
  int rps = 1_000;

  @Option(
      names = "--update-rows-per-s",
      defaultValue = "1000",
      paramLabel = "U",
      description = "Rows that change a second, through Kafka.")
  int updates = 1_000;

  @Option(
      names = "--seconds",
      converter = AtLeast.OneWhole.class,
      defaultValue = "60",
      paramLabel = "S",
      description = "Of load.")
  int seconds = 60;

  @Option(
      names = "--warm-up-seconds",
      converter = AtLeast.OneWhole.class,
      defaultValue = "30",
      paramLabel = "S",
      description = "Of the same load before, reported apart: the node's code is compiled then.")
  int warmUpSeconds = 30;

  @Option(
      names = "--mode",
      defaultValue = "load",
      paramLabel = "M",
      description =
          "load (default), overload, churn, or start (from a snapshot; no load; with --users 0 one"
              + " node, else two and rollbacks).")
  ServeBenchConfig.Mode mode = ServeBenchConfig.Mode.LOAD;

  @Option(
      names = "--bundle",
      paramLabel = "BUNDLE",
      description = "Source bundle; default: one pre-trained on the generated market.")
  @Nullable Path bundle;

  @Option(
      names = "--ranker",
      arity = "1",
      defaultValue = "true",
      paramLabel = "true|false",
      description =
          "Whether answers come from all experts, weighed by the ranker (default), or from the"
              + " learned rows alone.")
  boolean ranker = true;

  @Override
  public Integer call() throws Exception {
    int leastUsers = mode == ServeBenchConfig.Mode.START ? 0 : 1;
    if (users < leastUsers || updates < 0) {
      throw new WrongUseException(
          "--users must be at least " + leastUsers + ", --update-rows-per-s at least 0");
    }
    Path source = bundle == null ? CachedBundle.generated().get(Output.stream()) : bundle;
    try (BenchStage stage = bench.stage(BenchStage.DOMAIN, PARTITIONS)) {
      ServeBenchConfig config =
          new ServeBenchConfig(
              items,
              users,
              rps,
              updates,
              seconds,
              mode,
              source,
              warmUpSeconds,
              SENDER_HEAP_MB,
              stage.config().serving().placement(),
              stage.config().serving().settings().rowPrecision(),
              ranker);
      ObjectNode figures = ServeBench.run(config, stage.config().kafka());
      bench.report(figures);
    }
    return 0;
  }
}
