package dev.headwater.launcher.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.configuration.Home;
import dev.headwater.idp.bundle.BundleManifest;
import dev.headwater.idp.encoder.SequenceEncoders;
import dev.headwater.idp.pretrain.PretrainConfig;
import dev.headwater.idp.pretrain.Pretrainer;
import dev.headwater.idp.text.MiniLmTextEncoder;
import dev.headwater.idp.text.TextEncoder;
import dev.headwater.idp.train.LossKind;
import dev.headwater.idp.train.TrainConfig;
import dev.headwater.platform.cli.AtLeast;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.load.Datasets;
import dev.headwater.platform.report.JsonReport;
import dev.headwater.platform.report.Machine;
import dev.headwater.platform.report.Progress;
import dev.headwater.platform.report.VerbException;
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
      names = "--encoder",
      defaultValue = "sasrec",
      paramLabel = "E",
      description = "sasrec (default), bert4rec or gru4rec.")
  String encoder = "sasrec";

  @Option(
      names = "--loss",
      defaultValue = "auto",
      paramLabel = "L",
      description =
          "auto (default: full softmax for small catalogs, else sampled), full_softmax,"
              + " sampled_softmax, bce or bpr.")
  LossKind loss = LossKind.AUTO;

  @Option(
      names = "--epochs",
      converter = AtLeast.OneWhole.class,
      paramLabel = "N",
      description = "At most so many epochs; it stops early when validation gets no better.")
  @Nullable Integer epochs;

  @Option(
      names = "--seed",
      defaultValue = "42",
      paramLabel = "S",
      description = "Same seed, same thread count: same bundle (default 42).")
  long seed = 42;

  @Option(
      names = "--resume",
      description = "Go on from the checkpoint that a killed run left beside BUNDLE.")
  boolean resume;

  @Option(
      names = "--row-swap",
      defaultValue = "0.2",
      paramLabel = "P",
      description =
          "Probability that a row is swapped for its text neighbours' mean (default 0.2).")
  float rowSwap = 0.2f;

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
          new Pretrainer().run(config(text), Datasets.load(data, sources), out, progress);
      double seconds = (System.nanoTime() - start) / 1e9;
      Output.line("bundle %s in %s after %.0f s".formatted(manifest.bundleId(), out, seconds));
      if (json != null) {
        write(json, manifest, seconds, progress);
      }
    }
    return 0;
  }

  private PretrainConfig config(TextEncoder text) {
    try {
      SequenceEncoders.requireKind(encoder);
    } catch (IllegalArgumentException e) {
      throw new VerbException("--encoder: " + e.getMessage());
    }
    if (!(rowSwap >= 0 && rowSwap <= 1)) {
      throw new VerbException("--row-swap must be from 0 to 1, not " + rowSwap);
    }
    TrainConfig train = TrainConfig.pretraining(seed).toBuilder().loss(loss).build();
    if (epochs != null) {
      train = train.toBuilder().epochs(epochs, train.patience()).build();
    }
    PretrainConfig.Swap swap = PretrainConfig.Swap.DEFAULTS;
    return PretrainConfig.defaults(text)
        .withTrain(train)
        .withEncoder(encoder)
        .withResume(resume)
        .withTextCache(Home.directory().resolve("var/text"))
        .withSwap(
            rowSwap > 0
                ? new PretrainConfig.Swap(rowSwap, swap.neighbours(), swap.temperature())
                : null);
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
