package dev.headwater.idp.online;

import dev.headwater.idp.Pending;
import dev.headwater.idp.encoder.SequenceEncoder;
import java.util.List;

/** Learns embeddings from a stream with a frozen encoder. For one thread. */
public final class OnlineTuner implements AutoCloseable {
  /**
   * Makes a tuner over an empty table.
   *
   * @param frozenEncoder taken over; closed in the end
   * @param config settings
   * @param logitScale of the bundle
   * @param seed of the negatives: same seed, same batches, same table
   */
  public OnlineTuner(
      SequenceEncoder frozenEncoder, OnlineConfig config, float logitScale, long seed) {}

  /** Adds a row that has learned nothing yet; returns its slot. */
  public int add(float[] start) {
    return Pending.body();
  }

  /** Puts a row and its optimiser state into a slot that {@link #add} gave. */
  public void restore(int slot, RowState state) {
    Pending.body();
  }

  /** A copy of all that is known of a row. */
  public RowState state(int slot) {
    return Pending.body();
  }

  /** Forgets a row. */
  public void remove(int slot) {
    Pending.body();
  }

  /** The live table; read it on the same thread. */
  public EmbeddingTable table() {
    return Pending.body();
  }

  /** Takes one step on a batch. */
  public StepResult learn(List<Example> batch) {
    return Pending.body();
  }

  @Override
  public void close() {}
}
