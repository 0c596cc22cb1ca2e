package dev.headwater.idp.pretrain;

import dev.headwater.idp.bundle.BundleContent.SourceItem;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.encoder.EncoderConfig;
import dev.headwater.idp.encoder.UniSRec;
import dev.headwater.idp.tensor.Parameter;
import dev.headwater.idp.tensor.Parameters;
import dev.headwater.idp.train.EpochProgress;
import dev.headwater.idp.train.MoeAdaptor;
import dev.headwater.idp.train.TextContrast;
import dev.headwater.idp.train.TrainingDomain;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Pre-trains UniSRec (Hou et al., KDD 2022) on source domains by their texts alone: all sequences
 * together, by sequence-item and sequence-sequence contrast ({@link TextContrast}).
 *
 * <p>Departures: {@value #EPOCHS} passes (the paper: 300), and text vectors are MiniLM's, those of
 * the bundle, where the paper has BERT's.
 */
public final class UniSRecPretrainer {
  /** The paper's temperature. */
  public static final float TEMPERATURE = 0.07f;

  private static final int EPOCHS = 4;
  private static final String ENCODER = "encoder/";
  private static final String ADAPTOR = "adaptor/";

  private UniSRecPretrainer() {}

  /**
   * Pre-trains, or reads what was learned before from the same data with the same seed.
   *
   * @param bundle has the sources' text vectors
   * @param sources their data
   * @param cache where the weights are kept; null keeps nothing
   * @param listener hears progress
   * @throws UncheckedIOException if the cache cannot be read or written
   */
  public static UniSRecWeights of(
      SourceBundle bundle,
      List<DomainData> sources,
      long seed,
      @Nullable Path cache,
      Consumer<EpochProgress> listener) {
    String purpose =
        WeightCache.purpose(bundle.manifest().textEncoderId(), sources, seed) + "/" + EPOCHS;
    return apart(
        WeightCache.of(
            cache, "unisrec", purpose, () -> together(train(bundle, sources, seed, listener))));
  }

  private static Map<String, float[]> together(UniSRecWeights weights) {
    Map<String, float[]> all = new LinkedHashMap<>();
    weights.encoder().forEach((name, values) -> all.put(ENCODER + name, values));
    weights.adaptor().forEach((name, values) -> all.put(ADAPTOR + name, values));
    return all;
  }

  private static UniSRecWeights apart(Map<String, float[]> all) {
    Map<String, float[]> encoder = new LinkedHashMap<>();
    Map<String, float[]> adaptor = new LinkedHashMap<>();
    all.forEach(
        (name, values) -> {
          boolean ofEncoder = name.startsWith(ENCODER);
          (ofEncoder ? encoder : adaptor)
              .put(name.substring((ofEncoder ? ENCODER : ADAPTOR).length()), values);
        });
    return new UniSRecWeights(encoder, adaptor);
  }

  private static UniSRecWeights train(
      SourceBundle bundle, List<DomainData> sources, long seed, Consumer<EpochProgress> listener) {
    SplittableRandom random = new SplittableRandom(seed);
    List<int[]> sequences = new ArrayList<>();
    for (TrainingDomain domain : SourceDomains.of(sources, 0, random)) {
      for (int[] sequence : domain.sequences()) {
        int[] rows = sequence.clone();
        for (int i = 0; i < rows.length; i++) {
          rows[i] += domain.firstRow();
        }
        sequences.add(rows);
      }
    }
    try (UniSRec encoder = new UniSRec(EncoderConfig.defaults(), random);
        MoeAdaptor adaptor =
            new MoeAdaptor(
                texts(bundle, sources), encoder.dim(), TextContrast.LEARNING_RATE, random);
        TextContrast contrast = new TextContrast(encoder, adaptor, TEMPERATURE, random)) {
      for (int epoch = 1; epoch <= EPOCHS; epoch++) {
        contrast.epoch(sequences, epoch, EPOCHS, listener);
      }
      return new UniSRecWeights(values(encoder.parameters()), values(adaptor.parameters()));
    }
  }

  /** Text vectors of all items of the sources in their order; zeros for what the bundle lacks. */
  private static float[][] texts(SourceBundle bundle, List<DomainData> sources) {
    Map<String, float[]> known = new HashMap<>();
    for (SourceItem item : bundle.items()) {
      known.put(item.domain() + "/" + item.item(), item.text());
    }
    float[] none = new float[bundle.manifest().textDim()];
    return sources.stream()
        .flatMap(source -> source.items().stream().map(item -> source.name() + "/" + item.id()))
        .map(id -> known.getOrDefault(id, none))
        .toArray(float[][]::new);
  }

  private static Map<String, float[]> values(Parameters parameters) {
    Map<String, float[]> values = new LinkedHashMap<>();
    for (Parameter parameter : parameters.all()) {
      values.put(parameter.name(), parameter.get());
    }
    return values;
  }
}
