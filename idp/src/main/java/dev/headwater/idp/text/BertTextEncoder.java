package dev.headwater.idp.text;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.headwater.idp.data.DataException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A sentence encoder of the kind of BERT ({@link TextModel}): MiniLM from the jar on the classpath,
 * or any other from a folder.
 *
 * <p>Calls run side by side, each in managers of its own; only closing waits for those under way.
 * An empty text gives the vector of the start and end marks alone: a unit vector that says nothing,
 * so ask {@link ItemText#isUsable} first.
 */
public final class BertTextEncoder implements TextEncoder {
  /** Texts that go through the network together. */
  static final int BATCH = 32;

  private static final String WEIGHTS = "/all-minilm-l6-v2.onnx";
  private static final String TOKENIZER = "/all-minilm-l6-v2-tokenizer.json";

  /**
   * Least share of a text's words that must be known. Titles in another script have none to a
   * quarter; of 138,182 titles of thirteen catalogs in English one has less than half.
   */
  private static final double KNOWN_MIN = 0.5;

  private final TextModel model;
  private final ReentrantReadWriteLock openness = new ReentrantReadWriteLock();
  private final NDManager manager;
  private final BertTokenizer tokenizer;
  private final Bert bert;

  private BertTextEncoder(TextModel model, NDManager manager, BertTokenizer tokenizer, Bert bert) {
    this.model = model;
    this.manager = manager;
    this.tokenizer = tokenizer;
    this.bert = bert;
  }

  /** Loads MiniLM's weights and tokenizer from the classpath; nothing is downloaded. */
  public static BertTextEncoder miniLm() {
    return load(TextModel.miniLm());
  }

  /**
   * Loads a model, with the weights that a {@link TextTuner} has changed where it has any.
   *
   * @throws DataException if its files are not those of a BERT as it is described
   */
  public static BertTextEncoder load(TextModel model) {
    NDManager manager = Engine.getEngine("PyTorch").newBaseManager(Device.cpu());
    TextModel.About about = model.about();
    try (InputStream weights = open(model, TextModel.WEIGHTS, WEIGHTS);
        InputStream json = open(model, TextModel.TOKENIZER, TOKENIZER)) {
      ByteBuffer file = ByteBuffer.wrap(weights.readAllBytes());
      Bert bert =
          new Bert(
              new BertWeights(manager, OnnxWeights.read(file)), about.heads(), about.pooling());
      if (about.maxTokens() > bert.positions()) {
        throw new IllegalArgumentException(
            "max_tokens is %d, and the weights are for %d"
                .formatted(about.maxTokens(), bert.positions()));
      }
      bert.set(model.tuned());
      return new BertTextEncoder(
          model, manager, BertTokenizer.read(json, about.maxTokens(), about.wordLetters()), bert);
    } catch (IOException e) {
      manager.close();
      throw new UncheckedIOException("the sentence encoder cannot be read", e);
    } catch (IllegalArgumentException e) {
      manager.close();
      throw new DataException("text model " + model.id() + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  private static InputStream open(TextModel model, String file, String resource)
      throws IOException {
    Path folder = model.folder();
    return folder == null ? resource(resource) : Files.newInputStream(folder.resolve(file));
  }

  @Override
  public TextModel model() {
    return model;
  }

  @Override
  public String id() {
    return model.id();
  }

  @Override
  public int dim() {
    return bert.dim();
  }

  @Override
  public float[][] encode(List<String> texts) {
    Lock open = openness.readLock();
    open.lock();
    try {
      return encodeSorted(tokenizer.encode(texts));
    } finally {
      open.unlock();
    }
  }

  @Override
  public @Nullable String unfit(String text) {
    String unusable = TextEncoder.super.unfit(text);
    if (unusable != null) {
      return unusable;
    }
    double known = known(text);
    return known >= KNOWN_MIN
        ? null
        : "the text encoder knows %d %% of the text's words: it was not made for their language"
            .formatted(Math.round(100 * known));
  }

  @Override
  public double known(String text) {
    Lock open = openness.readLock();
    open.lock();
    try {
      return tokenizer.known(text);
    } finally {
      open.unlock();
    }
  }

  @Override
  public void close() {
    Lock closed = openness.writeLock();
    closed.lock();
    try {
      tokenizer.close();
      manager.close();
    } finally {
      closed.unlock();
    }
  }

  /** For training: the network, which lives as long as this encoder. */
  Bert bert() {
    return bert;
  }

  /** For training. */
  List<long[]> tokens(List<String> texts) {
    return tokenizer.encode(texts);
  }

  /** For tests: the root of all native memory here. */
  NDManager manager() {
    return manager;
  }

  private float[][] encodeSorted(List<long[]> tokens) {
    List<Integer> order =
        IntStream.range(0, tokens.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> tokens.get(i).length))
            .toList();
    float[][] rows = new float[tokens.size()][];
    for (int from = 0; from < order.size(); from += BATCH) {
      encodeBatch(order.subList(from, Math.min(order.size(), from + BATCH)), tokens, rows);
    }
    return rows;
  }

  private void encodeBatch(List<Integer> batch, List<long[]> tokens, float[][] rows) {
    int dim = dim();
    try (NDManager scope = manager.newSubManager();
        NDArray vectors = bert.forward(scope, batch.stream().map(tokens::get).toList())) {
      float[] flat = vectors.toFloatArray();
      for (int i = 0; i < batch.size(); i++) {
        rows[batch.get(i)] = Arrays.copyOfRange(flat, i * dim, (i + 1) * dim);
      }
    }
  }

  private static InputStream resource(String name) throws FileNotFoundException {
    InputStream in = BertTextEncoder.class.getResourceAsStream(name);
    if (in == null) {
      throw new FileNotFoundException("no " + name + " on the classpath");
    }
    return in;
  }
}
