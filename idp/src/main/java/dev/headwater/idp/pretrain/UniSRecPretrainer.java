package dev.headwater.idp.pretrain;

import dev.headwater.idp.bundle.BundleContent.SourceItem;
import dev.headwater.idp.bundle.Precision;
import dev.headwater.idp.bundle.Safetensors;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.data.Checksums;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Fingerprint;
import dev.headwater.idp.encoder.EncoderConfig;
import dev.headwater.idp.encoder.UniSRec;
import dev.headwater.idp.tensor.Parameter;
import dev.headwater.idp.tensor.Parameters;
import dev.headwater.idp.train.EpochProgress;
import dev.headwater.idp.train.MoeAdaptor;
import dev.headwater.idp.train.TextContrast;
import dev.headwater.idp.train.TrainingDomain;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
  private static final int KEY_LENGTH = 16;

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
    if (cache == null) {
      return train(bundle, sources, seed, listener);
    }
    StringBuilder purpose = new StringBuilder(bundle.manifest().textEncoderId());
    sources.forEach(source -> purpose.append('/').append(Fingerprint.of(source)));
    purpose.append('/').append(seed).append('/').append(EPOCHS);
    String key = Checksums.sha256(purpose.toString()).substring(0, KEY_LENGTH);
    Path file = cache.resolve("unisrec-" + key + ".safetensors");
    try {
      if (!Files.isRegularFile(file)) {
        Files.createDirectories(cache);
        write(file, train(bundle, sources, seed, listener));
      }
      return read(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the cache of weights " + file, e);
    }
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
        contrast.epoch(sequences, epoch, listener);
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

  private static void write(Path file, UniSRecWeights weights) throws IOException {
    Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
    weights.encoder().forEach((name, values) -> tensors.put(ENCODER + name, tensor(values)));
    weights.adaptor().forEach((name, values) -> tensors.put(ADAPTOR + name, tensor(values)));
    Path fresh = Files.createTempFile(file.getParent(), "unisrec-", ".tmp");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(fresh))) {
      Safetensors.write(out, tensors, Precision.FP32);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static Safetensors.Tensor tensor(float[] values) {
    return new Safetensors.Tensor(new long[] {values.length}, values);
  }

  private static UniSRecWeights read(Path file) throws IOException {
    Map<String, float[]> encoder = new LinkedHashMap<>();
    Map<String, float[]> adaptor = new LinkedHashMap<>();
    Safetensors.read(file)
        .forEach(
            (name, tensor) -> {
              boolean ofEncoder = name.startsWith(ENCODER);
              (ofEncoder ? encoder : adaptor)
                  .put(name.substring((ofEncoder ? ENCODER : ADAPTOR).length()), tensor.values());
            });
    return new UniSRecWeights(encoder, adaptor);
  }
}
