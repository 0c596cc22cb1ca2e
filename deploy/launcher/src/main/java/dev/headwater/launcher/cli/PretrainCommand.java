package dev.headwater.launcher.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.configuration.Home;
import dev.headwater.idp.bundle.BundleManifest;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.encoder.SequenceEncoders;
import dev.headwater.idp.pretrain.PretrainConfig;
import dev.headwater.idp.pretrain.Pretrainer;
import dev.headwater.idp.pretrain.TextTuning;
import dev.headwater.idp.text.BertTextEncoder;
import dev.headwater.idp.text.TextEncoder;
import dev.headwater.idp.text.TextModel;
import dev.headwater.idp.text.TextTuner;
import dev.headwater.idp.train.LossKind;
import dev.headwater.idp.train.TrainConfig;
import dev.headwater.platform.cli.AtLeast;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.load.Datasets;
import dev.headwater.platform.parts.Bundles;
import dev.headwater.platform.report.JsonReport;
import dev.headwater.platform.report.Machine;
import dev.headwater.platform.report.Progress;
import dev.headwater.platform.report.WrongUseException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
  /** The paper says nothing of their number; half an hour of a core. */
  private static final int PAPER_TEXT_STEPS = 300;

  private static final int NEAR = 5;

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
      names = "--preset",
      paramLabel = "P",
      description =
          "ours (default) or paper: the form of the IDP paper (bce, no row swap, no item bias, the"
              + " text encoder tuned by both losses); the flags below change single settings.")
  Preset preset = Preset.OURS;

  @Option(
      names = "--loss",
      paramLabel = "L",
      description =
          "auto (default: full softmax for small catalogs, else sampled), full_softmax,"
              + " sampled_softmax, bce (paper) or bpr.")
  @Nullable LossKind loss;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "Another setting of training, such as average=0; may be repeated.")
  Map<String, String> changes = Map.of();

  @Option(
      names = "--item-bias",
      arity = "1",
      paramLabel = "true|false",
      description = "Give a dimension to item biases (default true; paper: false).")
  @Nullable Boolean itemBias;

  @Option(
      names = "--text-steps",
      converter = AtLeast.ZeroWhole.class,
      paramLabel = "N",
      description =
          "Tune the text encoder on the sources afterwards, so many steps of both losses"
              + " (default 0; paper: 300).")
  @Nullable Integer textSteps;

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
      paramLabel = "P",
      description =
          "Probability that a row is swapped for its text neighbours' mean (default 0.2; paper:"
              + " 0).")
  @Nullable Float rowSwap;

  @Option(
      names = "--start",
      defaultValue = "random",
      paramLabel = "S",
      description =
          "What rows are before training: random (default) or texts, the main directions of their"
              + " texts; zero-shot is far better from these (docs/train.md).")
  PretrainConfig.Start rows = PretrainConfig.Start.RANDOM;

  @Option(
      names = "--text-encoder",
      paramLabel = "DIR",
      description =
          "Folder of another sentence encoder than MiniLM (docs/train.md), which the bundle then"
              + " carries.")
  @Nullable Path textModel;

  @Option(
      names = "--text-cache",
      paramLabel = "DIR",
      description = "Where text vectors are kept (default: var/text below the checkout).")
  @Nullable Path textCache;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the figures as one JSON object.")
  @Nullable Path json;

  @Override
  public Integer call() throws IOException {
    long start = System.nanoTime();
    int steps = textSteps == null ? preset == Preset.PAPER ? PAPER_TEXT_STEPS : 0 : textSteps;
    try (TextEncoder text = textEncoder();
        Progress progress = new Progress(Output.stream())) {
      List<DomainData> domains = Datasets.load(data, sources);
      BundleManifest manifest = new Pretrainer().run(config(text), domains, out, progress);
      if (steps > 0) {
        manifest =
            new TextTuning(TextTuner.Config.defaults(seed), steps, NEAR, progress)
                .run(Bundles.open(out), domains, out);
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      Output.line("bundle %s in %s after %.0f s".formatted(manifest.bundleId(), out, seconds));
      if (json != null) {
        write(json, manifest, seconds, progress);
      }
    }
    return 0;
  }

  private TextEncoder textEncoder() {
    return textModel == null
        ? BertTextEncoder.miniLm()
        : BertTextEncoder.load(TextModel.in(textModel));
  }

  private PretrainConfig config(TextEncoder text) {
    try {
      SequenceEncoders.requireKind(encoder);
    } catch (IllegalArgumentException e) {
      throw new WrongUseException("--encoder: " + e.getMessage());
    }
    PretrainConfig base =
        PretrainConfig.defaults(text).toBuilder().train(TrainConfig.pretraining(seed)).build();
    PretrainConfig start = preset == Preset.PAPER ? base.paper() : base;
    return start.toBuilder()
        .train(train(start.train()))
        .encoderKind(encoder)
        .start(rows)
        .resume(resume)
        .textCache(textCache == null ? Home.directory().resolve("var/text") : textCache)
        .itemBias(itemBias == null ? start.itemBias() : itemBias)
        .swap(rowSwap == null ? start.swap() : swap(rowSwap))
        .build();
  }

  private TrainConfig train(TrainConfig start) {
    TrainConfig.Builder train = start.toBuilder();
    if (loss != null) {
      train.loss(loss);
    }
    if (epochs != null) {
      train.epochs(epochs, start.patience());
    }
    try {
      changes.forEach(train::set);
      return train.build();
    } catch (IllegalArgumentException e) {
      throw new WrongUseException("--set: " + e.getMessage());
    }
  }

  private static PretrainConfig.@Nullable Swap swap(float probability) {
    if (!(probability >= 0 && probability <= 1)) {
      throw new WrongUseException("--row-swap must be from 0 to 1, not " + probability);
    }
    PretrainConfig.Swap usual = PretrainConfig.Swap.DEFAULTS;
    return probability > 0
        ? new PretrainConfig.Swap(probability, usual.neighbours(), usual.temperature())
        : null;
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
