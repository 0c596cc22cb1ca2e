package dev.headwater.idp.finetune;

import dev.headwater.idp.bundle.BundleContent;
import dev.headwater.idp.bundle.BundleContent.SourceItem;
import dev.headwater.idp.bundle.BundleManifest;
import dev.headwater.idp.bundle.BundleWriter;
import dev.headwater.idp.bundle.Precision;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.data.DataException;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.encoder.SequenceEncoders;
import dev.headwater.idp.evaluate.EvaluateRequest;
import dev.headwater.idp.evaluate.Mode;
import dev.headwater.idp.evaluate.TargetData;
import dev.headwater.idp.evaluate.TargetModel;
import dev.headwater.idp.evaluate.TargetSettings;
import dev.headwater.idp.heldout.Judge;
import dev.headwater.idp.heldout.Judgement;
import dev.headwater.idp.tensor.Rows;
import dev.headwater.idp.text.TextEncoder;
import dev.headwater.idp.text.TextVectors;
import dev.headwater.idp.train.FitResult;
import dev.headwater.idp.train.TrainConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Tunes a bundle on one domain and writes a bundle of it: the tuned encoder, and the domain's own
 * trained items with their rows in place of the sources' items, whose rows another encoder learned.
 * An item that the bundle was tuned on starts from its tuned row, a new one from those of the items
 * like it ({@code ColdStartRows}). What judges it and what stops training is as {@link TargetData}
 * splits the domain.
 */
public final class FineTuning {
  private static final float[][] NO_TEXTS = {};
  private static final Set<Mode> MODES =
      EnumSet.of(
          Mode.FINE_TUNE,
          Mode.FINE_TUNE_ROW_SWAP,
          Mode.EMBEDDINGS_ONLY,
          Mode.NEW_ENCODER,
          Mode.ID_TEXT);

  private final EvaluateRequest request;
  private final TargetData split;
  private final SourceBundle from;

  /**
   * What tuning came to.
   *
   * @param bundle what was written; null where the gate did not pass
   * @param test of the tuned model
   * @param gate whether it may be published
   */
  public record Result(@Nullable BundleManifest bundle, Judgement test, Gate gate) {}

  /** Prepares to judge by the last event of each user. */
  public FineTuning(EvaluateRequest request) {
    this(request, TargetData.of(request.target(), NO_TEXTS));
  }

  /**
   * Prepares.
   *
   * @param request the domain, the mode, the bundle, the settings
   * @param split of the domain; it needs no texts yet
   * @throws IllegalArgumentException for a mode that trains nothing which a bundle could hold, or
   *     without a bundle
   */
  public FineTuning(EvaluateRequest request, TargetData split) {
    requireMode(request.mode());
    SourceBundle bundle = request.bundle();
    if (bundle == null) {
      throw new IllegalArgumentException("there is no bundle to tune");
    }
    this.request = request;
    this.split = split;
    this.from = bundle;
  }

  /** Refuses a mode that trains nothing which a bundle could hold. */
  public static void requireMode(Mode mode) {
    if (!MODES.contains(mode)) {
      throw new IllegalArgumentException(
          "mode %s makes no bundle; these do: %s"
              .formatted(mode.flag(), String.join(", ", MODES.stream().map(Mode::flag).toList())));
    }
  }

  /**
   * Tunes, and writes the bundle if it answers better than the one before.
   *
   * @param encoder the text encoder of the bundle
   * @param out directory of the new bundle
   * @throws DataException if a directory is in the way, or no item has both clicks and words
   */
  public Result run(TextEncoder encoder, Path out) {
    return run(encoder, out, count -> {});
  }

  /**
   * The same, telling how many texts are encoded so far.
   *
   * @param encoded called now and then on this thread
   */
  public Result run(TextEncoder encoder, Path out, IntConsumer encoded) {
    BundleWriter.requireReplaceable(out);
    float[][] texts = TextVectors.of(request.target(), encoder, request.textCache(), encoded);
    TargetData data = split.withTexts(texts);
    Judge judge = new Judge(data.itemCount());
    Judgement before = asItWas(judge, data);
    TargetSettings settings = request.settings();
    try (TargetModel model = TargetModel.generated(data, startEncoder(), from, settings)) {
      FitResult fit = model.train(settings, train(), extras(), request.listener());
      Judgement after = judge.judge(model.scorer(), data.test());
      Gate gate = Gate.of(after, before);
      return new Result(gate.passed() ? write(model, fit, data, after, out) : null, after, gate);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the bundle " + out, e);
    }
  }

  /** What the bundle answers for the domain before it is tuned. */
  private Judgement asItWas(Judge judge, TargetData data) {
    try (TargetModel model =
        TargetModel.generated(data, from.newEncoder(), from, request.settings())) {
      return judge.judge(model.scorer(), data.test());
    }
  }

  private SequenceEncoder startEncoder() {
    return request.mode() == Mode.NEW_ENCODER
        ? from.biased(
            SequenceEncoders.create(
                request.encoderKind(),
                from.manifest().encoder(),
                new SplittableRandom(request.seed())))
        : from.newEncoder();
  }

  private TrainConfig train() {
    TrainConfig train = request.settings().train();
    return request.mode() == Mode.EMBEDDINGS_ONLY
        ? train.toBuilder().frozenEncoder().build()
        : train;
  }

  private TargetModel.Extras extras() {
    return new TargetModel.Extras(
        request.mode() == Mode.FINE_TUNE_ROW_SWAP, request.mode() == Mode.ID_TEXT);
  }

  private BundleManifest write(
      TargetModel model, FitResult fit, TargetData data, Judgement test, Path out)
      throws IOException {
    BundleManifest manifest = from.manifest();
    DomainData target = request.target();
    BundleContent content =
        new BundleContent(
            model.encoder(),
            manifest.encoder(),
            from.textModel(),
            fit.logitScale(),
            items(target, data, model.table()),
            List.of(BundleManifest.Source.of(target)),
            metrics(fit, test),
            config(),
            from.isSloped(),
            Precision.FP16);
    return BundleWriter.writeTuned(out, content, manifest.bias());
  }

  private Map<String, Double> metrics(FitResult fit, Judgement test) {
    String domain = request.target().name();
    Map<String, Double> metrics = new TreeMap<>();
    metrics.put(domain + ".hr10", test.hr10());
    metrics.put(domain + ".ndcg10", test.ndcg10());
    metrics.put("epochs", (double) fit.epochs());
    return metrics;
  }

  private Map<String, String> config() {
    Map<String, String> config = new TreeMap<>();
    config.put("tuned-from", from.manifest().bundleId());
    config.put("mode", request.mode().flag());
    config.put("settings", request.settings().toString());
    return config;
  }

  private static List<SourceItem> items(DomainData target, TargetData data, Rows table) {
    List<SourceItem> found = SourceItem.trained(target, data.trained(), data.texts(), table::get);
    if (found.isEmpty()) {
      throw new DataException("no item of " + target.name() + " has both events and words");
    }
    return found;
  }
}
