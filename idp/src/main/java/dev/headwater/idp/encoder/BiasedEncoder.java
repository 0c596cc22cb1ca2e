package dev.headwater.idp.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.tensor.Parameters;
import dev.headwater.idp.tensor.Torch;
import java.util.Arrays;

/**
 * An encoder that does not see the biases of a history's items and whose outputs all have the gain
 * in the {@link BiasDimension}. Its weights are those of the encoder within. Forward passes may run
 * on many threads as long as nobody trains it.
 */
public final class BiasedEncoder implements SequenceEncoder {
  private final SequenceEncoder encoder;
  private final NDManager manager;
  private final NDArray others;
  private final NDArray constant;

  /** Takes over the encoder and closes it in the end. */
  public BiasedEncoder(SequenceEncoder encoder, BiasDimension bias) {
    this.encoder = encoder;
    manager = Torch.newManager(encoder.parameters().device());
    DataType type = encoder.parameters().type();
    float[] values = new float[encoder.dim()];
    values[bias.dimension()] = bias.gain();
    constant = vector(values, type);
    Arrays.fill(values, 1);
    values[bias.dimension()] = 0;
    others = vector(values, type);
  }

  @Override
  public String kind() {
    return encoder.kind();
  }

  @Override
  public int dim() {
    return encoder.dim();
  }

  @Override
  public int maxLength() {
    return encoder.maxLength();
  }

  @Override
  public boolean guessesHidden() {
    return encoder.guessesHidden();
  }

  @Override
  public Parameters parameters() {
    return encoder.parameters();
  }

  @Override
  public NDArray hidden(SequenceBatch batch, Dropout dropout) {
    return withBias(encoder.hidden(withoutBiases(batch), dropout));
  }

  @Override
  public NDArray users(SequenceBatch batch) {
    return withBias(encoder.users(withoutBiases(batch)));
  }

  @Override
  public void close() {
    manager.close();
    encoder.close();
  }

  private SequenceBatch withoutBiases(SequenceBatch batch) {
    return new SequenceBatch(
        batch.items().mul(others), batch.padding(), batch.lengths(), batch.hidden());
  }

  private NDArray withBias(NDArray output) {
    return output.mul(others).add(constant);
  }

  private NDArray vector(float[] values, DataType type) {
    return manager.create(values, new Shape(values.length)).toType(type, true);
  }
}
