package dev.headwater.idp.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import dev.headwater.idp.encoder.Dropout;
import dev.headwater.idp.text.TextModel.Pooling;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A BERT whose text vector is pooled from those of its tokens, through a projection head where it
 * has one, at unit length. Holds no state but its weights: any number of threads may run it, each
 * with a manager of its own.
 */
final class Bert {
  /** The name of the word table, which no training here changes. */
  static final String WORDS = "embeddings.word_embeddings.weight";

  /** The name of the projection head, a matrix {@code [in, out]}. */
  static final String PROJECTION = "projection.weight";

  private static final float HIDDEN = -1e9f;

  private final BertWeights weights;
  private final NDArray words;
  private final NDArray positions;
  private final NDArray types;
  private final Norm norm;
  private final List<BertLayer> layers;
  private final Pooling pooling;
  private @Nullable NDArray projection;

  /**
   * Takes what it needs of the weights.
   *
   * @throws IllegalArgumentException if they are not those of a BERT with so many heads
   */
  Bert(BertWeights weights, int heads, Pooling pooling) {
    this.weights = weights;
    this.pooling = pooling;
    this.words = weights.plain(WORDS);
    this.positions = weights.plain("embeddings.position_embeddings.weight");
    this.types = weights.plain("embeddings.token_type_embeddings.weight");
    this.norm = weights.norm("embeddings.LayerNorm");
    this.layers =
        IntStream.range(0, weights.layers())
            .mapToObj(i -> new BertLayer(weights, "encoder.layer." + i, heads))
            .toList();
    if (layers.isEmpty() || dim() % heads != 0) {
      throw new IllegalArgumentException(
          "%d layers of width %d are no BERT with %d heads".formatted(layers.size(), dim(), heads));
    }
  }

  int dim() {
    return Math.toIntExact(words.getShape().get(1));
  }

  /** So many tokens a text may have. */
  int positions() {
    return Math.toIntExact(positions.getShape().get(0));
  }

  /** {@code [words, dim]}. */
  NDArray words() {
    return words;
  }

  Map<String, NDArray> weights() {
    return weights.arrays();
  }

  /** Puts a projection head after the mean, if there is none: at first it changes nothing. */
  void project() {
    if (projection == null) {
      projection = weights.identity(PROJECTION, dim());
    }
  }

  /** Replaces some weights by name; gets a projection head if there is one among them. */
  void set(Map<String, float[]> values) {
    if (values.containsKey(PROJECTION)) {
      project();
    }
    set(weights.arrays(), values);
  }

  /** Writes values into arrays of the same names. */
  static void set(Map<String, NDArray> arrays, Map<String, float[]> values) {
    values.forEach(
        (name, floats) -> {
          NDArray array = arrays.get(name);
          if (array == null || array.size() != floats.length) {
            throw new IllegalArgumentException("no weight " + name + " of " + floats.length);
          }
          array.set(FloatBuffer.wrap(floats));
        });
  }

  /**
   * Encodes texts.
   *
   * @param scope owns every array made here
   * @param tokens the token ids of each text, at least one each
   * @return {@code [texts, dim]}
   */
  NDArray forward(NDManager scope, List<long[]> tokens) {
    return forward(scope, tokens, Dropout.none());
  }

  /** The same with dropout, as in training. */
  NDArray forward(NDManager scope, List<long[]> tokens, Dropout dropout) {
    return pooled(scope, tokens, hidden(scope, tokens, null, dropout));
  }

  /**
   * The vectors of all tokens.
   *
   * @param added to the embedding of every token, {@code [texts, longest, dim]}; null adds nothing
   * @return {@code [texts, longest, dim]}; what stands behind a text's end means nothing
   */
  NDArray hidden(NDManager scope, List<long[]> tokens, @Nullable NDArray added, Dropout dropout) {
    int longest = longest(tokens);
    NDArray mask = paddingMask(scope, tokens, longest);
    NDArray x = dropout.apply(embed(scope, tokens, longest, added));
    for (BertLayer layer : layers) {
      x = layer.apply(x, mask, dropout);
    }
    return x;
  }

  /** The texts' vectors, {@code [texts, dim]}, out of those of their tokens. */
  NDArray pooled(NDManager scope, List<long[]> tokens, NDArray hidden) {
    NDArray pooled =
        pooling == Pooling.CLS
            ? hidden.get(":,0")
            : meanWeights(scope, tokens, longest(tokens)).matMul(hidden).squeeze(1);
    return (projection == null ? pooled : pooled.matMul(projection)).normalize(2, 1);
  }

  static int longest(List<long[]> tokens) {
    return tokens.stream().mapToInt(t -> t.length).max().orElseThrow();
  }

  private NDArray embed(
      NDManager scope, List<long[]> tokens, int longest, @Nullable NDArray added) {
    LongBuffer ids = LongBuffer.allocate(tokens.size() * longest);
    for (int i = 0; i < tokens.size(); i++) {
      ids.put(i * longest, tokens.get(i));
    }
    NDArray x = rows(scope.create(ids, new Shape(tokens.size(), longest)), words);
    x.addi(rows(scope.arange(0, longest, 1, DataType.INT64), positions));
    x.addi(rows(scope.create(0L), types));
    return norm.apply(added == null ? x : x.addi(added));
  }

  private static @Nullable NDArray paddingMask(NDManager scope, List<long[]> tokens, int longest) {
    if (tokens.stream().allMatch(t -> t.length == longest)) {
      return null;
    }
    FloatBuffer mask = FloatBuffer.allocate(tokens.size() * longest);
    for (long[] text : tokens) {
      for (int t = 0; t < longest; t++) {
        mask.put(t < text.length ? 0 : HIDDEN);
      }
    }
    return scope.create(mask.flip(), new Shape(tokens.size(), 1, 1, longest));
  }

  private static NDArray meanWeights(NDManager scope, List<long[]> tokens, int longest) {
    FloatBuffer mean = FloatBuffer.allocate(tokens.size() * longest);
    for (long[] text : tokens) {
      for (int t = 0; t < longest; t++) {
        mean.put(t < text.length ? 1f / text.length : 0);
      }
    }
    return scope.create(mean.flip(), new Shape(tokens.size(), 1, longest));
  }

  private static NDArray rows(NDArray ids, NDArray table) {
    return ids.getNDArrayInternal().embedding(ids, table, SparseFormat.DENSE).singletonOrThrow();
  }
}
