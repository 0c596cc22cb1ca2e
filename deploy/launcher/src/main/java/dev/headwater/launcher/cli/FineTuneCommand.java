package dev.headwater.launcher.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.configuration.Home;
import dev.headwater.idp.bundle.BundleManifest;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.encoder.SequenceEncoders;
import dev.headwater.idp.evaluate.EvaluateRequest;
import dev.headwater.idp.evaluate.Mode;
import dev.headwater.idp.evaluate.TargetSettings;
import dev.headwater.idp.finetune.FineTuning;
import dev.headwater.idp.pretrain.ProgressListener;
import dev.headwater.idp.text.TextEncoder;
import dev.headwater.jobs.coldstart.ColdStartConfig;
import dev.headwater.platform.cli.DataOptions;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.load.Datasets;
import dev.headwater.platform.parts.Bundles;
import dev.headwater.platform.report.JsonReport;
import dev.headwater.platform.report.Machine;
import dev.headwater.platform.report.Progress;
import dev.headwater.platform.report.VerbException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fine-tune}: tunes a bundle on one domain and writes a bundle that can be published. */
@Command(
    name = "fine-tune",
    description = {
      "Tune a bundle on a target domain and write a bundle of its encoder and rows.",
      "It is written only if it answers better than before; otherwise the exit status is 1."
    },
    mixinStandardHelpOptions = true)
final class FineTuneCommand implements Callable<Integer> {
  @Mixin DataOptions data = new DataOptions();

  @Option(names = "--bundle", required = true, paramLabel = "BUNDLE", description = "Start.")
  Path bundle = Path.of("");

  @Option(
      names = "--target",
      required = true,
      paramLabel = "T",
      description = "Target domain (folder name); items and events are of it.")
  String target = "";

  @Option(
      names = "--mode",
      defaultValue = "fine-tune-row-swap",
      paramLabel = "M",
      description =
          "fine-tune-row-swap (default), fine-tune, embeddings-only, new-encoder or id-text.")
  String mode = "fine-tune-row-swap";

  @Option(
      names = "--encoder",
      defaultValue = "sasrec",
      paramLabel = "E",
      description = "Kind of the fresh encoder of new-encoder: sasrec, bert4rec, gru4rec.")
  String encoder = "sasrec";

  @Option(names = "--seed", defaultValue = "1", paramLabel = "S", description = "Default 1.")
  long seed = 1;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "Another setting of training, such as dropout=0.3; may be repeated.")
  Map<String, String> changes = Map.of();

  @Option(
      names = "--text-cache",
      paramLabel = "DIR",
      description = "Where text vectors are kept (default: var/text below the checkout).")
  @Nullable Path textCache;

  @Option(names = "--out", required = true, paramLabel = "BUNDLE", description = "New bundle.")
  Path out = Path.of("");

  @Override
  public Integer call() throws IOException {
    long start = System.nanoTime();
    SourceBundle from = Bundles.open(bundle);
    FineTuning.Result result;
    try (TextEncoder text = from.newTextEncoder();
        Progress progress = new Progress(Output.stream())) {
      result = tuning(from, progress).run(text, out);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    tell(result.bundle(), result.gate().why(), seconds);
    if (data.json != null) {
      JsonReport.write(data.json, json(result, seconds));
    }
    return result.gate().passed() ? 0 : 1;
  }

  private FineTuning tuning(SourceBundle from, Progress progress) {
    try {
      SequenceEncoders.requireKind(encoder);
      Mode wanted = Mode.of(mode);
      DomainData domain = Datasets.load(data.data, target);
      TargetSettings settings =
          TargetSettings.defaults(domain.events().size(), ColdStartConfig.rule(), seed)
              .with(changes);
      EvaluateRequest request =
          EvaluateRequest.of(domain, wanted, from, settings, seed)
              .withEncoder(encoder)
              .withTextCache(textCache == null ? Home.directory().resolve("var/text") : textCache)
              .withListener(
                  ProgressListener.ofEpochs(
                      "tune on " + target, settings.train().maxEpochs(), progress));
      return new FineTuning(request);
    } catch (IllegalArgumentException e) {
      throw new VerbException("--mode, --encoder, --set: " + e.getMessage());
    }
  }

  private void tell(@Nullable BundleManifest made, String why, double seconds) {
    Output.line(why);
    Output.line(
        made == null
            ? "no better than chance explains, so nothing is written (%.0f s)".formatted(seconds)
            : "bundle %s in %s after %.0f s".formatted(made.bundleId(), out, seconds));
  }

  private static ObjectNode json(FineTuning.Result result, double seconds) {
    ObjectNode node = JsonReport.object();
    node.put("hr10", result.test().hr10());
    node.put("ndcg10", result.test().ndcg10());
    ObjectNode gate = node.putObject("gate");
    gate.put("passed", result.gate().passed());
    gate.put("why", result.gate().why());
    BundleManifest made = result.bundle();
    if (made != null) {
      node.put("bundle", made.bundleId());
    }
    node.put("seconds", seconds);
    node.set("machine", Machine.measure().toJson());
    return node;
  }
}
