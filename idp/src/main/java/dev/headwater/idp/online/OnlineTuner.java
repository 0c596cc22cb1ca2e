package dev.headwater.idp.online;

import dev.headwater.idp.encoder.SequenceEncoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Learns embeddings from a stream while the encoder stays frozen: worker and owner of all rows in
 * one, without a copy between them. Dropout is off. Same seed, same calls, same thread count: same
 * table, bit for bit. For one thread.
 */
public final class OnlineTuner implements AutoCloseable {
  private final SequenceEncoder encoder;
  private final RowOwner owner;
  private final GradientWorker worker;
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
    encoder = frozenEncoder;
    owner = new RowOwner(config, frozenEncoder.dim());
    worker = new GradientWorker(frozenEncoder, owner.table(), config, logitScale, seed);
  }

  /** Adds a row that has learned nothing yet; returns its slot. */
  public int add(float[] start) {
    return owner.add(start);
  }

  /** Puts a row and its optimiser state into a slot that {@link #add} gave. */
  public void restore(int slot, RowState state) {
    owner.restore(slot, state);
  }

  /** A copy of all that is known of a row. */
  public RowState state(int slot) {
    return owner.state(slot);
  }

  /** Forgets a row. */
  public void remove(int slot) {
    owner.remove(slot);
  }

  /** The live table; read it on the same thread. */
  public EmbeddingTable table() {
    return owner.table();
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
    StepGradients said = JointStep.gradients(List.of(work(batch))).get(0);
    StepResult result = take(said);
    if (result == null) {
      throw new ArithmeticException(
          "step " + steps + " has loss " + said.loss() + "; a row or the scale is broken");
    }
    return result;
  }

  /**
   * What its worker is to do for the next step.
   *
   * @throws IllegalArgumentException if a target holds no row
   */
  public JointStep.Work work(List<Example> batch) {
    return new JointStep.Work(worker, batch, steps);
  }

  /**
   * Works out a step of which another worker encoded the users.
   *
   * @param batch an example for each of them, whose history is not looked at
   * @param users {@code [examples, dim]}
   * @param histories what it says of them, by slots of this table; rows below 0 are passed over
   * @throws IllegalArgumentException if a target holds no row
   */
  public StepGradients compare(
      List<Example> batch, float[] users, StepGradients.Section histories) {
    batch.forEach(example -> owner.table().check(example.target()));
    return worker.compare(batch, users, histories, steps);
  }

  /**
   * Takes a step that its worker worked out.
   *
   * @return null where the loss or a gradient is not a number: nothing is changed
   */
  public @Nullable StepResult take(StepGradients said) {
    StepResult result = owner.take(said);
    steps += result == null ? 0 : 1;
    return result;
  }

  @Override
  public void close() {
    owner.close();
    encoder.close();
  }
}
