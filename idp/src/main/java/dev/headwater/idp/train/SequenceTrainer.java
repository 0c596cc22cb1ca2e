package dev.headwater.idp.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.encoder.BlockDropout;
import dev.headwater.idp.encoder.PaddedHistories;
import dev.headwater.idp.encoder.SequenceBatch;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.loss.BayesianRanking;
import dev.headwater.idp.loss.BinaryCrossEntropy;
import dev.headwater.idp.loss.Candidates;
import dev.headwater.idp.loss.FullSoftmax;
import dev.headwater.idp.loss.LossGradients;
import dev.headwater.idp.loss.RankingLoss;
import dev.headwater.idp.loss.SampledSoftmax;
import dev.headwater.idp.optim.AdamConfig;
import dev.headwater.idp.optim.ParameterAdam;
import dev.headwater.idp.optim.RowAdam;
import dev.headwater.idp.optim.RowGradients;
import dev.headwater.idp.tensor.Rows;
import dev.headwater.idp.tensor.Torch;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Trains encoder and table for the next item. A step gathers the rows it needs, differentiates the
 * gathered rows and updates those alone, so its cost does not depend on the size of the catalog.
 * Same seed, same thread count: same weights. For one thread.
 */
public final class SequenceTrainer implements AutoCloseable {
  private static final double SCALE_RATE = 1e-3;

  private final SequenceEncoder encoder;
  private final Rows table;
  private final TrainConfig config;
  private final NDManager manager = Torch.newManager();
  private final BlockDropout dropout;
  private final RowAdam tableAdam;
  private final ParameterAdam encoderAdam;
  private final RowGradients gradients;
  private final CandidateSampler sampler;
  private final LogitScale scale;
  private final ShownRows shown;

  /**
   * Makes a trainer.
   *
   * @param encoder trained in place; not closed
   * @param table trained in place; not closed
   * @param rows how many rows of the table are in use
   */
  public SequenceTrainer(SequenceEncoder encoder, Rows table, int rows, TrainConfig config) {
    this(encoder, table, rows, config, new ShownRows(table, null, null));
  }

  /** Makes a trainer whose model sees altered rows, which it takes over. */
  SequenceTrainer(
      SequenceEncoder encoder, Rows table, int rows, TrainConfig config, ShownRows shown) {
    this.encoder = encoder;
    this.table = table;
    this.config = config;
    dropout = new BlockDropout(config.dropout());
    tableAdam = new RowAdam(AdamConfig.defaults(), table.dim(), rows);
    encoderAdam = new ParameterAdam(AdamConfig.defaults(), encoder.parameters());
    gradients = new RowGradients(table.dim());
    this.shown = shown;
    sampler = new CandidateSampler(config.negatives());
    scale = new LogitScale(config.logitScale(), config.learnScale());
    encoder.parameters().setTrainable(config.encoderRate() > 0);
  }

  /** The rows as they are served; the table itself unless the model sees altered rows. */
  Rows settled(int rows) {
    return shown.settled(rows);
  }

  /** The logit scale as it stands. */
  public float logitScale() {
    return scale.value();
  }

  /**
   * Takes one step.
   *
   * @return the mean loss of the batch's targets, before the step
   * @throws TrainingException if the loss or a gradient is not a number
   */
  double step(TrainBatch batch, SplittableRandom random) {
    LossGradients found = gradients(batch, random);
    if (!Double.isFinite(found.loss()) || !gradients.isFinite()) {
      throw new TrainingException(describe(batch, found.loss()));
    }
    tableAdam.step(table, gradients, config.tableRate(), Float.POSITIVE_INFINITY);
    shown.step();
    if (config.encoderRate() > 0) {
      encoderAdam.step(config.encoderRate());
    }
    scale.step(found.scale(), SCALE_RATE);
    return found.loss();
  }

  private LossGradients gradients(TrainBatch batch, SplittableRandom random) {
    TrainingBatch training = training(batch, random);
    PaddedHistories histories = training.histories();
    int[] targets = training.targets();
    RankingLoss loss = loss(batch.domain());
    CandidateSampler.Choice choice =
        sampler.choose(loss.sampling(), batch.domain(), targets, random);
    Rows seen = shown.show(random, histories.rows(), targets, choice.rows());
    RowGradients sums = shown.gradients(gradients);
    try (NDManager step = manager.newSubManager()) {
      SequenceBatch whole = histories.gather(step, seen.array());
      SequenceBatch sequences =
          training.hidden().length == 0 ? whole : whole.hiding(training.hidden());
      NDArray items = sequences.items();
      items.setRequiresGradient(true);
      NDArray outputs =
          Torch.recording(
              true, () -> atPlaces(encoder.hidden(sequences, dropout), training.places()));
      LossGradients found =
          Torch.recording(
              false,
              () -> {
                NDArray positives = CandidateSampler.gather(targets, seen, step);
                Candidates candidates =
                    new Candidates(
                        CandidateSampler.gather(choice.rows(), seen, step),
                        choice.columns(),
                        batch.domain().itemCount());
                return loss.gradients(outputs, positives, candidates, scale.value());
              });
      Torch.backward(outputs, found.hidden());
      sums.add(histories.rows(), Torch.floats(items.getGradient()));
      sums.add(targets, Torch.floats(found.positives()));
      sums.add(choice.rows(), Torch.floats(found.candidates()));
      shown.passOn(gradients);
      return found;
    }
  }

  /** Redraws dropout masks; part of what makes an epoch repeatable. */
  void redraw(long seed) {
    dropout.redraw(seed);
  }

  /** Writes weights, embeddings and the optimisers' memory. */
  void save(DataOutputStream out, int rows) throws IOException {
    for (float[] weight : encoder.parameters().values()) {
      Checkpoint.writeFloats(out, weight);
    }
    for (float[] moment : encoderAdam.moments()) {
      Checkpoint.writeFloats(out, moment);
    }
    out.writeLong(encoderAdam.steps());
    for (int row = 0; row < rows; row++) {
      Checkpoint.writeFloats(out, table.get(row));
      Checkpoint.writeFloats(out, tableAdam.first(row));
      Checkpoint.writeFloats(out, tableAdam.second(row));
      out.writeLong(tableAdam.steps(row));
    }
    for (double value : scale.state()) {
      out.writeDouble(value);
    }
  }

  /** Reads what {@link #save} wrote. */
  void load(DataInputStream in, int rows) throws IOException {
    List<float[]> weights = new ArrayList<>();
    int count = encoder.parameters().all().size();
    for (int i = 0; i < count; i++) {
      weights.add(Checkpoint.readFloats(in));
    }
    encoder.parameters().set(weights);
    List<float[]> moments = new ArrayList<>();
    for (int i = 0; i < 2 * count; i++) {
      moments.add(Checkpoint.readFloats(in));
    }
    encoderAdam.restore(moments, in.readLong());
    for (int row = 0; row < rows; row++) {
      table.set(row, Checkpoint.readFloats(in));
      float[] first = Checkpoint.readFloats(in);
      tableAdam.restore(row, first, Checkpoint.readFloats(in), in.readLong());
    }
    double[] state = scale.state();
    for (int i = 0; i < state.length; i++) {
      state[i] = in.readDouble();
    }
    scale.restore(state);
  }

  @Override
  public void close() {
    encoder.parameters().setTrainable(false);
    shown.close();
    dropout.close();
    manager.close();
  }

  /** Who guesses hidden items is asked with one more of them behind a whole history. */
  private TrainingBatch training(TrainBatch batch, SplittableRandom random) {
    return encoder.guessesHidden()
        ? TrainingBatch.hidden(batch.windows(), encoder.maxLength() + 1, config, random)
        : TrainingBatch.next(batch.windows(), encoder.maxLength());
  }

  private RankingLoss loss(TrainingDomain domain) {
    return switch (config.loss()) {
      case AUTO ->
          domain.itemCount() <= config.fullSoftmaxItems()
              ? new FullSoftmax()
              : new SampledSoftmax();
      case FULL_SOFTMAX -> new FullSoftmax();
      case SAMPLED_SOFTMAX -> new SampledSoftmax();
      case BCE -> new BinaryCrossEntropy();
      case BPR -> new BayesianRanking();
    };
  }

  private static NDArray atPlaces(NDArray hidden, int[] places) {
    Shape shape = hidden.getShape();
    NDArray flat = hidden.reshape(shape.get(0) * shape.get(1), shape.get(2));
    if (places.length == shape.get(0) * shape.get(1)) {
      return flat;
    }
    long[] indices = new long[places.length];
    for (int i = 0; i < places.length; i++) {
      indices[i] = places[i];
    }
    return Torch.rows(hidden.getManager().create(indices, new Shape(indices.length)), flat);
  }

  private static String describe(TrainBatch batch, double loss) {
    return "loss %s on a batch of %d sequences of %s; the first: rows %s"
        .formatted(
            loss,
            batch.windows().size(),
            batch.domain().name(),
            Arrays.toString(batch.windows().get(0)));
  }
}
