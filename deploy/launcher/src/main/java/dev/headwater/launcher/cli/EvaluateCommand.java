package dev.headwater.launcher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.idp.bundle.BundleManifest;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.encoder.SequenceEncoders;
import dev.headwater.idp.evaluate.Mode;
import dev.headwater.idp.report.Cell;
import dev.headwater.idp.report.CellStore;
import dev.headwater.idp.report.MarkdownTable;
import dev.headwater.idp.report.PaperPlan;
import dev.headwater.idp.report.PaperReport;
import dev.headwater.idp.report.Plot;
import dev.headwater.idp.report.Pretrained;
import dev.headwater.idp.report.ResultJson.Protocol;
import dev.headwater.idp.report.TableRunner;
import dev.headwater.platform.cli.AtLeast;
import dev.headwater.platform.cli.DataOptions;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.parts.Bundles;
import dev.headwater.platform.report.JsonReport;
import dev.headwater.platform.report.VerbException;
import dev.headwater.platform.report.WrongUseException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
  private static final int DEFAULT_SPLITS = 5;
  private static final long BETWEEN_REPORTS = TimeUnit.MINUTES.toNanos(10);

  @Mixin DataOptions data = new DataOptions();

  @Option(
      names = "--paper",
      description =
          "All tables of the paper into --report, cell by cell, in hours; stopped, it goes on.")
  boolean paper;

  @Option(
      names = "--only-report",
      description = "With --paper: evaluate nothing, write the report of the cells that are there.")
  boolean onlyReport;

  @Option(
      names = "--target",
      split = ",",
      paramLabel = "T",
      description =
          "Target domain (folder name); several with --report; those of the report with --paper.")
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
      names = "--bundles",
      paramLabel = "DIR",
      description =
          "With --paper: where the bundles of its tables lie, below ours, paper, bert4rec and"
              + " gru4rec; those that are missing are pre-trained (default: OUT.md.bundles)."
              + " --bundle takes the place of ours.")
  @Nullable Path bundles;

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
      defaultValue = "" + DEFAULT_SPLITS,
      converter = AtLeast.OneWhole.class,
      paramLabel = "N",
      description = "Choices of cold items that mode cold-items averages (default 5).")
  int splits = DEFAULT_SPLITS;

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

  @Override
  public Integer call() throws IOException {
    List<Mode> wanted = paper ? List.of() : modes();
    check(wanted);
    SourceBundle source = bundle == null ? null : Bundles.open(bundle);
    for (Mode mode : wanted) {
      if (mode.needsBundle() && source == null) {
        throw new WrongUseException("mode " + mode.flag() + " needs --bundle");
      }
    }
    if (paper && report != null) {
      paper(source, report);
      return 0;
    }
    try (CellWork.Start start = CellWork.Start.of(source)) {
      CellWork work = new CellWork(this, start);
      if (report == null) {
        one(work, wanted.get(0));
      } else {
        many(work, Cell.grid(targets, wanted, encoder, seeds), report);
      }
    }
    return 0;
  }

  private void check(List<Mode> wanted) {
    if (wanted.contains(Mode.STREAM) && !changes.isEmpty()) {
      throw new WrongUseException("--set does not reach mode stream, which learns as the jobs do");
    }
    try {
      SequenceEncoders.requireKind(encoder);
    } catch (IllegalArgumentException e) {
      throw new WrongUseException("--encoder: " + e.getMessage());
    }
    if (paper && report == null) {
      throw new WrongUseException("--paper needs --report");
    }
    if (onlyReport && !paper) {
      throw new WrongUseException("--only-report goes with --paper");
    }
    if (targets.isEmpty() && !paper) {
      throw new WrongUseException("--target names the domain, and is missing");
    }
    if (report == null && (targets.size() != 1 || wanted.size() != 1 || seeds.size() != 1)) {
      throw new WrongUseException(
          "one --target, one --mode and one --seed; for several use --report");
    }
  }

  private void one(CellWork work, Mode mode) throws IOException {
    ObjectNode result =
        work.evaluate(new Cell(targets.get(0), mode, encoder, seeds.get(0)), protocol);
    if (data.json != null) {
      JsonReport.write(data.json, result);
    }
    Output.line(result.toPrettyString());
  }

  private void many(CellWork work, List<Cell> grid, Path out) throws IOException {
    TableRunner runner = new TableRunner(store(out), work);
    Map<Cell, String> failed = runner.run(grid, EvaluateCommand::tell);
    Path plot = out.resolveSibling(out.getFileName() + ".svg");
    Files.writeString(plot, Plot.of(grid, runner));
    Files.writeString(out, MarkdownTable.of(grid, runner, plot.getFileName().toString()));
    Output.line("table in " + out + ", plot in " + plot);
    requireAll(failed, grid.size());
  }

  private static void requireAll(Map<Cell, String> failed, int cells) {
    if (!failed.isEmpty()) {
      throw new VerbException(
          "%d of %d cells are missing; the first: %s"
              .formatted(failed.size(), cells, failed.values().iterator().next()));
    }
  }

  private void paper(@Nullable SourceBundle source, Path out) throws IOException {
    List<String> sources =
        source == null
            ? PaperPlan.SOURCES
            : source.manifest().sources().stream().map(BundleManifest.Source::domain).toList();
    Path folder = bundles == null ? out.resolveSibling(out.getFileName() + ".bundles") : bundles;
    try (PaperBundles made =
        new PaperBundles(folder, cells(out), data.data, sources, textCache, !onlyReport)) {
      if (bundle != null) {
        made.use(Pretrained.OURS, bundle);
      }
      paper(made, sources, out);
    }
  }

  private void paper(PaperBundles made, List<String> sources, Path out) {
    List<String> wanted = targets.isEmpty() ? PaperPlan.TARGETS : targets;
    CellWork work = new CellWork(this, made);
    List<DomainData> domains =
        Stream.concat(sources.stream(), wanted.stream()).map(work::load).toList();
    TableRunner runner = new TableRunner(store(out), work);
    PaperReport written = new PaperReport(command(), wanted, seeds, runner);
    List<Cell> plan = onlyReport ? List.of() : PaperPlan.cells(wanted, seeds);
    long[] last = {System.nanoTime()};
    Map<Cell, String> failed =
        runner.run(
            plan,
            (cell, result, done, all, fresh) -> {
              tell(cell, result, done, all, fresh);
              if (fresh && System.nanoTime() - last[0] > BETWEEN_REPORTS) {
                write(written, out, domains, made, Map.of());
                last[0] = System.nanoTime();
              }
            });
    write(written, out, domains, made, failed);
    Output.line("report in " + out);
    requireAll(failed, plan.size());
  }

  private static void write(
      PaperReport report,
      Path out,
      List<DomainData> domains,
      PaperBundles made,
      Map<Cell, String> failed) {
    try {
      report.write(out, domains, made.manifests(), failed);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + out, e);
    }
  }

  /** As it is told in the report: without what says where things are on this machine. */
  private String command() {
    StringBuilder told = new StringBuilder("deploy/headwater evaluate --paper --data DATA");
    if (!targets.isEmpty()) {
      told.append(" --target ").append(String.join(",", targets));
    }
    if (preset != Preset.OURS) {
      told.append(" --preset ").append(preset.name().toLowerCase(Locale.ROOT));
    }
    new TreeMap<>(changes).forEach((name, value) -> told.append(" --set " + name + "=" + value));
    if (splits != DEFAULT_SPLITS) {
      told.append(" --splits ").append(splits);
    }
    told.append(" --seed ")
        .append(seeds.stream().map(String::valueOf).collect(Collectors.joining(",")));
    return told.append(" --report OUT.md").toString();
  }

  private CellStore store(Path out) {
    return new CellStore(cells(out));
  }

  private Path cells(Path out) {
    return cells == null ? out.resolveSibling(out.getFileName() + ".cells") : cells;
  }

  private static void tell(Cell cell, JsonNode result, int done, int all, boolean fresh) {
    if (fresh) {
      Output.line(
          "%d of %d: %s %s seed %d: HR@10 %.4f NDCG@10 %.4f in %.0f s"
              .formatted(
                  done,
                  all,
                  cell.target(),
                  cell.row()
                      + (cell.changes().isEmpty() ? "" : " " + cell.changes())
                      + (cell.from() == Pretrained.OURS ? "" : " from " + cell.from().label()),
                  cell.seed(),
                  result.path("hr10").asDouble(Double.NaN),
                  result.path("ndcg10").asDouble(Double.NaN),
                  result.path("seconds").asDouble()));
    }
  }

  private List<Mode> modes() {
    if (modes.isEmpty()) {
      return Arrays.stream(Mode.values()).filter(mode -> mode != Mode.STREAM).toList();
    }
    try {
      return modes.stream().map(Mode::of).toList();
    } catch (IllegalArgumentException e) {
      throw new WrongUseException(
          e.getMessage()
              + "; there are: "
              + Arrays.stream(Mode.values()).map(Mode::flag).collect(Collectors.joining(", ")));
    }
  }
}
