package dev.headwater.idp.online;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.loss.Candidates;
import dev.headwater.idp.loss.LossGradients;
import dev.headwater.idp.loss.SampledSoftmax;
import dev.headwater.idp.optim.RowAdam;
import dev.headwater.idp.optim.RowGradients;
import dev.headwater.idp.tensor.Torch;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Learns embeddings from a stream while the encoder stays frozen: sampled softmax with negatives
 * from the table, Adam (without a mean gradient, unless set) on the rows that the batch touched and
 * no others. Dropout is off. Same seed, same calls, same thread count: same table, bit for bit. For
 * one thread.
 */
public final class OnlineTuner implements AutoCloseable {
  private static final double REFERENCE_BATCH = 256;
  private static final int INITIAL_ROWS = 64;

  private final SequenceEncoder encoder;
  private final OnlineConfig config;
  private final float logitScale;
  private final long seed;
  private final SampledSoftmax loss = new SampledSoftmax();
  private final EmbeddingTable table;
  private final RowAdam adam;
  private final RowGradients gradients;
  private final NegativeSampler sampler = new NegativeSampler();
  private int[] targets = new int[0];
  private int[] negatives = new int[0];
  private long steps;

  /**
   * Makes a tuner over an empty table.
   *
   * @param frozenEncoder taken over; closed in the end
   * @param config settings
   * @param logitScale of the bundle
   * @param seed of the negatives: same seed, same batches, same table
   */
  public OnlineTuner(
      SequenceEncoder frozenEncoder, OnlineConfig config, float logitScale, long seed) {
    this.encoder = frozenEncoder;
    this.config = config;
    this.logitScale = logitScale;
    this.seed = seed;
    frozenEncoder.parameters().setTrainable(false);
    int dim = frozenEncoder.dim();
    table = new EmbeddingTable(dim, INITIAL_ROWS);
    adam = new RowAdam(config.adam(), dim, INITIAL_ROWS);
    gradients = new RowGradients(dim);
  }

  /** Adds a row that has learned nothing yet; returns its slot. */
  public int add(float[] start) {
    int slot = table.add(start);
    adam.ensure(slot + 1);
    adam.clear(slot);
    return slot;
  }

  /** Puts a row and its optimiser state into a slot that {@link #add} gave. */
  public void restore(int slot, RowState state) {
    table.set(slot, state.vector());
    adam.restore(slot, state.firstMoment(), state.secondMoment(), state.steps());
  }

  /** A copy of all that is known of a row. */
  public RowState state(int slot) {
    return new RowState(table.get(slot), adam.first(slot), adam.second(slot), adam.steps(slot));
  }

  /** Forgets a row. */
  public void remove(int slot) {
    table.remove(slot);
  }

  /** The live table; read it on the same thread. */
  public EmbeddingTable table() {
    return table;
  }

  /** How many steps were taken: with the seed it decides the next negatives. */
  public long steps() {
    return steps;
  }

  /** Goes on from a checkpoint's step count. */
  public void restoreSteps(long taken) {
    steps = taken;
  }

  /**
   * Takes one step on a batch.
   *
   * @param batch any number of examples, at least one
   * @throws IllegalArgumentException if a slot holds no row or a history is empty; nothing is
   *     changed
   * @throws ArithmeticException if the loss or a gradient is not a number; nothing is changed
   */
  public StepResult learn(List<Example> batch) {
    double loss = JointStep.gradients(List.of(new JointStep.Part(this, batch)))[0];
    if (!isFinite(loss)) {
      throw new ArithmeticException(
          "step " + steps + " has loss " + loss + "; a row or the scale is broken");
    }
    return apply(batch.size(), loss);
  }

  /** The frozen encoder. */
  SequenceEncoder encoder() {
    return encoder;
  }

  /** Whether the step that was prepared may be taken. */
  boolean isFinite(double loss) {
    return Double.isFinite(loss) && gradients.isFinite();
  }

  /** Takes the step that was prepared. */
  StepResult apply(int examples, double loss) {
    float rate = (float) (config.learningRate() * Math.sqrt(examples / REFERENCE_BATCH));
    adam.step(table.rows(), gradients, rate, config.maxNorm());
    steps++;
    return new StepResult(loss, gradients.rows());
  }

  @Override
  public void close() {
    table.close();
    encoder.close();
  }

  /** The loss of some examples whose users were encoded; draws the negatives. */
  LossGradients loss(List<Example> batch, NDArray users, NDManager step) {
    targets = batch.stream().mapToInt(Example::target).toArray();
    float[] weights = new float[targets.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = batch.get(i).weight();
    }
    negatives = sampler.draw(table, config.negatives(), new SplittableRandom(mix(seed, steps)));
    return loss.gradients(
        users,
        rows(step, targets),
        new Candidates(rows(step, negatives), sampler.columns(targets), table.size()),
        logitScale,
        weights);
  }

  /** Adds up what the examples say of rows: those of the histories, the targets, the negatives. */
  void add(int[] histories, FloatBuffer ofHistories, LossGradients found) {
    gradients.reset(table.highWater());
    gradients.add(histories, ofHistories);
    gradients.add(targets, Torch.floats(found.positives()));
    gradients.add(negatives, Torch.floats(found.candidates()));
  }

  private NDArray rows(NDManager step, int[] slots) {
    long[] indices = new long[slots.length];
    for (int i = 0; i < slots.length; i++) {
      indices[i] = slots[i];
    }
    return Torch.rows(step.create(indices, new Shape(indices.length)), table.array());
  }

  private static long mix(long seed, long step) {
    return seed * 0x9E3779B97F4A7C15L + step;
  }
}
