package dev.headwater.idp.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.encoder.BlockDropout;
import dev.headwater.idp.loss.Contrast;
import dev.headwater.idp.tensor.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Tunes the whole sentence encoder, or a projection head on the frozen one, on source items with
 * two losses, of equal weight by default (IDP, section 2; SimCSE, Gao et al. 2021): the text loss
 * pulls a text to itself under another dropout mask, the behaviour loss pulls it to the text of an
 * item whose pre-trained ID embedding is near; the other texts of the batch are pushed away, except
 * those whose ID embeddings are near too. The word table stays as it is. For one thread; changes
 * the encoder it is given.
 */
public final class TextTuner implements AutoCloseable {
  private static final float HEAD_RATE = 1e-3f;
  private static final float NEVER = -1e9f;

  private final BertTextEncoder encoder;
  private final Config config;
  private final NDManager manager = Torch.newManager();
  private final BlockDropout dropout;
  private final Map<String, NDArray> weights = new TreeMap<>();
  private final WeightAdam adam;
  private final SplittableRandom random;

  /**
   * Settings; SimCSE's own are the defaults.
   *
   * @param batch texts a step
   * @param temperature of the softmax over cosines
   * @param learningRate of Adam
   * @param dropout share of values dropped
   * @param headOnly whether a projection head is trained and all else stays as it is
   * @param textWeight what the text loss counts; 0 leaves it out
   * @param behaviourWeight what the behaviour loss counts; 0 leaves it out
   * @param seed of all that is random
   */
  public record Config(
      int batch,
      float temperature,
      float learningRate,
      float dropout,
      boolean headOnly,
      float textWeight,
      float behaviourWeight,
      long seed) {
    /** Checks the weights. */
    public Config {
      if (!(textWeight >= 0 && behaviourWeight >= 0 && textWeight + behaviourWeight > 0)) {
        throw new IllegalArgumentException(
            "weights of losses must not be negative, and not both 0: %s and %s"
                .formatted(textWeight, behaviourWeight));
      }
    }

    /** A projection head, with a rate that suits one matrix: 1e-3. */
    public static Config head(long seed) {
      return new Config(64, 0.05f, HEAD_RATE, 0.1f, true, 1, 1, seed);
    }

    /** All layers: batch 64, temperature 0.05, rate 3e-5, dropout 0.1. */
    public static Config defaults(long seed) {
      return new Config(64, 0.05f, 3e-5f, 0.1f, false, 1, 1, seed);
    }

    /** The same with other weights of the losses. */
    public Config withWeights(float text, float behaviour) {
      return new Config(batch, temperature, learningRate, dropout, headOnly, text, behaviour, seed);
    }
  }

  /**
   * What a step found, before it changed anything.
   *
   * @param textLoss mean of the text loss, unweighted
   * @param behaviourLoss mean of the behaviour loss, unweighted
   */
  public record StepLoss(double textLoss, double behaviourLoss) {}

  /** Prepares; the encoder is not closed. */
  public TextTuner(BertTextEncoder encoder, Config config) {
    this.encoder = encoder;
    this.config = config;
    dropout = new BlockDropout(config.dropout());
    dropout.redraw(config.seed());
    random = new SplittableRandom(config.seed());
    if (config.headOnly()) {
      encoder.bert().project();
    }
    encoder
        .bert()
        .weights()
        .forEach(
            (name, array) -> {
              if (config.headOnly() ? name.equals(Bert.PROJECTION) : !name.equals(Bert.WORDS)) {
                weights.put(name, array);
              }
            });
    adam = new WeightAdam(weights.values(), config.learningRate(), 0);
  }

  /**
   * Takes one step on random items.
   *
   * @param texts of all items
   * @param near for each item the items whose ID embeddings are nearest, itself left out
   * @throws ArithmeticException if the loss is not a number; nothing is changed
   */
  public StepLoss step(List<String> texts, List<int[]> near) {
    int[] items = new int[config.batch()];
    int[] partners = new int[config.batch()];
    for (int i = 0; i < items.length; i++) {
      do {
        items[i] = random.nextInt(texts.size());
      } while (near.get(items[i]).length == 0);
      int[] others = near.get(items[i]);
      partners[i] = others[random.nextInt(others.length)];
    }
    List<String> own = Arrays.stream(items).mapToObj(texts::get).toList();
    List<String> all = new ArrayList<>(own);
    all.addAll(own);
    all.addAll(Arrays.stream(partners).mapToObj(texts::get).toList());
    try (NDManager step = manager.newSubManager()) {
      NDArray out =
          Torch.recording(true, () -> encoder.bert().forward(step, encoder.tokens(all), dropout));
      float[] known = sameOrNear(items, partners, near);
      return Torch.recording(false, () -> learn(step, out, sameItem(items), known));
    }
  }

  /**
   * Masks are {@code [batch, batch]}: which other texts are no negatives of an anchor.
   *
   * @param ofTexts of the texts themselves
   * @param ofPartners of the partners' texts
   */
  private StepLoss learn(NDManager step, NDArray out, float[] ofTexts, float[] ofPartners) {
    int n = config.batch();
    Shape square = new Shape(n, n);
    NDArray anchor = out.get(new NDIndex().addSliceDim(0, n));
    NDArray same = out.get(new NDIndex().addSliceDim(n, 2L * n));
    NDArray partner = out.get(new NDIndex().addSliceDim(2L * n, 3L * n));
    float scale = 1 / config.temperature();
    int[] own = IntStream.range(0, n).toArray();
    Contrast text = Contrast.of(anchor, same, own, step.create(ofTexts, square), scale);
    Contrast behaviour = Contrast.of(anchor, partner, own, step.create(ofPartners, square), scale);
    if (!Double.isFinite(text.loss() + behaviour.loss())) {
      throw new ArithmeticException("a step has no finite loss");
    }
    float byText = config.textWeight();
    float byBehaviour = config.behaviourWeight();
    NDArray anchors = text.ofQueries().muli(byText).add(behaviour.ofQueries().muli(byBehaviour));
    NDArray others =
        text.ofCandidates().muli(byText).concat(behaviour.ofCandidates().muli(byBehaviour), 0);
    Torch.backward(out, anchors.concat(others, 0));
    adam.step();
    return new StepLoss(text.loss(), behaviour.loss());
  }

  /** A text is no negative of itself where a batch drew its item twice. */
  private static float[] sameItem(int[] items) {
    return mask(items.length, (anchor, other) -> items[anchor] == items[other]);
  }

  /** A partner that is the anchor's item, or near it, is no negative of it. */
  static float[] sameOrNear(int[] items, int[] partners, List<int[]> near) {
    return mask(
        items.length,
        (anchor, other) ->
            partners[other] == items[anchor]
                || Arrays.stream(near.get(items[anchor])).anyMatch(i -> i == partners[other]));
  }

  private interface Pair {
    boolean isKnown(int anchor, int other);
  }

  private static float[] mask(int n, Pair pair) {
    float[] mask = new float[n * n];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < n; k++) {
        mask[i * n + k] = i != k && pair.isKnown(i, k) ? NEVER : 0;
      }
    }
    return mask;
  }

  /** The weights as they are now, by name: for {@link TextModel#tuned}. */
  public Map<String, float[]> weights() {
    Map<String, float[]> values = new LinkedHashMap<>();
    weights.forEach((name, array) -> values.put(name, array.toFloatArray()));
    return values;
  }

  /** Stops training; the encoder keeps its weights. */
  @Override
  public void close() {
    adam.close();
    dropout.close();
    manager.close();
  }
}
