package dev.headwater.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.configuration.Home;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.encoder.SequenceEncoders;
import dev.headwater.idp.evaluate.EvaluateRequest;
import dev.headwater.idp.evaluate.EvaluateResult;
import dev.headwater.idp.evaluate.Evaluator;
import dev.headwater.idp.evaluate.Mode;
import dev.headwater.idp.evaluate.TargetSettings;
import dev.headwater.idp.pretrain.ProgressListener;
import dev.headwater.idp.report.Cell;
import dev.headwater.idp.report.CellStore;
import dev.headwater.idp.report.MarkdownTable;
import dev.headwater.idp.report.Plot;
import dev.headwater.idp.report.ResultJson;
import dev.headwater.idp.report.ResultJson.Protocol;
import dev.headwater.idp.text.MiniLmTextEncoder;
import dev.headwater.idp.text.TextEncoder;
import dev.headwater.jobs.coldstart.ColdStartConfig;
import dev.headwater.platform.cli.AtLeast;
import dev.headwater.platform.cli.DataOptions;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.load.Datasets;
import dev.headwater.platform.parts.Bundles;
import dev.headwater.platform.report.JsonReport;
import dev.headwater.platform.report.Machine;
import dev.headwater.platform.report.Progress;
import dev.headwater.platform.report.VerbException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code evaluate}: one mode on one target, or with {@code --report} a table of many. */
@Command(
    name = "evaluate",
    description = {
      "Evaluate a mode on a target, or with --report a table of modes and targets.",
      "Cells of a report are kept below --cells; those of the same bundle and settings are not",
      "evaluated again."
    },
    mixinStandardHelpOptions = true)
final class EvaluateCommand implements Callable<Integer> {
  @Mixin DataOptions data = new DataOptions();

  @Option(
      names = "--target",
      required = true,
      split = ",",
      paramLabel = "T",
      description = "Target domain (folder name); several with --report.")
  List<String> targets = List.of();

  @Option(
      names = "--mode",
      split = ",",
      paramLabel = "M",
      description = "What to evaluate (several with --report; default there: all but stream).")
  List<String> modes = List.of();

  @Option(
      names = "--protocol",
      defaultValue = "both",
      paramLabel = "P",
      description = "full, sampled or both (default).")
  Protocol protocol = Protocol.BOTH;

  @Option(names = "--bundle", paramLabel = "BUNDLE", description = "Source bundle to start from.")
  @Nullable Path bundle;

  @Option(
      names = "--encoder",
      defaultValue = "sasrec",
      paramLabel = "E",
      description = "Kind of a fresh encoder: sasrec, bert4rec, gru4rec.")
  String encoder = "sasrec";

  @Option(
      names = "--seed",
      split = ",",
      defaultValue = "1",
      paramLabel = "S",
      description = "Seed (default 1); several with --report.")
  List<Long> seeds = List.of();

  @Option(
      names = "--preset",
      paramLabel = "P",
      description =
          "ours (default) or paper: the form of the IDP paper, each departure of ours to be had"
              + " back by --set. Mode idp always has it.")
  Preset preset = Preset.OURS;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "Another setting of training, such as dropout=0.3; may be repeated.")
  Map<String, String> changes = Map.of();

  @Option(
      names = "--splits",
      defaultValue = "5",
      converter = AtLeast.OneWhole.class,
      paramLabel = "N",
      description = "Choices of cold items that mode cold-items averages (default 5).")
  int splits = 5;

  @Option(
      names = "--report",
      paramLabel = "OUT.md",
      description = "Write a table of all cells as Markdown, and a plot beside it.")
  @Nullable Path report;

  @Option(
      names = "--cells",
      paramLabel = "DIR",
      description = "Where a report keeps its cells (default: OUT.md.cells).")
  @Nullable Path cells;

  @Option(
      names = "--text-cache",
      paramLabel = "DIR",
      description = "Where text vectors are kept (default: var/text below the checkout).")
  @Nullable Path textCache;

  private final Map<String, DomainData> loaded = new HashMap<>();

  @Override
  public Integer call() throws IOException {
    List<Mode> wanted = modes();
    if (wanted.contains(Mode.STREAM) && !changes.isEmpty()) {
      throw new VerbException("--set does not reach mode stream, which learns as the jobs do");
    }
    try {
      SequenceEncoders.requireKind(encoder);
    } catch (IllegalArgumentException e) {
      throw new VerbException("--encoder: " + e.getMessage());
    }
    if (report == null && (targets.size() != 1 || wanted.size() != 1 || seeds.size() != 1)) {
      throw new VerbException("one --target, one --mode and one --seed; for several use --report");
    }
    SourceBundle source = bundle == null ? null : Bundles.open(bundle);
    for (Mode mode : wanted) {
      if (mode.needsBundle() && source == null) {
        throw new VerbException("mode " + mode.flag() + " needs --bundle");
      }
    }
    try (TextEncoder text = source == null ? MiniLmTextEncoder.load() : source.newTextEncoder()) {
      Evaluator evaluator = new Evaluator(text);
      if (report == null) {
        one(evaluator, source, wanted.get(0));
      } else {
        many(evaluator, source, wanted, report);
      }
    }
    return 0;
  }

  private void one(Evaluator evaluator, @Nullable SourceBundle source, Mode mode)
      throws IOException {
    Cell cell = new Cell(targets.get(0), mode, encoder, seeds.get(0));
    ObjectNode result =
        onThisMachine(ResultJson.of(evaluate(evaluator, request(source, cell)), protocol));
    if (data.json != null) {
      JsonReport.write(data.json, result);
    }
    Output.line(result.toPrettyString());
  }

  private void many(Evaluator evaluator, @Nullable SourceBundle source, List<Mode> wanted, Path out)
      throws IOException {
    CellStore store =
        new CellStore(cells == null ? out.resolveSibling(out.getFileName() + ".cells") : cells);
    List<Cell> grid = Cell.grid(targets, wanted, encoder, seeds);
    for (Cell cell : grid) {
      EvaluateRequest request = request(source, cell);
      Map<String, String> config = evaluator.config(request);
      if (store.get(cell).filter(kept -> isCurrent(kept, config)).isEmpty()) {
        ObjectNode result = onThisMachine(ResultJson.withRanks(evaluate(evaluator, request)));
        store.put(cell, result);
        Output.line(
            "%s %s seed %d: HR@10 %.4f NDCG@10 %.4f in %.0f s"
                .formatted(
                    cell.target(),
                    cell.row(),
                    cell.seed(),
                    result.path("hr10").asDouble(Double.NaN),
                    result.path("ndcg10").asDouble(Double.NaN),
                    result.path("seconds").asDouble()));
      }
    }
    Path plot = out.resolveSibling(out.getFileName() + ".svg");
    Files.writeString(plot, Plot.of(grid, store));
    Files.writeString(out, MarkdownTable.of(grid, store, plot.getFileName().toString()));
    Output.line("table in " + out + ", plot in " + plot);
  }

  /** Whether a kept cell is of this bundle, data and settings; another's must not pass for it. */
  private static boolean isCurrent(JsonNode kept, Map<String, String> config) {
    return config.entrySet().stream()
        .allMatch(
            entry -> entry.getValue().equals(kept.path("config").path(entry.getKey()).asText()));
  }

  private EvaluateRequest request(@Nullable SourceBundle source, Cell cell) {
    DomainData target = load(cell.target());
    List<DomainData> sources =
        source == null || !cell.mode().needsSources()
            ? List.of()
            : source.manifest().sources().stream().map(s -> load(s.domain())).toList();
    return EvaluateRequest.of(
            target, cell.mode(), source, settings(target, cell), cell.seed())
        .withEncoder(cell.encoder())
        .withSplits(splits)
        .withSources(sources)
        .withTextCache(textCache == null ? Home.directory().resolve("var/text") : textCache);
  }

  private DomainData load(String name) {
    return loaded.computeIfAbsent(name, domain -> Datasets.load(data.data, domain));
  }

  private static EvaluateResult evaluate(Evaluator evaluator, EvaluateRequest request) {
    try (Progress progress = new Progress(Output.progress())) {
      return evaluator.run(
          request.withListener(
              ProgressListener.ofEpochs(
                  "train on " + request.target().name(),
                  request.settings().train().maxEpochs(),
                  progress)));
    }
  }

  private static ObjectNode onThisMachine(ObjectNode result) {
    result.set("machine", Machine.measure().toJson());
    return result;
  }

  private TargetSettings settings(DomainData target, Cell cell) {
    try {
      TargetSettings ours =
          TargetSettings.defaults(target.events().size(), ColdStartConfig.rule(), cell.seed());
      boolean paper = preset == Preset.PAPER || cell.mode() == Mode.IDP;
      return (paper ? ours.paper() : ours).with(changes);
    } catch (IllegalArgumentException e) {
      throw new VerbException("--set: " + e.getMessage());
    }
  }

  private List<Mode> modes() {
    if (modes.isEmpty()) {
      return Arrays.stream(Mode.values()).filter(mode -> mode != Mode.STREAM).toList();
    }
    try {
      return modes.stream().map(Mode::of).toList();
    } catch (IllegalArgumentException e) {
      throw new VerbException(
          e.getMessage()
              + "; there are: "
              + Arrays.stream(Mode.values()).map(Mode::flag).collect(Collectors.joining(", ")));
    }
  }
}
