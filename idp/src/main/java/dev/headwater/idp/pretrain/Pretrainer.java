package dev.headwater.idp.pretrain;

import dev.headwater.idp.bundle.BundleContent;
import dev.headwater.idp.bundle.BundleContent.SourceItem;
import dev.headwater.idp.bundle.BundleManifest;
import dev.headwater.idp.bundle.BundleWriter;
import dev.headwater.idp.data.DataException;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Item;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.encoder.SequenceEncoders;
import dev.headwater.idp.online.RankingMetrics;
import dev.headwater.idp.pretrain.ProgressListener.Progress;
import dev.headwater.idp.tensor.Rows;
import dev.headwater.idp.text.ItemText;
import dev.headwater.idp.text.TextVectors;
import dev.headwater.idp.train.Checkpoint;
import dev.headwater.idp.train.EpochProgress;
import dev.headwater.idp.train.Fit;
import dev.headwater.idp.train.FitResult;
import dev.headwater.idp.train.TextNeighbours;
import dev.headwater.idp.train.TrainingDomain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Pre-trains on source domains and writes a source bundle: all sources' sequences together, no
 * items or users aligned (IDP, section 1). The last event of every user is held back for
 * validation.
 */
public final class Pretrainer {
  /**
   * Runs to the end. After every epoch a checkpoint is left beside the bundle's place; with {@code
   * resume} in the settings a later run goes on from it to the same bundle.
   *
   * @param config settings
   * @param sources one or more source domains
   * @param out directory of the bundle; replaced whole at the end
   * @param listener hears progress
   * @throws DataException if a source has no user with enough events, or something else than a
   *     bundle stands at {@code out}; before anything is trained
   * @throws IllegalArgumentException for an encoder that does not exist
   * @throws UncheckedIOException if the bundle cannot be written
   */
  public BundleManifest run(
      PretrainConfig config, List<DomainData> sources, Path out, ProgressListener listener) {
    if (sources.isEmpty()) {
      throw new DataException("pre-training needs at least one source");
    }
    BundleWriter.requireReplaceable(out);
    SequenceEncoders.requireKind(config.encoderKind());
    SplittableRandom random = new SplittableRandom(config.train().seed());
    List<TrainingDomain> domains = SourceDomains.of(sources, config.validationUsers(), random);
    List<float[][]> texts = texts(config, sources, listener);
    int rows = domains.stream().mapToInt(TrainingDomain::itemCount).sum();
    try (Rows table = new Rows(config.encoder().dim(), rows);
        SequenceEncoder encoder =
            SequenceEncoders.create(config.encoderKind(), config.encoder(), random)) {
      switch (config.start()) {
        case RANDOM -> StartRows.random(table, rows, random);
        case TEXTS -> StartRows.texts(table, texts, random);
      }
      Consumer<EpochProgress> told = ProgressListener.ofEpochs("pre-train", listener);
      Fit fit = new Fit(encoder, table, rows, config.train(), told);
      swapRows(fit, config, sources, texts, listener);
      Checkpoint checkpoint = checkpoint(config, sources, out);
      FitResult result = fit.checkpoint(checkpoint).run(domains);
      Map<String, Double> metrics = metrics(fit, domains, result);
      List<SourceItem> items = items(sources, domains, texts, table);
      BundleContent content =
          new BundleContent(
              encoder,
              config.encoder(),
              config.textEncoder().model(),
              result.logitScale(),
              items,
              sources.stream().map(BundleManifest.Source::of).toList(),
              metrics,
              Map.of(
                  "train", config.train().toString(),
                  "swap", String.valueOf(config.swap()),
                  "start", config.start().toString()),
              config.start() == PretrainConfig.Start.TEXTS,
              config.precision());
      BundleManifest manifest = BundleWriter.write(out, content, config.itemBias());
      checkpoint.delete();
      return manifest;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the bundle " + out, e);
    }
  }

  private static Checkpoint checkpoint(PretrainConfig config, List<DomainData> sources, Path out)
      throws IOException {
    String purpose =
        "%s %s %s %s from %s on %s"
            .formatted(
                config.encoderKind(),
                config.encoder(),
                config.train(),
                config.swap(),
                config.start(),
                sources.stream().map(BundleManifest.Source::of).toList());
    Path target = out.toAbsolutePath();
    Files.createDirectories(target.getParent());
    Checkpoint checkpoint =
        new Checkpoint(target.resolveSibling(target.getFileName() + ".checkpoint"), purpose);
    if (!config.resume()) {
      checkpoint.delete();
    }
    return checkpoint;
  }

  private static Map<String, Double> metrics(
      Fit fit, List<TrainingDomain> domains, FitResult result) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (TrainingDomain domain : domains) {
      RankingMetrics ranking = fit.validate(domain);
      metrics.put(domain.name() + ".hr10", ranking.hr10());
      metrics.put(domain.name() + ".ndcg10", ranking.ndcg10());
    }
    metrics.put("epochs", (double) result.epochs());
    return metrics;
  }

  private static List<float[][]> texts(
      PretrainConfig config, List<DomainData> sources, ProgressListener listener) {
    int all = sources.stream().mapToInt(source -> source.items().size()).sum();
    long start = System.nanoTime();
    List<float[][]> texts = new ArrayList<>();
    int before = 0;
    for (DomainData source : sources) {
      int offset = before;
      texts.add(
          TextVectors.of(
              source,
              config.textEncoder(),
              config.textCache(),
              done -> {
                double fraction = (double) (offset + done) / all;
                double seconds = (System.nanoTime() - start) / 1e9;
                listener.onProgress(phase("encode texts", fraction, seconds / fraction - seconds));
              }));
      before += source.items().size();
    }
    return texts;
  }

  private static void swapRows(
      Fit fit,
      PretrainConfig config,
      List<DomainData> sources,
      List<float[][]> texts,
      ProgressListener listener) {
    PretrainConfig.Swap swap = config.swap();
    if (swap == null) {
      return;
    }
    float[][] all = texts.stream().flatMap(Arrays::stream).toArray(float[][]::new);
    boolean[] usable = new boolean[all.length];
    int at = 0;
    for (DomainData source : sources) {
      for (Item item : source.items()) {
        usable[at++] = ItemText.isUsable(words(item));
      }
    }
    fit.swapRows(
        TextNeighbours.of(
            all,
            usable,
            swap.neighbours(),
            swap.temperature(),
            fraction -> listener.onProgress(phase("find text neighbours", fraction, Double.NaN))),
        swap.probability());
  }

  private static Progress phase(String name, double fraction, double secondsLeft) {
    return new Progress(name, fraction, 0, Double.NaN, Double.NaN, Double.NaN, secondsLeft);
  }

  private static String words(Item item) {
    return ItemText.of(item.title(), item.brand(), item.categories());
  }

  private static List<SourceItem> items(
      List<DomainData> sources, List<TrainingDomain> domains, List<float[][]> texts, Rows table) {
    List<SourceItem> found = new ArrayList<>();
    for (int d = 0; d < sources.size(); d++) {
      TrainingDomain domain = domains.get(d);
      found.addAll(
          SourceItem.trained(
              sources.get(d),
              SourceDomains.trained(domain),
              texts.get(d),
              i -> table.get(domain.firstRow() + i)));
    }
    if (found.isEmpty()) {
      throw new DataException("no source item has both events and words");
    }
    return found;
  }
}
