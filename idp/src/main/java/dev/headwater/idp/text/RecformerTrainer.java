package dev.headwater.idp.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.encoder.BlockDropout;
import dev.headwater.idp.loss.Contrast;
import dev.headwater.idp.tensor.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Recformer's steps: in pre-training a history is to be nearer to the item that follows than to
 * those that follow the other histories of the batch, and hidden words are guessed; in tuning it is
 * to be nearer to it than to all items, whose vectors stand still. For one thread.
 *
 * <p>Departures: words are hidden in the texts of the items that follow, not in whole histories,
 * which would cost as much again as all the rest; pieces of words are hidden one by one; they are
 * guessed through one matrix; gradients are not clipped.
 */
public final class RecformerTrainer implements AutoCloseable {
  private static final float NEVER = -1e9f;
  private static final double MASKED = 0.8;
  private static final double REPLACED = 0.9;

  private final Recformer model;
  private final Recformer.Config config;
  private final boolean pretrains;
  private final NDManager manager = Torch.newManager();
  private final BlockDropout dropout;
  private final WeightAdam adam;
  private final SplittableRandom random;
  private final long mask;
  private @Nullable NDArray table;

  /**
   * What is learned from.
   *
   * @param history item numbers, oldest first, at least one
   * @param next what followed
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
  public record Example(int[] history, int next) {}

  private RecformerTrainer(Recformer model, boolean pretrains, long seed) {
    this.model = model;
    this.pretrains = pretrains;
    config = model.config();
    mask = pretrains ? model.mask() : 0;
    dropout = new BlockDropout(config.dropout());
    dropout.redraw(seed);
    random = new SplittableRandom(seed);
    adam = new WeightAdam(model.trained(pretrains).values(), config.rate(), config.warmUp());
  }

  /** For {@link #pretrain}; the model is not closed. */
  public static RecformerTrainer ofPretraining(Recformer model, long seed) {
    return new RecformerTrainer(model, true, seed);
  }

  /** For {@link #tune}, {@link #against} a table; the model is not closed. */
  public static RecformerTrainer ofTuning(Recformer model, long seed) {
    return new RecformerTrainer(model, false, seed);
  }

  /** The vectors of all items, which stand still until others are given. */
  public void against(float[][] vectors) {
    if (table != null) {
      table.close();
    }
    table = manager.create(vectors);
  }

  /**
   * Takes a step of pre-training.
   *
   * @return the loss of the items that follow
   * @throws ArithmeticException if it is not a number; nothing is changed
   */
  public double pretrain(ItemTokens items, List<Example> batch) {
    if (!pretrains) {
      throw new IllegalStateException("made for tuning");
    }
    List<TokenSequence> next = batch.stream().map(e -> items.sequence(e.next())).toList();
    List<TokenSequence> histories = batch.stream().map(e -> items.sequence(e.history())).toList();
    Hidden hidden = hide(next);
    try (NDManager step = manager.newSubManager()) {
      Read read = Torch.recording(true, () -> read(step, histories, next, hidden));
      double loss = Torch.recording(false, () -> learn(step, read, batch, hidden.words()));
      adam.step();
      return loss;
    }
  }

  /**
   * What a step read.
   *
   * @param both {@code [2 · batch, dim]}: histories, then the items that follow
   * @param words at the places of hidden words; null where none is hidden
   */
  private record Read(NDArray both, @Nullable NDArray words) {}

  private Read read(
      NDManager step, List<TokenSequence> histories, List<TokenSequence> next, Hidden hidden) {
    NDArray both =
        model.forward(step, histories, dropout).concat(model.forward(step, next, dropout), 0);
    boolean none = hidden.at().length == 0;
    return new Read(both, none ? null : model.read(step, hidden.texts(), hidden.at(), dropout));
  }

  private double learn(NDManager step, Read read, List<Example> batch, int[] words) {
    int n = batch.size();
    NDArray histories = read.both().get(new NDIndex().addSliceDim(0, n));
    NDArray next = read.both().get(new NDIndex().addSliceDim(n, 2L * n));
    NDArray known = step.create(sameItem(batch), new Shape(n, n));
    int[] own = IntStream.range(0, n).toArray();
    Contrast follow = Contrast.of(histories, next, own, known, 1 / config.temperature());
    NDArray guessed = read.words();
    Contrast guess = guessed == null ? null : Contrast.of(guessed, model.words(), words, null, 1);
    requireFinite(follow.loss() + (guess == null ? 0 : guess.loss()));
    Torch.backward(read.both(), follow.ofQueries().concat(follow.ofCandidates(), 0));
    if (guessed != null && guess != null) {
      Torch.backward(guessed, guess.ofQueries().muli(config.wordWeight()));
    }
    return follow.loss();
  }

  /** An item that follows two histories of a batch is no negative of either. */
  private static float[] sameItem(List<Example> batch) {
    int n = batch.size();
    float[] mask = new float[n * n];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < n; k++) {
        mask[i * n + k] = i != k && batch.get(i).next() == batch.get(k).next() ? NEVER : 0;
      }
    }
    return mask;
  }

  /**
   * Texts with words hidden.
   *
   * @param at where, in the texts one after the other at the length of the longest
   * @param words what stood there
   */
  @SuppressWarnings("ArrayRecordComponent") // lives for one step, never compared
  private record Hidden(List<TokenSequence> texts, long[] at, int[] words) {}

  /** Hides words as BERT's training does. */
  private Hidden hide(List<TokenSequence> texts) {
    int vocabulary = Math.toIntExact(model.words().getShape().get(0));
    int longest = Bert.longest(texts.stream().map(TokenSequence::tokens).toList());
    List<TokenSequence> shown = new ArrayList<>();
    List<Long> at = new ArrayList<>();
    List<Integer> words = new ArrayList<>();
    for (TokenSequence text : texts) {
      long[] tokens = text.tokens().clone();
      for (int i = 1; i < tokens.length; i++) {
        if (random.nextDouble() < config.hidden()) {
          at.add((long) shown.size() * longest + i);
          words.add((int) tokens[i]);
          double how = random.nextDouble();
          if (how < REPLACED) {
            tokens[i] = how < MASKED ? mask : random.nextInt(vocabulary);
          }
        }
      }
      shown.add(new TokenSequence(tokens, text.types(), text.items()));
    }
    return new Hidden(
        shown,
        at.stream().mapToLong(Long::longValue).toArray(),
        words.stream().mapToInt(Integer::intValue).toArray());
  }

  /**
   * Takes a step of tuning.
   *
   * @return the loss
   * @throws ArithmeticException if it is not a number; nothing is changed
   */
  public double tune(ItemTokens items, List<Example> batch) {
    NDArray candidates = table;
    if (candidates == null) {
      throw new IllegalStateException("nothing to tune against");
    }
    List<TokenSequence> histories = batch.stream().map(e -> items.sequence(e.history())).toList();
    int[] next = batch.stream().mapToInt(Example::next).toArray();
    try (NDManager step = manager.newSubManager()) {
      NDArray out = Torch.recording(true, () -> model.forward(step, histories, dropout));
      double loss =
          Torch.recording(
              false,
              () -> {
                Contrast found = Contrast.of(out, candidates, next, null, 1 / config.temperature());
                requireFinite(found.loss());
                Torch.backward(out, found.ofQueries());
                return found.loss();
              });
      adam.step();
      return loss;
    }
  }

  private static void requireFinite(double loss) {
    if (!Double.isFinite(loss)) {
      throw new ArithmeticException("a step of Recformer has no finite loss");
    }
  }

  @Override
  public void close() {
    adam.close();
    dropout.close();
    manager.close();
  }
}
