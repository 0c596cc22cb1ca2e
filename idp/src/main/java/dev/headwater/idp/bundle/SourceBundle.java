package dev.headwater.idp.bundle;

import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headwater.idp.bundle.BundleContent.SourceItem;
import dev.headwater.idp.bundle.BundleException.Reason;
import dev.headwater.idp.cdim.CdimConfig;
import dev.headwater.idp.cdim.ColdStartRows;
import dev.headwater.idp.cdim.GraphOrScan;
import dev.headwater.idp.cdim.HnswSourceIndex;
import dev.headwater.idp.cdim.ItemPool;
import dev.headwater.idp.cdim.SourceIndex;
import dev.headwater.idp.cdim.SpreadBonus;
import dev.headwater.idp.cdim.TextSlope;
import dev.headwater.idp.data.Checksums;
import dev.headwater.idp.encoder.BiasDimension;
import dev.headwater.idp.encoder.BiasedEncoder;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.encoder.SequenceEncoders;
import dev.headwater.idp.encoder.UserEncoder;
import dev.headwater.idp.tensor.ComputeDevice;
import dev.headwater.idp.tensor.Parameter;
import dev.headwater.idp.text.BertTextEncoder;
import dev.headwater.idp.text.TextEncoder;
import dev.headwater.idp.text.TextModel;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A source bundle that was read and found whole. Safe for many threads. The pool is read when it is
 * first asked for: serving needs the encoder alone.
 */
public final class SourceBundle {
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private final Path directory;
  private final BundleManifest manifest;
  private final Map<String, Safetensors.Tensor> weights;
  private @Nullable ItemPool pool;
  private @Nullable SourceIndex index;
  private float @Nullable [] mean;

  private SourceBundle(
      Path directory, BundleManifest manifest, Map<String, Safetensors.Tensor> weights) {
    this.directory = directory;
    this.manifest = manifest;
    this.weights = weights;
  }

  /**
   * Reads and checks a bundle: every file's length and checksum.
   *
   * @throws BundleException if it is missing, truncated, changed or of a newer format
   */
  public static SourceBundle open(Path directory) throws BundleException {
    BundleManifest manifest = manifest(directory);
    for (Map.Entry<String, BundleManifest.FileEntry> entry : manifest.files().entrySet()) {
      check(directory.resolve(entry.getKey()), entry.getValue());
    }
    try {
      Map<String, Safetensors.Tensor> weights =
          Safetensors.read(directory.resolve(BundleWriter.ENCODER));
      return new SourceBundle(directory, manifest, weights);
    } catch (IOException e) {
      throw new BundleException(Reason.CHANGED, "the encoder cannot be read", e);
    }
  }

  /** What stands in it. */
  public BundleManifest manifest() {
    return manifest;
  }

  /** A new encoder with the pre-trained weights; the caller closes it. */
  public SequenceEncoder newEncoder() {
    return newEncoder(Precision.FP32, ComputeDevice.CPU);
  }

  /**
   * The same with weights of a precision, on a device. Half precision is for encoding only, and
   * meant for devices that compute faster in it.
   */
  public SequenceEncoder newEncoder(Precision precision, ComputeDevice device) {
    SequenceEncoder encoder =
        SequenceEncoders.create(
            manifest.encoderKind(),
            manifest.encoder(),
            new SplittableRandom(0),
            precision == Precision.FP16 ? DataType.FLOAT16 : DataType.FLOAT32,
            device);
    for (Parameter parameter : encoder.parameters().all()) {
      Safetensors.Tensor tensor = weights.get(parameter.name());
      if (tensor == null) {
        throw new IllegalStateException("the bundle lacks the weight " + parameter.name());
      }
      parameter.set(tensor.values());
    }
    return biased(encoder);
  }

  /**
   * An encoder of any kind that reads rows as this bundle holds them: where they hold item biases,
   * it does not see those of a history. Takes the encoder over.
   */
  public SequenceEncoder biased(SequenceEncoder encoder) {
    BiasDimension bias = manifest.bias();
    return bias == null ? encoder : new BiasedEncoder(encoder, bias);
  }

  /**
   * Loads the text encoder that made the text vectors: MiniLM, or one whose files the bundle
   * carries, with the tuned weights that it carries. The caller closes it.
   */
  public TextEncoder newTextEncoder() {
    TextModel model = textModel();
    if (model.folder() == null
        && model.tuned().isEmpty()
        && !model.id().equals(TextModel.MINI_LM)) {
      throw new IllegalStateException(
          "the bundle's texts were encoded by %s, which it does not carry".formatted(model.id()));
    }
    return BertTextEncoder.load(model);
  }

  /** What made the text vectors; its files are those of the bundle. */
  public TextModel textModel() {
    String id = manifest.textEncoderId();
    return manifest.files().containsKey(TextModel.WEIGHTS)
        ? TextModel.checked(directory, id, textWeights())
        : TextModel.miniLm().tuned(id, textWeights());
  }

  private Map<String, float[]> textWeights() {
    Map<String, float[]> tuned = new LinkedHashMap<>();
    if (manifest.files().containsKey(BundleWriter.TEXT_ENCODER)) {
      try {
        Safetensors.read(directory.resolve(BundleWriter.TEXT_ENCODER))
            .forEach((name, tensor) -> tuned.put(name, tensor.values()));
      } catch (IOException e) {
        throw new UncheckedIOException("the bundle went away since it was opened", e);
      }
    }
    return tuned;
  }

  /** The source items, found exactly; one pool, shared by all callers, not to be written to. */
  public synchronized ItemPool sourcePool() {
    if (pool == null) {
      pool = readPool();
    }
    return pool;
  }

  /**
   * How source items are found by text: where they are many over the graph that the bundle brings,
   * or exactly where several texts come at once; always exactly where it brings none. One, shared
   * by all callers.
   */
  public synchronized SourceIndex sourceIndex() {
    SourceIndex known = index;
    if (known == null) {
      known =
          manifest.files().containsKey(BundleWriter.GRAPH)
              ? new GraphOrScan(readGraph(), this::sourcePool)
              : sourcePool();
      index = known;
    }
    return known;
  }

  /** How the source items' rows follow their texts; none where the bundle does not say. */
  public TextSlope textSlope() {
    if (!isSloped()) {
      return TextSlope.none();
    }
    try {
      return new TextSlope(
          manifest.textDim(),
          manifest.dim(),
          Safetensors.read(directory.resolve(BundleWriter.SLOPE), BundleWriter.SLOPE_TENSOR)
              .values());
    } catch (IOException e) {
      throw new UncheckedIOException("the bundle went away since it was opened", e);
    }
  }

  /** Whether it says how its rows follow their texts. */
  public boolean isSloped() {
    return manifest.files().containsKey(BundleWriter.SLOPE);
  }

  private SourceIndex readGraph() {
    try (InputStream in =
        new BufferedInputStream(Files.newInputStream(directory.resolve(BundleWriter.GRAPH)))) {
      return HnswSourceIndex.load(in, items().stream().map(SourceItem::known).toList());
    } catch (IOException e) {
      throw new UncheckedIOException("the bundle's graph cannot be read", e);
    }
  }

  /** All source items, in the order they were written. */
  public List<SourceItem> items() {
    float[] texts = vectors("text").values();
    float[] embeddings = vectors("embedding").values();
    int textDim = manifest.textDim();
    int dim = manifest.dim();
    List<SourceItem> items = new ArrayList<>();
    List<String> titles = titleLines();
    for (String line : lines(BundleWriter.ITEMS)) {
      int row = items.size();
      int tab = line.indexOf('\t');
      items.add(
          new SourceItem(
              line.substring(0, tab),
              line.substring(tab + 1),
              Arrays.copyOfRange(texts, row * textDim, (row + 1) * textDim),
              Arrays.copyOfRange(embeddings, row * dim, (row + 1) * dim),
              titles.isEmpty() ? "" : titles.get(row)));
    }
    return items;
  }

  /**
   * Titles of the source items by domain, then item; read again at each call, without the vectors.
   * Empty where the bundle was written without titles.
   */
  public Map<String, Map<String, String>> titles() {
    Map<String, Map<String, String>> titles = new LinkedHashMap<>();
    Iterator<String> lines = titleLines().iterator();
    if (lines.hasNext()) {
      for (String item : lines(BundleWriter.ITEMS)) {
        int tab = item.indexOf('\t');
        String title = lines.next();
        if (!title.isEmpty()) {
          titles
              .computeIfAbsent(item.substring(0, tab), domain -> new HashMap<>())
              .put(item.substring(tab + 1), title);
        }
      }
    }
    return titles;
  }

  /** The mean of all source embeddings, at their mean norm: the start of an item without words. */
  public synchronized float[] meanEmbedding() {
    if (mean == null) {
      mean = mean(vectors("embedding"));
    }
    return mean.clone();
  }

  /**
   * What a spread of matches is worth under this bundle's encoder as it is. The users it is found
   * from are drawn: a few items of one source each.
   */
  public SpreadBonus spreadBonus() {
    try (UserEncoder encoder = new UserEncoder(newEncoder())) {
      return SpreadBonus.of(encoder.encode(DrawnUsers.histories(items())), manifest.logitScale());
    }
  }

  /** Rows of items of which nothing but their texts is known, as they are before anyone clicks. */
  public ColdStartRows coldStart(CdimConfig matcher) {
    return coldStart(matcher, "");
  }

  /** The same for a domain that the bundle may have been tuned on. */
  public ColdStartRows coldStart(CdimConfig matcher, String domain) {
    return ColdStartRows.ofSources(
        matcher, sourceIndex(), textSlope(), manifest.textDim(), domain, meanEmbedding());
  }

  private ItemPool readPool() {
    ItemPool read = new ItemPool(manifest.textDim(), manifest.dim());
    for (SourceItem item : items()) {
      read.put(item.domain(), item.item(), item.text(), item.embedding());
    }
    return read;
  }

  private Safetensors.Tensor vectors(String name) {
    try {
      return Safetensors.read(directory.resolve(BundleWriter.VECTORS), name);
    } catch (IOException e) {
      throw new UncheckedIOException("the bundle went away since it was opened", e);
    }
  }

  /** Empty where the bundle was written without titles. */
  private List<String> titleLines() {
    return manifest.files().containsKey(BundleWriter.TITLES)
        ? lines(BundleWriter.TITLES)
        : List.of();
  }

  private List<String> lines(String file) {
    try {
      return Files.readAllLines(directory.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException("the bundle went away since it was opened", e);
    }
  }

  /**
   * Reads what stands in a bundle, or in a directory that holds the manifest of one alone.
   *
   * @throws BundleException if it is missing, damaged or of a newer format
   */
  public static BundleManifest manifest(Path directory) throws BundleException {
    Path file = directory.resolve(BundleManifest.FILE);
    if (!Files.isRegularFile(file)) {
      throw new BundleException(Reason.MISSING, file + " is not there");
    }
    try {
      JsonNode json = JSON.readTree(file.toFile());
      int format = json.path("format").asInt();
      if (format > BundleWriter.FORMAT) {
        throw new BundleException(
            Reason.NEWER_FORMAT,
            "%s has format %d; this release reads up to %d"
                .formatted(file, format, BundleWriter.FORMAT));
      }
      if (format < 1 || json.path("files").isEmpty()) {
        throw new BundleException(Reason.CHANGED, file + " is not a bundle manifest");
      }
      BundleManifest read = JSON.treeToValue(json, BundleManifest.class);
      BiasDimension bias = read.bias();
      if (bias != null
          && (bias.dimension() < 0
              || bias.dimension() >= read.dim()
              || !Float.isFinite(bias.gain()))) {
        throw new BundleException(
            Reason.CHANGED, "%s has %s for rows of %d".formatted(file, bias, read.dim()));
      }
      return read;
    } catch (IOException e) {
      throw new BundleException(Reason.CHANGED, file + " cannot be read", e);
    }
  }

  private static void check(Path file, BundleManifest.FileEntry expected) throws BundleException {
    if (!Files.isRegularFile(file)) {
      throw new BundleException(Reason.MISSING, file + " is not there");
    }
    try {
      long bytes = Files.size(file);
      if (bytes != expected.bytes()) {
        throw new BundleException(
            bytes < expected.bytes() ? Reason.TRUNCATED : Reason.CHANGED,
            "%s has %d bytes, not %d".formatted(file, bytes, expected.bytes()));
      }
      if (!Checksums.sha256(file).equals(expected.sha256())) {
        throw new BundleException(Reason.CHANGED, file + " is not what was written");
      }
    } catch (IOException e) {
      throw new BundleException(Reason.CHANGED, file + " cannot be read", e);
    }
  }

  private float[] mean(Safetensors.Tensor embeddings) {
    int dim = manifest.dim();
    double[] sum = new double[dim];
    for (int i = 0; i < embeddings.values().length; i++) {
      sum[i % dim] += embeddings.values()[i];
    }
    double norm = Math.sqrt(Arrays.stream(sum).map(x -> x * x).sum());
    float[] result = new float[dim];
    for (int k = 0; k < dim; k++) {
      result[k] = norm > 0 ? (float) (sum[k] / norm * manifest.meanNorm()) : 0;
    }
    return result;
  }
}
