package dev.headwater.bench.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.bench.stage.BenchStage;
import dev.headwater.bench.stage.ColdRows;
import dev.headwater.idp.data.DomainData;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.finetune.FineTuneConfig;
import dev.headwater.jobs.finetune.FineTuneJob;
import dev.headwater.jobs.main.JobsConfig;
import dev.headwater.jobs.replay.Replay;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.load.Datasets;
import dev.headwater.platform.report.JsonReport;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code replay}: the same log and seed give the same table, bit for bit. */
@Command(
    name = "replay",
    description = "Run both jobs over a data set's log that ends, and tell the table's checksum.",
    mixinStandardHelpOptions = true)
final class ReplayCommand implements Callable<Integer> {
  @Mixin BenchOptions bench = new BenchOptions();

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "Folder with a folder a domain.")
  Path data = Path.of("");

  @Option(names = "--target", required = true, paramLabel = "T", description = "Whose log.")
  String target = "";

  @Option(names = "--seed", required = true, paramLabel = "S", description = "Of the negatives.")
  int seed;

  @Option(
      names = "--bundle",
      paramLabel = "BUNDLE",
      description = "Source bundle; default: one pre-trained on the generated market.")
  @Nullable Path bundle;

  @Override
  public Integer call() throws Exception {
    DomainData log = Datasets.load(data, target);
    try (BenchStage stage = bench.stage(target, 1)) {
      DomainModel model = stage.model(target, bundle, Output.stream());
      ColdRows.write(stage.config(), model, log, ColdRows.EXACT, Output::line);
      String name = JobsConfig.fineTuneName(target);
      Replay replay = new Replay(stage.config().kafka(), stage.config().flink(), model);
      replay.writeHistories(log);
      FineTuneConfig config = stage.config().fineTune(model).withSeed(seed);
      Replay.Result result =
          replay.fineTune(config, FineTuneJob.portsOnKafka(name, stage.config().kafka(), config));
      ObjectNode figures = JsonReport.object();
      figures.put("table_checksum", Long.toHexString(result.tableChecksum()));
      figures.put("rows", result.rows());
      figures.put("examples", result.examples());
      Prequential.put(figures.putObject("prequential"), result.quality());
      bench.report(figures);
    }
    return 0;
  }
}
