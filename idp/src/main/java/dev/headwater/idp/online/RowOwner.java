package dev.headwater.idp.online;

import dev.headwater.idp.optim.RowAdam;
import dev.headwater.idp.optim.RowGradients;
import org.jspecify.annotations.Nullable;

/**
 * The half of learning that owns rows: adds up what a step of a {@link GradientWorker} says of
 * them, and takes the step with Adam (without a mean gradient, unless set) on those rows and no
 * others. It knows neither examples nor an encoder. For one thread.
 */
public final class RowOwner implements AutoCloseable {
  private static final int INITIAL_ROWS = 64;

  private final OnlineConfig config;
  private final EmbeddingTable table;
  private final RowAdam adam;
  private final RowGradients sums;

  /** Owns nothing yet. */
  public RowOwner(OnlineConfig config, int dim) {
    this.config = config;
    table = new EmbeddingTable(dim, INITIAL_ROWS);
    adam = new RowAdam(config.adam(), dim, INITIAL_ROWS);
    sums = new RowGradients(dim);
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

  /**
   * Takes the step, by numbers of this table; rows below 0 are passed over. Where one row stands in
   * several sections, histories are added first, then targets, then negatives.
   *
   * @return what it did; null where the loss or a sum is not a number: nothing is changed
   */
  public @Nullable StepResult take(StepGradients said) {
    sums.reset(table.highWater());
    add(said.histories());
    add(said.targets());
    add(said.negatives());
    if (!Double.isFinite(said.loss()) || !sums.isFinite()) {
      return null;
    }
    adam.step(table.rows(), sums, config.rateOf(said.examples()), config.maxNorm());
    return new StepResult(said.loss(), sums.rows());
  }

  private void add(StepGradients.Section section) {
    sums.add(section.rows(), section.gradients());
  }

  @Override
  public void close() {
    table.close();
  }
}
