package dev.headwater.jobs.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.encoder.Dropout;
import dev.headwater.idp.encoder.SequenceBatch;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.tensor.Parameters;

/** The sum of a history's rows: each of them learns, and a transformer would cost most of a run. */
final class SumEncoder implements SequenceEncoder {
  private final Parameters none = new Parameters();

  @Override
  public String kind() {
    return "sum";
  }

  @Override
  public int dim() {
    return SmallModel.DIM;
  }

  @Override
  public int maxLength() {
    return 10;
  }

  @Override
  public Parameters parameters() {
    return none;
  }

  @Override
  public NDArray hidden(SequenceBatch batch, Dropout dropout) {
    throw new UnsupportedOperationException("nobody trains it");
  }

  @Override
  public NDArray users(SequenceBatch batch) {
    NDArray present = batch.padding().exp().reshape(new Shape(batch.size(), batch.length(), 1));
    return batch.items().mul(present).sum(new int[] {1});
  }

  @Override
  public void close() {
    none.close();
  }
}
