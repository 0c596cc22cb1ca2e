package dev.headwater.launcher.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.configuration.Home;
import dev.headwater.idp.bundle.BundleManifest;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.evaluate.EvaluateRequest;
import dev.headwater.idp.evaluate.EvaluateResult;
import dev.headwater.idp.evaluate.Evaluator;
import dev.headwater.idp.evaluate.Mode;
import dev.headwater.idp.evaluate.TargetSettings;
import dev.headwater.idp.pretrain.ProgressListener;
import dev.headwater.idp.report.Cell;
import dev.headwater.idp.report.Pretrained;
import dev.headwater.idp.report.ResultJson;
import dev.headwater.idp.report.ResultJson.Protocol;
import dev.headwater.idp.report.TableRunner;
import dev.headwater.idp.text.BertTextEncoder;
import dev.headwater.idp.text.TextEncoder;
import dev.headwater.jobs.coldstart.ColdStartConfig;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.load.Datasets;
import dev.headwater.platform.report.Machine;
import dev.headwater.platform.report.Progress;
import dev.headwater.platform.report.WrongUseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes the cells that the options of {@code evaluate} ask for. For one thread. */
final class CellWork implements TableRunner.Work {
  private final EvaluateCommand options;
  private final Starts starts;
  private final Map<String, DomainData> loaded = new HashMap<>();
  private final Map<Made, Map<String, String>> configs = new HashMap<>();

  /** Where cells start. */
  interface Starts {
    /** Returns what one starts from, which may be made only now: up to an hour. */
    Start start(Pretrained which);

    /** Returns what stands in its bundle, null where it has none. */
    @Nullable BundleManifest manifest(Pretrained which);
  }

  /** A cell of a bundle: one that is made again may be another. */
  private record Made(Cell cell, String bundleId) {}

  /**
   * What cells start from.
   *
   * @param bundle null where there is none
   * @param text its text encoder, which is closed with this
   * @param evaluator that reads texts by it
   */
  record Start(@Nullable SourceBundle bundle, TextEncoder text, Evaluator evaluator)
      implements AutoCloseable, Starts {
    static Start of(@Nullable SourceBundle bundle) {
      TextEncoder text = bundle == null ? BertTextEncoder.miniLm() : bundle.newTextEncoder();
      return new Start(bundle, text, new Evaluator(text));
    }

    /** The bundle, where there is one. */
    SourceBundle from() {
      return Objects.requireNonNull(bundle, "a bundle");
    }

    @Override
    public Start start(Pretrained which) {
      return this;
    }

    @Override
    public @Nullable BundleManifest manifest(Pretrained which) {
      return bundle == null ? null : bundle.manifest();
    }

    @Override
    public void close() {
      text.close();
    }
  }

  /** Makes cells that start from what a name stands for. */
  CellWork(EvaluateCommand options, Starts starts) {
    this.options = options;
    this.starts = starts;
  }

  /** The data of a domain, read once. */
  DomainData load(String name) {
    return loaded.computeIfAbsent(name, domain -> Datasets.load(options.data.data, domain));
  }

  @Override
  public Map<String, String> config(Cell cell) {
    BundleManifest bundle = starts.manifest(cell.from());
    return configs.computeIfAbsent(
        new Made(cell, bundle == null ? "" : bundle.bundleId()),
        made ->
            Evaluator.config(
                request(cell, null),
                bundle,
                bundle == null ? starts.start(cell.from()).text().id() : bundle.textEncoderId()));
  }

  @Override
  public ObjectNode evaluate(Cell cell) {
    return onThisMachine(ResultJson.withRanks(run(cell)));
  }

  /** One cell for people, without what each user got. */
  ObjectNode evaluate(Cell cell, Protocol protocol) {
    return onThisMachine(ResultJson.of(run(cell), protocol));
  }

  private EvaluateResult run(Cell cell) {
    Start start = starts.start(cell.from());
    EvaluateRequest request = request(cell, start.bundle());
    try (Progress progress = new Progress(Output.progress())) {
      return start
          .evaluator()
          .run(
              request.withListener(
                  ProgressListener.ofEpochs(
                      cell.mode().flag() + " for " + cell.target(), // pre-training of its own, too
                      progress)));
    }
  }

  private static ObjectNode onThisMachine(ObjectNode result) {
    result.set("machine", Machine.measure().toJson());
    return result;
  }

  private EvaluateRequest request(Cell cell, @Nullable SourceBundle source) {
    DomainData target = load(cell.target());
    List<DomainData> sources =
        source == null || !cell.mode().needsSources()
            ? List.of()
            : source.manifest().sources().stream().map(from -> load(from.domain())).toList();
    return EvaluateRequest.of(target, cell.mode(), source, settings(target, cell), cell.seed())
        .withEncoder(cell.encoder())
        .withSplits(options.splits)
        .withSources(sources)
        .withTextCache(
            options.textCache == null ? Home.directory().resolve("var/text") : options.textCache);
  }

  private TargetSettings settings(DomainData target, Cell cell) {
    try {
      TargetSettings ours =
          TargetSettings.defaults(target.events().size(), ColdStartConfig.rule(), cell.seed());
      boolean paper = options.preset == Preset.PAPER || cell.mode() == Mode.IDP;
      return (paper ? ours.paper() : ours).with(options.changes).with(cell.changes());
    } catch (IllegalArgumentException e) {
      throw new WrongUseException("--set: " + e.getMessage());
    }
  }
}
