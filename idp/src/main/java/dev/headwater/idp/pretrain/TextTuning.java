package dev.headwater.idp.pretrain;

import dev.headwater.idp.bundle.BundleContent;
import dev.headwater.idp.bundle.BundleContent.SourceItem;
import dev.headwater.idp.bundle.BundleManifest;
import dev.headwater.idp.bundle.BundleWriter;
import dev.headwater.idp.bundle.Precision;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.data.Checksums;
import dev.headwater.idp.data.DataException;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Item;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.pretrain.ProgressListener.Progress;
import dev.headwater.idp.text.BertTextEncoder;
import dev.headwater.idp.text.ItemText;
import dev.headwater.idp.text.TextModel;
import dev.headwater.idp.text.TextTuner;
import dev.headwater.idp.train.TextNeighbours;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tunes the text encoder of a bundle on the bundle's own items, by their texts and their ID
 * embeddings, and writes a bundle whose texts are encoded by the tuned one. A bundle that was tuned
 * before goes on from there; its rows keep the biases that they learned.
 */
public final class TextTuning {
  private static final int TEXTS_A_CALL = 512;
  private static final int ID_LENGTH = 8;

  private final TextTuner.Config config;
  private final int steps;
  private final int near;
  private final ProgressListener listener;

  /**
   * Prepares.
   *
   * @param config of the losses
   * @param steps how many; 0 keeps texts and encoder as they are, to compare with
   * @param near how many items near by ID embedding are positives
   * @param listener hears progress
   */
  public TextTuning(TextTuner.Config config, int steps, int near, ProgressListener listener) {
    this.config = config;
    this.steps = steps;
    this.near = near;
    this.listener = listener;
  }

  /**
   * Tunes and writes.
   *
   * @param bundle where items, ID embeddings and sequence encoder come from
   * @param sources data of all its source domains, or of those that are to stay
   * @param out directory of the new bundle
   */
  public BundleManifest run(SourceBundle bundle, List<DomainData> sources, Path out) {
    BundleWriter.requireReplaceable(out);
    Map<String, String> words = words(sources);
    List<SourceItem> items =
        bundle.items().stream()
            .filter(item -> words.containsKey(item.domain() + "/" + item.item()))
            .toList();
    if (items.isEmpty()) {
      throw new DataException("the bundle has no item of these sources");
    }
    List<String> texts =
        items.stream().map(item -> words.get(item.domain() + "/" + item.item())).toList();
    TextModel model = bundle.textModel();
    try (BertTextEncoder encoder = BertTextEncoder.load(model);
        SequenceEncoder sequence = bundle.newEncoder()) {
      if (steps > 0) {
        model = tuned(model, tune(encoder, items, texts));
      }
      BundleContent content =
          new BundleContent(
              sequence,
              bundle.manifest().encoder(),
              model,
              bundle.manifest().logitScale(),
              steps == 0 ? items : encoded(encoder, items, texts),
              bundle.manifest().sources().stream()
                  .filter(s -> sources.stream().anyMatch(d -> d.name().equals(s.domain())))
                  .toList(),
              bundle.manifest().metrics(),
              config(bundle),
              bundle.isSloped(),
              Precision.FP16);
      return BundleWriter.writeTuned(out, content, bundle.manifest().bias());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the bundle " + out, e);
    }
  }

  private Map<String, float[]> tune(
      BertTextEncoder encoder, List<SourceItem> items, List<String> texts) {
    float[][] ids = items.stream().map(item -> unit(item.embedding())).toArray(float[][]::new);
    boolean[] all = new boolean[ids.length];
    Arrays.fill(all, true);
    List<int[]> neighbours = TextNeighbours.of(ids, all, near, 1).items();
    if (neighbours.stream().allMatch(others -> others.length == 0)) {
      throw new DataException("no item has another one near it: there is no behaviour to tune by");
    }
    long start = System.nanoTime();
    try (TextTuner tuner = new TextTuner(encoder, config)) {
      double loss = 0;
      for (int i = 1; i <= steps; i++) {
        TextTuner.StepLoss found = tuner.step(texts, neighbours);
        loss += found.textLoss() + found.behaviourLoss();
        double seconds = (System.nanoTime() - start) / 1e9;
        listener.onProgress(
            new Progress(
                "tune the text encoder",
                (double) i / steps,
                0,
                loss / i,
                Double.NaN,
                i * (double) config.batch() / seconds,
                seconds / i * (steps - i)));
      }
      return tuner.weights();
    }
  }

  private List<SourceItem> encoded(
      BertTextEncoder encoder, List<SourceItem> items, List<String> texts) {
    List<SourceItem> encoded = new ArrayList<>();
    long start = System.nanoTime();
    for (int from = 0; from < texts.size(); from += TEXTS_A_CALL) {
      int to = Math.min(texts.size(), from + TEXTS_A_CALL);
      float[][] vectors = encoder.encode(texts.subList(from, to));
      for (int i = from; i < to; i++) {
        SourceItem item = items.get(i);
        encoded.add(
            new SourceItem(
                item.domain(), item.item(), vectors[i - from], item.embedding(), item.title()));
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      double fraction = (double) to / texts.size();
      listener.onProgress(
          new Progress(
              "encode texts",
              fraction,
              0,
              Double.NaN,
              Double.NaN,
              Double.NaN,
              seconds / fraction - seconds));
    }
    return encoded;
  }

  private Map<String, String> config(SourceBundle bundle) {
    Map<String, String> all = new TreeMap<>(bundle.manifest().config());
    all.put("text-tuning", "%s, %d steps, %d near".formatted(config, steps, near));
    return all;
  }

  /** What was tuned before and is not tuned now stays as it was. */
  private static TextModel tuned(TextModel before, Map<String, float[]> weights) {
    Map<String, float[]> all = new TreeMap<>(before.tuned());
    all.putAll(weights);
    StringBuilder text = new StringBuilder(before.id());
    all.forEach((name, values) -> text.append(name).append(Arrays.hashCode(values)));
    String hash = Checksums.sha256(text.toString()).substring(0, ID_LENGTH);
    return before.tuned(before.about().name() + "-" + hash, all);
  }

  private static Map<String, String> words(List<DomainData> sources) {
    Map<String, String> words = new HashMap<>();
    for (DomainData source : sources) {
      for (Item item : source.items()) {
        words.put(
            source.name() + "/" + item.id(),
            ItemText.of(item.title(), item.brand(), item.categories()));
      }
    }
    return words;
  }

  private static float[] unit(float[] vector) {
    double sum = 0;
    for (float value : vector) {
      sum += (double) value * value;
    }
    float[] unit = vector.clone();
    for (int k = 0; k < unit.length; k++) {
      unit[k] *= (float) (sum > 0 ? 1 / Math.sqrt(sum) : 0);
    }
    return unit;
  }
}
