package dev.headwater.launcher.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.idp.bundle.BundleManifest;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.pretrain.TextTuning;
import dev.headwater.idp.text.TextTuner;
import dev.headwater.platform.cli.AtLeast;
import dev.headwater.platform.cli.DataOptions;
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
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tune-text}: tunes a bundle's whole text encoder by texts and behaviour. */
@Command(
    name = "tune-text",
    description = {
      "Tune the text encoder of a bundle on its own items (SimCSE and behaviour losses),",
      "and write a bundle that carries it."
    },
    mixinStandardHelpOptions = true)
final class TuneTextCommand implements Callable<Integer> {
  @Mixin DataOptions data = new DataOptions();

  @Option(names = "--bundle", required = true, paramLabel = "BUNDLE", description = "Start.")
  Path bundle = Path.of("");

  @Option(
      names = "--sources",
      split = ",",
      paramLabel = "A,B",
      description = "Keep only the items of these sources (default: all of the bundle).")
  List<String> sources = List.of();

  @Option(
      names = "--steps",
      defaultValue = "300",
      converter = AtLeast.ZeroWhole.class,
      paramLabel = "N",
      description = "Steps of 64 texts (default 300); 0 keeps the plain encoder.")
  int steps = 300;

  @Option(
      names = "--near",
      defaultValue = "5",
      converter = AtLeast.OneWhole.class,
      paramLabel = "K",
      description = "Items near by ID embedding that count as positives (default 5).")
  int near = 5;

  @Option(
      names = "--text-weight",
      defaultValue = "1",
      paramLabel = "W",
      description = "What SimCSE's text loss counts (default 1); 0 leaves it out.")
  float textWeight = 1;

  @Option(
      names = "--behaviour-weight",
      defaultValue = "1",
      paramLabel = "W",
      description = "What the behaviour loss counts (default 1); 0 leaves it out.")
  float behaviourWeight = 1;

  @Option(names = "--head", description = "Train a projection head and leave the encoder as it is.")
  boolean head;

  @Option(names = "--seed", defaultValue = "1", paramLabel = "S", description = "Default 1.")
  long seed = 1;

  @Option(names = "--out", required = true, paramLabel = "BUNDLE", description = "New bundle.")
  Path out = Path.of("");

  @Override
  public Integer call() throws IOException {
    long start = System.nanoTime();
    SourceBundle from = Bundles.open(bundle);
    List<String> wanted =
        sources.isEmpty()
            ? from.manifest().sources().stream().map(BundleManifest.Source::domain).toList()
            : sources;
    BundleManifest made;
    try (Progress progress = new Progress(Output.stream())) {
      made =
          new TextTuning(config(), steps, near, progress)
              .run(from, Datasets.load(data.data, wanted), out);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    Output.line(
        "bundle %s with text encoder %s in %s after %.0f s"
            .formatted(made.bundleId(), made.textEncoderId(), out, seconds));
    if (data.json != null) {
      ObjectNode node = JsonReport.object();
      node.put("seconds", seconds);
      node.put("steps", steps);
      node.put("items", made.items());
      node.set("machine", Machine.measure().toJson());
      JsonReport.write(data.json, node);
    }
    return 0;
  }

  private TextTuner.Config config() {
    try {
      return (head ? TextTuner.Config.head(seed) : TextTuner.Config.defaults(seed))
          .withWeights(textWeight, behaviourWeight);
    } catch (IllegalArgumentException e) {
      throw new WrongUseException("--text-weight, --behaviour-weight: " + e.getMessage());
    }
  }
}
