package dev.headwater.idp.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.data.Item;
import dev.headwater.idp.encoder.Dropout;
import dev.headwater.idp.tensor.Torch;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * Recformer (Li et al., "Text Is All You Need: Learning Language Representations for Sequential
 * Recommendation", KDD 2023): a history is read as one text, newest item first, an item as the
 * names and values of its attributes; to each word are added what kind of word it is and the place
 * of its item. An item's vector is that of a history of it alone; a score is a cosine.
 *
 * <p>Departures: a sentence encoder that is there already with full attention (the paper:
 * Longformer, pre-trained on words), so texts are short: {@link Config#items()} of {@link
 * Config#tokens()}, where the paper reads 1,024 tokens; a text's vector is pooled as that encoder
 * pools (the paper: that of the start mark), so that it begins as a sentence encoder does. The word
 * table stays as it is, as in the paper's pre-training.
 *
 * <p>For one thread.
 */
public final class Recformer implements AutoCloseable {
  private static final String TYPES = "recformer.types";
  private static final String PLACES = "recformer.places";
  private static final String HEAD = "recformer.words";
  private static final double DEVIATION = 0.02;

  private final BertTextEncoder encoder;
  private final Config config;
  private final NDManager manager = Torch.newManager();
  private final NDArray types;
  private final NDArray places;
  private final NDArray head;

  /**
   * Settings.
   *
   * @param items of a history that are read, the newest
   * @param tokens of an attribute's value at most
   * @param batch examples a step
   * @param rate of Adam
   * @param warmUp steps until the rate is reached
   * @param temperature of the softmax over cosines
   * @param dropout share of values dropped
   * @param hidden share of an item's words that pre-training hides
   * @param wordWeight of the loss of hidden words, beside that of items
   */
  public record Config(
      int items,
      int tokens,
      int batch,
      float rate,
      int warmUp,
      float temperature,
      float dropout,
      double hidden,
      float wordWeight) {
    /** The paper's rate, temperature and weight of words; what is read and a step are smaller. */
    public static Config defaults() {
      return new Config(5, 8, 32, 5e-5f, 50, 0.05f, 0.1f, 0.15, 0.1f);
    }
  }

  /**
   * Starts from a sentence encoder.
   *
   * @param seed of what is added to the words, small at first
   */
  public Recformer(TextModel start, Config config, long seed) {
    this.encoder = BertTextEncoder.load(start);
    this.config = config;
    int longest = 1 + config.items() * ItemTokens.attributesMost(config.tokens());
    if (longest > encoder.bert().positions()) {
      int most = encoder.bert().positions();
      close();
      throw new IllegalArgumentException(
          "a history of %d tokens is too long for an encoder of %d".formatted(longest, most));
    }
    SplittableRandom random = new SplittableRandom(seed);
    types = drawn(TokenSequence.TYPES, random);
    places = drawn(1 + config.items(), random);
    head = manager.eye(encoder.dim());
  }

  private NDArray drawn(int rows, SplittableRandom random) {
    float[] values = new float[rows * encoder.dim()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (DEVIATION * random.nextGaussian());
    }
    return manager.create(values, new Shape(rows, encoder.dim()));
  }

  /** How it is read and trained. */
  Config config() {
    return config;
  }

  /** The items of a domain as tokens. */
  public ItemTokens tokens(List<Item> items) {
    return new ItemTokens(encoder, items, config.items(), config.tokens());
  }

  /** The token that stands for a hidden word. */
  long mask() {
    List<long[]> marks = encoder.tokens(List.of("[MASK]", "[UNK]"));
    long[] framed = marks.get(0);
    if (framed.length != 3 || framed[1] == marks.get(1)[1]) {
      throw new IllegalArgumentException(encoder.id() + " has no token for a hidden word");
    }
    return framed[1];
  }

  /** {@code [words, dim]}. */
  NDArray words() {
    return encoder.bert().words();
  }

  /**
   * Reads histories.
   *
   * @return {@code [histories, dim]} at unit length
   */
  NDArray forward(NDManager scope, List<TokenSequence> sequences, Dropout dropout) {
    List<long[]> tokens = sequences.stream().map(TokenSequence::tokens).toList();
    return encoder.bert().pooled(scope, tokens, hidden(scope, sequences, dropout));
  }

  /**
   * What is read at some places, as it is compared with the table of words.
   *
   * @param at places in the sequences, one after the other at the length of the longest
   * @return {@code [places, dim]}
   */
  NDArray read(NDManager scope, List<TokenSequence> sequences, long[] at, Dropout dropout) {
    NDArray hidden = hidden(scope, sequences, dropout);
    Shape shape = hidden.getShape();
    NDArray flat = hidden.reshape(shape.get(0) * shape.get(1), shape.get(2));
    return Torch.rows(scope.create(at, new Shape(at.length)), flat).matMul(head);
  }

  private NDArray hidden(NDManager scope, List<TokenSequence> sequences, Dropout dropout) {
    List<long[]> tokens = sequences.stream().map(TokenSequence::tokens).toList();
    int longest = Bert.longest(tokens);
    NDArray kinds = Torch.rows(padded(scope, sequences, longest, TokenSequence::types), types);
    NDArray items = Torch.rows(padded(scope, sequences, longest, TokenSequence::items), places);
    return encoder.bert().hidden(scope, tokens, kinds.add(items), dropout);
  }

  private interface Column {
    long[] of(TokenSequence sequence);
  }

  private static NDArray padded(
      NDManager scope, List<TokenSequence> sequences, int longest, Column column) {
    long[] padded = new long[sequences.size() * longest];
    for (int i = 0; i < sequences.size(); i++) {
      long[] values = column.of(sequences.get(i));
      System.arraycopy(values, 0, padded, i * longest, values.length);
    }
    return scope.create(padded, new Shape(sequences.size(), longest));
  }

  /** The vectors of histories, at unit length, in their order. */
  public float[][] histories(ItemTokens items, List<int[]> histories) {
    return vectors(histories.stream().map(items::sequence).toList());
  }

  /** The vectors of all items, at unit length. */
  public float[][] items(ItemTokens items) {
    return vectors(IntStream.range(0, items.size()).mapToObj(items::sequence).toList());
  }

  private float[][] vectors(List<TokenSequence> sequences) {
    ToLongFunction<Integer> length = i -> sequences.get(i).tokens().length;
    List<Integer> order =
        IntStream.range(0, sequences.size())
            .boxed()
            .sorted(Comparator.comparingLong(length))
            .toList();
    int dim = encoder.dim();
    float[][] vectors = new float[sequences.size()][];
    for (int from = 0; from < order.size(); from += BertTextEncoder.BATCH) {
      List<Integer> batch =
          order.subList(from, Math.min(order.size(), from + BertTextEncoder.BATCH));
      try (NDManager scope = manager.newSubManager()) {
        List<TokenSequence> own = batch.stream().map(sequences::get).toList();
        float[] flat =
            Torch.recording(false, () -> forward(scope, own, Dropout.none())).toFloatArray();
        for (int i = 0; i < batch.size(); i++) {
          vectors[batch.get(i)] = Arrays.copyOfRange(flat, i * dim, (i + 1) * dim);
        }
      }
    }
    return vectors;
  }

  /**
   * What training changes, by name.
   *
   * @param withHead whether that is also what hidden words are guessed by
   */
  Map<String, NDArray> trained(boolean withHead) {
    Map<String, NDArray> arrays = new TreeMap<>(encoder.bert().weights());
    arrays.remove(Bert.WORDS);
    arrays.put(TYPES, types);
    arrays.put(PLACES, places);
    if (withHead) {
      arrays.put(HEAD, head);
    }
    return arrays;
  }

  /** Copies of the weights as they are, by name. */
  public Map<String, float[]> weights() {
    Map<String, float[]> values = new LinkedHashMap<>();
    trained(true).forEach((name, array) -> values.put(name, array.toFloatArray()));
    return values;
  }

  /** Sets the weights that {@link #weights} gave. */
  public void set(Map<String, float[]> values) {
    Bert.set(trained(true), values);
  }

  @Override
  public void close() {
    manager.close();
    encoder.close();
  }
}
