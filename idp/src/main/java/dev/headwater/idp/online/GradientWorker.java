package dev.headwater.idp.online;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.loss.Candidates;
import dev.headwater.idp.loss.LossGradients;
import dev.headwater.idp.loss.SampledSoftmax;
import dev.headwater.idp.optim.RowGradients;
import dev.headwater.idp.tensor.Torch;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The half of learning that changes nothing: from examples and the rows of a table to what they say
 * of those rows, by sampled softmax against negatives from the table, through a frozen encoder. The
 * table may be that of the rows' {@link RowOwner} or a copy of it. Its work is done by {@link
 * JointStep#gradients}, for several workers at once. For one thread.
 */
public final class GradientWorker {
  private final SequenceEncoder encoder;
  private final EmbeddingTable table;
  private final OnlineConfig config;
  private final float logitScale;
  private final long seed;
  private final SampledSoftmax loss = new SampledSoftmax();
  private final NegativeSampler sampler = new NegativeSampler();
  private final RowGradients histories;

  /**
   * Makes a worker.
   *
   * @param frozenEncoder closed by somebody else
   * @param table where it looks rows up; read on its thread
   * @param config says how many negatives are drawn
   * @param logitScale of the bundle
   * @param seed of the negatives
   */
  public GradientWorker(
      SequenceEncoder frozenEncoder,
      EmbeddingTable table,
      OnlineConfig config,
      float logitScale,
      long seed) {
    this.encoder = frozenEncoder;
    this.table = table;
    this.config = config;
    this.logitScale = logitScale;
    this.seed = seed;
    frozenEncoder.parameters().setTrainable(false);
    histories = new RowGradients(table.dim());
  }

  /** The frozen encoder. */
  SequenceEncoder encoder() {
    return encoder;
  }

  /** Where rows are looked up. */
  EmbeddingTable table() {
    return table;
  }

  /** What a step compared, before it is told. */
  @SuppressWarnings("ArrayRecordComponent") // lives for one step, never compared
  record Compared(int[] targets, int[] negatives, LossGradients found) {}

  /**
   * The loss of some examples whose users were encoded.
   *
   * @param step decides, with the seed, which negatives are drawn
   */
  Compared compare(List<Example> batch, NDArray users, long step, NDManager manager) {
    int[] targets = batch.stream().mapToInt(Example::target).toArray();
    float[] weights = new float[targets.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = batch.get(i).weight();
    }
    int count = config.negativesOf(targets.length);
    int[] negatives = sampler.draw(table, count, new SplittableRandom(mix(seed, step)));
    LossGradients found =
        loss.gradients(
            users,
            rows(manager, targets),
            new Candidates(rows(manager, negatives), sampler.columns(targets), table.size()),
            logitScale,
            weights);
    return new Compared(targets, negatives, found);
  }

  /**
   * Tells what a step says of rows.
   *
   * @param rows of the padded histories, -1 where there is none
   * @param ofHistories a gradient for each of them
   */
  StepGradients tell(Compared compared, int[] rows, FloatBuffer ofHistories) {
    histories.reset(table.highWater());
    histories.add(rows, ofHistories);
    return new StepGradients(
        table.dim(),
        compared.targets.length,
        compared.found.loss(),
        new StepGradients.Section(histories.rows(), histories.copyOfSums()),
        section(compared.targets, compared.found.positives()),
        section(compared.negatives, compared.found.candidates()));
  }

  /**
   * The same for whoever owns the rows: users instead of what they say of targets and negatives.
   *
   * @param users of its examples
   */
  EncodedStep encoded(NDArray users, int[] rows, FloatBuffer ofHistories) {
    histories.reset(table.highWater());
    histories.add(rows, ofHistories);
    float[] values = new float[Math.toIntExact(users.size())];
    Torch.copyTo(users, values);
    return new EncodedStep(
        table.dim(), values, new StepGradients.Section(histories.rows(), histories.copyOfSums()));
  }

  /**
   * Goes on from users that a worker with a copy of the rows has encoded.
   *
   * @param batch an example for each of them, whose history is not looked at
   * @param said of histories
   */
  StepGradients compare(List<Example> batch, float[] users, StepGradients.Section said, long step) {
    try (NDManager manager = Torch.newManager(encoder.parameters().device())) {
      NDArray given = manager.create(users, new Shape(batch.size(), table.dim()));
      Compared compared = compare(batch, given, step, manager);
      return new StepGradients(
          table.dim(),
          compared.targets.length,
          compared.found.loss(),
          said,
          section(compared.targets, compared.found.positives()),
          section(compared.negatives, compared.found.candidates()));
    }
  }

  private static StepGradients.Section section(int[] rows, NDArray gradients) {
    float[] values = new float[Math.toIntExact(gradients.size())];
    Torch.copyTo(gradients, values);
    return new StepGradients.Section(rows, values);
  }

  private NDArray rows(NDManager manager, int[] slots) {
    long[] indices = new long[slots.length];
    for (int i = 0; i < slots.length; i++) {
      indices[i] = slots[i];
    }
    return table
        .rows()
        .gather(manager, encoder.parameters().device(), indices, new Shape(indices.length));
  }

  private static long mix(long seed, long step) {
    return seed * 0x9E3779B97F4A7C15L + step;
  }
}
