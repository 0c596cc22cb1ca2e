package dev.headwater.deploy.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.deploy.JsonReport;
import dev.headwater.deploy.Machine;
import dev.headwater.deploy.Progress;
import dev.headwater.deploy.load.Datasets;
import dev.headwater.idp.bundle.BundleManifest;
import dev.headwater.idp.pretrain.PretrainConfig;
import dev.headwater.idp.pretrain.Pretrainer;
import dev.headwater.idp.text.MiniLmTextEncoder;
import dev.headwater.idp.text.TextEncoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pretrain}: trains a sequence encoder on source domains and writes a source bundle. */
@Command(
    name = "pretrain",
    description = "Pre-train on source domains and write a source bundle.",
    mixinStandardHelpOptions = true)
final class PretrainCommand implements Callable<Integer> {
  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "Folder with a folder a domain.")
  Path data = Path.of("");

  @Option(
      names = "--sources",
      required = true,
      split = ",",
      paramLabel = "A,B",
      description = "Source domains (folder names).")
  List<String> sources = List.of();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "BUNDLE",
      description = "Directory of the bundle; replaced whole at the end.")
  Path out = Path.of("");

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the figures as one JSON object.")
  @Nullable Path json;

  @Override
  public Integer call() throws IOException {
    long start = System.nanoTime();
    try (TextEncoder text = MiniLmTextEncoder.load();
        Progress progress = new Progress(Output.stream())) {
      BundleManifest manifest =
          new Pretrainer()
              .run(PretrainConfig.defaults(text), Datasets.load(data, sources), out, progress);
      double seconds = (System.nanoTime() - start) / 1e9;
      Output.line("bundle %s in %s after %.0f s".formatted(manifest.bundleId(), out, seconds));
      if (json != null) {
        write(json, manifest, seconds, progress);
      }
    }
    return 0;
  }

  private static void write(Path file, BundleManifest manifest, double seconds, Progress progress)
      throws IOException {
    ObjectNode node = JsonReport.object();
    node.put("seconds", seconds);
    node.put("epochs", progress.epochs());
    node.put("sequences_per_second", progress.sequencesPerSecond());
    ObjectNode perSource = node.putObject("sources");
    for (BundleManifest.Source trained : manifest.sources()) {
      String source = trained.domain();
      ObjectNode metrics = perSource.putObject(source);
      for (String metric : List.of("hr10", "ndcg10")) {
        Double value = manifest.metrics().get(source + "." + metric);
        if (value != null) {
          metrics.put(metric, value);
        }
      }
    }
    node.set("machine", Machine.measure().toJson());
    JsonReport.write(file, node);
  }
}
