package dev.headwater.bench.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.bench.jobs.CheckpointBench;
import dev.headwater.bench.stage.BenchStage;
import dev.headwater.idp.tensor.Torch;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.local.CheckpointCost;
import dev.headwater.platform.cli.AtLeast;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.report.JsonReport;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench checkpoint}: what FineTuneJob's checkpoints cost where few of many rows change. */
@Command(
    name = "checkpoint",
    description =
        "Bytes and time of FineTuneJob's checkpoints where few of many rows are learned, and how"
            + " long a start from one takes.",
    mixinStandardHelpOptions = true)
final class BenchCheckpointCommand implements Callable<Integer> {
  private static final int PARTITIONS = 2;

  @Mixin BenchOptions bench = new BenchOptions();

  @Option(
      names = "--rows",
      converter = AtLeast.OneWhole.class,
      defaultValue = "1000000",
      paramLabel = "N",
      description = "Items, each with a row of 64 numbers (default 1000000).")
  int rows = 1_000_000;

  @Option(
      names = "--rate",
      converter = AtLeast.OneWhole.class,
      defaultValue = "100",
      paramLabel = "R",
      description = "Clicks a second (default 100), each on two other items.")
  int rate = 100;

  @Option(
      names = "--checkpoints",
      converter = AtLeast.OneWhole.class,
      defaultValue = "10",
      paramLabel = "N",
      description = "How many checkpoints (default 10), behind the first.")
  int checkpoints = 10;

  @Override
  public Integer call() throws Exception {
    Torch.preferThreads(1); // as `job fine-tune` does
    try (BenchStage stage = bench.stage(BenchStage.DOMAIN, PARTITIONS)) {
      // No such bundle: its encoder is a random one.
      DomainModel model = new DomainModel(BenchStage.DOMAIN, "none", "generated");
      report(
          new CheckpointBench(
                  stage.config().kafka(),
                  stage.config().flink(),
                  stage.config().fineTune(model),
                  rows,
                  stage.directory().resolve("state"),
                  Output::line)
              .run(rate, checkpoints));
    }
    return 0;
  }

  private void report(CheckpointBench.Result result) throws IOException {
    ObjectNode figures = JsonReport.object();
    figures.put("rows", rows);
    figures.put("load_s", result.loadS());
    figures.put("restore_s", result.restoreS());
    figures.put("clicks", result.clicks());
    figures.put("rss_mb", result.residentMb());
    put(figures.putObject("first"), result.first());
    ObjectNode after = figures.putObject("after");
    after.put("checkpoints", result.after().size());
    put(after, "written_bytes", result.writtenBytes().stream().mapToLong(Long::longValue));
    put(after, "stopped_ms", result.after().stream().mapToLong(CheckpointCost::stoppedMs));
    put(after, "whole_ms", result.after().stream().mapToLong(CheckpointCost::wholeMs));
    bench.report(figures);
  }

  private static void put(ObjectNode to, CheckpointCost cost) {
    to.put("state_bytes", cost.stateBytes());
    to.put("stopped_ms", cost.stoppedMs());
    to.put("whole_ms", cost.wholeMs());
  }

  private static void put(ObjectNode to, String name, LongStream figures) {
    long[] sorted = figures.sorted().toArray();
    ObjectNode node = to.putObject(name);
    node.put("median", sorted[sorted.length / 2]);
    node.put("most", sorted[sorted.length - 1]);
    node.put("mean", LongStream.of(sorted).sum() / sorted.length);
  }
}
