package dev.headwater.bench.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.bench.serving.ShardsBench;
import dev.headwater.bench.stage.BenchStage;
import dev.headwater.platform.cli.AtLeast;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.parts.CachedBundle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench shards}: nodes that divide a catalog, as processes, killed one after the other. */
@Command(
    name = "shards",
    description =
        "Divide a catalog over processes, kill each in turn under load, and tell which requests"
            + " failed, how stale answers became, and whether they are those of one node with"
            + " everything.",
    mixinStandardHelpOptions = true)
final class BenchShardsCommand implements Callable<Integer> {
  private static final int PARTITIONS = 4;

  @Mixin BenchOptions bench = new BenchOptions();

  @Option(
      names = "--shards",
      converter = AtLeast.OneWhole.class,
      defaultValue = "3",
      paramLabel = "N",
      description = "Parts of the catalog (default 3).")
  int shards = 3;

  @Option(
      names = "--replicas",
      converter = AtLeast.OneWhole.class,
      defaultValue = "2",
      paramLabel = "N",
      description = "Nodes that hold the same part (default 2).")
  int replicas = 2;

  @Option(
      names = "--items",
      converter = AtLeast.OneWhole.class,
      defaultValue = "15000",
      paramLabel = "N",
      description = "Catalog (default 15000: no index, so that answers can be equal).")
  int items = 15_000;

  @Option(
      names = "--users",
      converter = AtLeast.OneWhole.class,
      defaultValue = "2000",
      paramLabel = "N",
      description = "Users (default 2000).")
  int users = 2_000;

  @Option(
      names = "--rps",
      converter = AtLeast.OneWhole.class,
      defaultValue = "20",
      paramLabel = "R",
      description = "Requests/s over all nodes (default 20).")
  int rps = 20;

  @Option(
      names = "--warm-seconds",
      converter = AtLeast.OneWhole.class,
      defaultValue = "240",
      paramLabel = "S",
      description = "How long nodes are asked before anything is measured (default 240).")
  int warmSeconds = 240;

  @Option(
      names = "--away-seconds",
      converter = AtLeast.OneWhole.class,
      defaultValue = "10",
      paramLabel = "S",
      description = "How long a killed node stays away (default 10).")
  int awaySeconds = 10;

  @Option(
      names = "--first-compiler",
      description =
          "Nodes compile with the JVM's first compiler alone: on a few cores many nodes compile for"
              + " minutes otherwise. Answers cost more then.")
  boolean firstCompiler;

  @Option(
      names = "--bundle",
      paramLabel = "BUNDLE",
      description = "Source bundle; default: one pre-trained on the generated market.")
  @Nullable Path bundle;

  @Override
  public Integer call() throws Exception {
    Path source = bundle == null ? CachedBundle.generated().get(Output.stream()) : bundle;
    try (BenchStage stage = bench.stage(BenchStage.DOMAIN, PARTITIONS)) {
      ShardsBench.Config config =
          new ShardsBench.Config(
              shards,
              replicas,
              items,
              users,
              rps,
              Duration.ofSeconds(warmSeconds),
              Duration.ofSeconds(awaySeconds),
              firstCompiler,
              source);
      ObjectNode figures = ShardsBench.run(config, stage, Output::line);
      bench.report(figures);
      return figures.path("failed").asLong() == 0 ? 0 : 1;
    }
  }
}
