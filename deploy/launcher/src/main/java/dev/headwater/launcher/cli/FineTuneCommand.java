package dev.headwater.launcher.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.configuration.Home;
import dev.headwater.idp.bundle.BundleManifest;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.encoder.SequenceEncoders;
import dev.headwater.idp.evaluate.EvaluateRequest;
import dev.headwater.idp.evaluate.Mode;
import dev.headwater.idp.evaluate.TargetData;
import dev.headwater.idp.evaluate.TargetSettings;
import dev.headwater.idp.finetune.FineTuning;
import dev.headwater.idp.pretrain.ProgressListener;
import dev.headwater.idp.text.TextEncoder;
import dev.headwater.jobs.coldstart.ColdStartConfig;
import dev.headwater.platform.cli.ExitStatus;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.load.Datasets;
import dev.headwater.platform.parts.Bundles;
import dev.headwater.platform.report.JsonReport;
import dev.headwater.platform.report.Machine;
import dev.headwater.platform.report.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code fine-tune}: tunes a bundle on one domain and writes a bundle that can be published; with
 * {@code --from-kafka} on what the domain's topics hold, and publishes it.
 */
@Command(
    name = "fine-tune",
    description = {
      "Tune a bundle on a domain, by a data set (--data) or by its topics (--from-kafka), and"
          + " write a bundle of its encoder and rows.",
      "It is written, and with --from-kafka published, only if it answers better than before;"
          + " otherwise all stays as it is and the exit status is 3."
    },
    mixinStandardHelpOptions = true)
final class FineTuneCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin TopicOptions topics = new TopicOptions();

  @Option(names = "--data", paramLabel = "DIR", description = "Folder with a folder a domain.")
  @Nullable Path data;

  @Option(
      names = "--target",
      paramLabel = "T",
      description = "The domain (folder name), with --data; items and events are of it.")
  @Nullable String target;

  @Option(
      names = "--bundle",
      paramLabel = "BUNDLE",
      description = "Start (default with --from-kafka: the one that the domain uses).")
  @Nullable Path bundle;

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
      description =
          "Where text vectors are kept (default: var/text below the checkout; nowhere with"
              + " --from-kafka).")
  @Nullable Path textCache;

  @Option(
      names = "--out",
      paramLabel = "BUNDLE",
      description =
          "New bundle, replaced whole (default with --from-kafka: var/fine-tuned/D below the"
              + " checkout).")
  @Nullable Path out;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the figures as one JSON object.")
  @Nullable Path json;

  /** What is tuned on what. */
  private record Task(FineTuning tuning, SourceBundle from, DomainData domain, Path out) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    long start = System.nanoTime();
    Task task;
    FineTuning.Result result;
    try (Progress progress = new Progress(Output.stream())) {
      task = topics.fromKafka ? ofTopics(progress) : ofData(progress);
      result = tune(task, progress);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    tell(task, result, seconds);
    ObjectNode figures = figures(result, seconds);
    if (result.bundle() != null && topics.fromKafka && !topics.dryRun) {
      String model = topics.publish(task.out(), task.domain().name()).bundleId();
      figures.put("model_version", model);
    }
    if (json != null) {
      JsonReport.write(json, figures);
    }
    return result.gate().passed() ? ExitStatus.DONE : ExitStatus.REFUSED;
  }

  private Task ofTopics(Progress progress) throws InterruptedException {
    require(data == null && target == null, "--from-kafka goes without --data and --target");
    String name = required(topics.domain, "--from-kafka needs --domain");
    checkTraining();
    topics.requireStore();
    DomainData domain = topics.read(name);
    TargetData split = topics.split(domain);
    SourceBundle from = bundle == null ? topics.announced(name) : Bundles.open(bundle);
    EvaluateRequest request = request(domain, from, progress);
    if (textCache != null) {
      request = request.withTextCache(textCache);
    }
    return new Task(
        new FineTuning(request, split), from, domain, out == null ? TopicOptions.out(name) : out);
  }

  private Task ofData(Progress progress) {
    require(topics.domain == null && !topics.dryRun, "--domain and --dry-run go with --from-kafka");
    Path folder = required(data, "fine-tune takes --data with --target or --from-kafka");
    String name = required(target, "--data needs --target");
    Path start = required(bundle, "--data needs --bundle");
    Path made = required(out, "--data needs --out");
    checkTraining();
    SourceBundle from = Bundles.open(start);
    DomainData domain = Datasets.load(folder, name);
    EvaluateRequest request =
        request(domain, from, progress)
            .withTextCache(textCache == null ? Home.directory().resolve("var/text") : textCache);
    return new Task(new FineTuning(request), from, domain, made);
  }

  private EvaluateRequest request(DomainData domain, SourceBundle from, Progress progress) {
    TargetSettings settings = settings(domain.events().size());
    return EvaluateRequest.of(domain, Mode.of(mode), from, settings, seed)
        .withEncoder(encoder)
        .withListener(ProgressListener.ofEpochs("tune on " + domain.name(), progress));
  }

  private TargetSettings settings(int events) {
    return TargetSettings.defaults(events, ColdStartConfig.rule(), seed).with(changes);
  }

  /** Before anything is read: a slip of the pen shall not cost minutes. */
  private void checkTraining() {
    try {
      SequenceEncoders.requireKind(encoder);
      FineTuning.requireMode(Mode.of(mode));
      var unused = settings(0);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(), "--mode, --encoder, --set: " + e.getMessage());
    }
  }

  private <T> T required(@Nullable T value, String orElse) {
    if (value == null) {
      throw new ParameterException(spec.commandLine(), orElse);
    }
    return value;
  }

  private void require(boolean holds, String orElse) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), orElse);
    }
  }

  private static FineTuning.Result tune(Task task, Progress progress) {
    int items = task.domain().items().size();
    try (TextEncoder text = task.from().newTextEncoder()) {
      return task.tuning()
          .run(
              text,
              task.out(),
              encoded ->
                  progress.onProgress(
                      ProgressListener.Progress.of("encode texts", (double) encoded / items)));
    }
  }

  private void tell(Task task, FineTuning.Result result, double seconds) {
    Output.line(result.gate().why());
    BundleManifest made = result.bundle();
    if (made != null) {
      Output.line("bundle %s in %s after %.0f s".formatted(made.bundleId(), task.out(), seconds));
    } else {
      Output.line(
          "no better than chance explains, so nothing is %s (%.0f s)"
              .formatted(topics.fromKafka ? "published" : "written", seconds));
    }
  }

  private static ObjectNode figures(FineTuning.Result result, double seconds) {
    ObjectNode node = JsonReport.object();
    node.put("hr10", result.test().hr10());
    node.put("ndcg10", result.test().ndcg10());
    node.put("users", result.test().users());
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
