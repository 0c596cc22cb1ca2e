package dev.headwater.idp.bundle;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.headwater.idp.bundle.BundleContent.SourceItem;
import dev.headwater.idp.cdim.HnswSourceIndex;
import dev.headwater.idp.cdim.KnownItem;
import dev.headwater.idp.cdim.TextSlope;
import dev.headwater.idp.data.Checksums;
import dev.headwater.idp.data.DataException;
import dev.headwater.idp.encoder.BiasDimension;
import dev.headwater.idp.tensor.Parameter;
import dev.headwater.idp.text.TextModel;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes a bundle beside its place and moves it there whole: a reader sees the old one or the new
 * one. The same content gives the same id, and the same bytes in all files but that of the graph,
 * which is drawn.
 */
public final class BundleWriter {
  static final int FORMAT = 2;
  static final String ENCODER = "encoder.safetensors";
  static final String TEXT_ENCODER = "text-encoder.safetensors";
  static final String VECTORS = "items.safetensors";
  static final String ITEMS = "items.tsv";

  /** A file of its own: releases before it take the rest of a line of {@link #ITEMS} for the id. */
  static final String TITLES = "titles.txt";

  /** Links between the texts of the items, where there are many; a way to find, and no content. */
  static final String GRAPH = "source-graph.bin";

  /** How the rows follow their texts, where they do. */
  static final String SLOPE = "slope.safetensors";

  static final String SLOPE_TENSOR = "slope";

  /** From so many source items on a graph finds sooner than a look at all (idp/RESULTS.md). */
  static final int GRAPH_FROM = 20_000;

  static final int ID_LENGTH = 12;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private BundleWriter() {}

  /** Writes a bundle with room for item biases; see the other one. */
  public static BundleManifest write(Path directory, BundleContent trained) throws IOException {
    return write(directory, trained, true);
  }

  /**
   * Writes a bundle into {@code directory}; a bundle that is there is replaced.
   *
   * @param itemBias whether the dimension that the embeddings use least becomes that of the item
   *     biases, and is written as zeros
   */
  public static BundleManifest write(Path directory, BundleContent trained, boolean itemBias)
      throws IOException {
    BiasDimension bias =
        itemBias
            ? BiasDimension.leastUsed(trained.items().stream().map(SourceItem::embedding).toList())
            : null;
    return replace(directory, bias == null ? trained : trained.cleared(bias), bias);
  }

  /**
   * Writes what was trained on from another bundle: rows keep the biases that they learned.
   *
   * @param bias where rows hold them; null where they hold none
   */
  public static BundleManifest writeTuned(
      Path directory, BundleContent content, @Nullable BiasDimension bias) throws IOException {
    return replace(directory, content, bias);
  }

  private static BundleManifest replace(
      Path directory, BundleContent content, @Nullable BiasDimension bias) throws IOException {
    requireReplaceable(directory);
    Path target = directory.toAbsolutePath();
    Path fresh = target.resolveSibling(target.getFileName() + ".tmp");
    deleteTree(fresh);
    Files.createDirectories(fresh);
    write(fresh.resolve(ENCODER), out -> writeEncoder(out, content));
    write(fresh.resolve(VECTORS), out -> writeVectors(out, content));
    write(fresh.resolve(ITEMS), out -> writeItems(out, content.items()));
    List<String> names = new ArrayList<>(List.of(ENCODER, VECTORS, ITEMS));
    if (content.items().stream().anyMatch(item -> !item.title().isEmpty())) {
      write(fresh.resolve(TITLES), out -> writeTitles(out, content.items()));
      names.add(TITLES);
    }
    Path folder = content.textModel().folder();
    if (folder != null) {
      for (String name : TextModel.FILES) {
        write(fresh.resolve(name), out -> Files.copy(folder.resolve(name), out));
        names.add(name);
      }
    }
    if (!content.textModel().tuned().isEmpty()) {
      write(fresh.resolve(TEXT_ENCODER), out -> writeTextEncoder(out, content));
      names.add(TEXT_ENCODER);
    }
    if (content.sloped()) {
      write(fresh.resolve(SLOPE), out -> writeSlope(out, content));
      names.add(SLOPE);
    }
    if (content.items().size() >= GRAPH_FROM) {
      write(fresh.resolve(GRAPH), out -> writeGraph(out, content.items()));
      names.add(GRAPH);
    }
    BundleManifest manifest = manifest(fresh, names, content, bias);
    write(fresh.resolve(BundleManifest.FILE), out -> out.write(JSON.writeValueAsBytes(manifest)));
    replace(target, fresh);
    return manifest;
  }

  /**
   * Checks that nothing but a bundle would be replaced.
   *
   * @throws DataException if the directory is there and holds something, but no manifest
   */
  public static void requireReplaceable(Path directory) {
    if (!Files.exists(directory) || Files.isRegularFile(directory.resolve(BundleManifest.FILE))) {
      return;
    }
    try (Stream<Path> inside = Files.list(directory)) {
      if (inside.findAny().isEmpty()) {
        return;
      }
    } catch (IOException e) {
      throw new DataException(directory + " cannot be read as a directory", e);
    }
    throw new DataException(
        directory + " is there and is no bundle: nothing is written over it, name another one");
  }

  /** The old one is there until the new one is in its place. */
  private static void replace(Path target, Path fresh) throws IOException {
    Path old = target.resolveSibling(target.getFileName() + ".old");
    deleteTree(old);
    if (Files.exists(target)) {
      Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
    }
    Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    deleteTree(old);
  }

  /** Deletes a directory that may not be there, with all it holds. */
  static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    List<Path> all;
    try (var walk = Files.walk(root)) {
      all = walk.sorted((a, b) -> b.compareTo(a)).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }

  private interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  private static void write(Path file, Body body) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
      body.writeTo(out);
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private static void writeEncoder(OutputStream out, BundleContent content) throws IOException {
    Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
    for (Parameter parameter : content.encoder().parameters().all()) {
      tensors.put(
          parameter.name(), new Safetensors.Tensor(parameter.shape().getShape(), parameter.get()));
    }
    Safetensors.write(out, tensors, Precision.FP32);
  }

  private static void writeTextEncoder(OutputStream out, BundleContent content) throws IOException {
    Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
    content
        .textModel()
        .tuned()
        .forEach(
            (name, values) ->
                tensors.put(name, new Safetensors.Tensor(new long[] {values.length}, values)));
    Safetensors.write(out, tensors, Precision.FP32);
  }

  private static void writeVectors(OutputStream out, BundleContent content) throws IOException {
    Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
    tensors.put("embedding", stack(content.items(), SourceItem::embedding));
    tensors.put("text", stack(content.items(), SourceItem::text));
    Safetensors.write(out, tensors, content.precision());
  }

  private static Safetensors.Tensor stack(
      List<SourceItem> items, Function<SourceItem, float[]> part) {
    int dim = part.apply(items.get(0)).length;
    float[] all = new float[items.size() * dim];
    for (int i = 0; i < items.size(); i++) {
      System.arraycopy(part.apply(items.get(i)), 0, all, i * dim, dim);
    }
    return new Safetensors.Tensor(new long[] {items.size(), dim}, all);
  }

  private static void writeItems(OutputStream out, List<SourceItem> items) throws IOException {
    for (SourceItem item : items) {
      String line = item.domain() + "\t" + item.item() + "\n";
      out.write(line.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** One line an item, in the order of the items. */
  private static void writeTitles(OutputStream out, List<SourceItem> items) throws IOException {
    for (SourceItem item : items) {
      String line = item.title().replaceAll("\\s+", " ") + "\n";
      out.write(line.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void writeSlope(OutputStream out, BundleContent content) throws IOException {
    float[] slope =
        TextSlope.of(content.items().stream().map(SourceItem::known).toList()).weights();
    long width = content.encoderConfig().dim();
    long[] shape = {slope.length / width, width};
    Safetensors.write(
        out, Map.of(SLOPE_TENSOR, new Safetensors.Tensor(shape, slope)), Precision.FP32);
  }

  private static void writeGraph(OutputStream out, List<SourceItem> items) throws IOException {
    List<KnownItem> known = items.stream().map(SourceItem::known).toList();
    HnswSourceIndex.build(known, HnswSourceIndex.Config.defaults()).save(out);
  }

  private static BundleManifest manifest(
      Path directory, List<String> names, BundleContent content, @Nullable BiasDimension bias)
      throws IOException {
    Map<String, BundleManifest.FileEntry> files = new LinkedHashMap<>();
    StringBuilder all = new StringBuilder();
    for (String name : names) {
      Path file = directory.resolve(name);
      BundleManifest.FileEntry entry =
          new BundleManifest.FileEntry(Files.size(file), Checksums.sha256(file));
      files.put(name, entry);
      if (!name.equals(GRAPH)) {
        all.append(entry.sha256());
      }
    }
    all.append(content.logitScale()).append(bias);
    double norm =
        content.items().stream().mapToDouble(item -> norm(item.embedding())).average().orElse(0);
    return new BundleManifest(
        FORMAT,
        Checksums.sha256(all.toString()).substring(0, ID_LENGTH),
        Checksums.sha256(Checksums.sha256(directory.resolve(ENCODER)) + bias)
            .substring(0, ID_LENGTH),
        content.encoder().kind(),
        content.encoderConfig(),
        bias,
        content.textModel().id(),
        content.items().get(0).text().length,
        content.logitScale(),
        (float) norm,
        content.items().size(),
        content.sources(),
        content.metrics(),
        content.config(),
        files);
  }

  private static double norm(float[] vector) {
    double sum = 0;
    for (float value : vector) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }
}
