package dev.headwater.idp.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.tensor.ComputeDevice;
import dev.headwater.idp.tensor.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * BERT4Rec (Sun et al., 2019): attention in both directions, trained to guess hidden items. A user
 * vector is the guess at a hidden item appended to the history. Positions are counted from the end.
 */
public final class Bert4Rec implements SequenceEncoder {
  /** What {@link #kind} says. */
  public static final String KIND = "bert4rec";

  private final EncoderConfig config;
  private final Parameters parameters;
  private final NDArray positions;
  private final NDArray maskToken;
  private final List<TransformerBlock> blocks = new ArrayList<>();

  /** Makes an encoder with random weights; it has one position more than histories may be long. */
  public Bert4Rec(EncoderConfig config, RandomGenerator random) {
    this(config, random, DataType.FLOAT32, ComputeDevice.CPU);
  }

  /** The same with weights of a type, on a device. */
  Bert4Rec(EncoderConfig config, RandomGenerator random, DataType type, ComputeDevice device) {
    this.config = config;
    parameters = new Parameters(type, device);
    positions =
        parameters.normal("positions", random, 0.02, config.maxLength() + 1L, config.dim()).array();
    maskToken = parameters.normal("mask", random, 0.02, 1, 1, config.dim()).array();
    for (int i = 0; i < config.layers(); i++) {
      blocks.add(new TransformerBlock(config, "block" + i, parameters, random));
    }
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public int dim() {
    return config.dim();
  }

  @Override
  public int maxLength() {
    return config.maxLength();
  }

  @Override
  public boolean guessesHidden() {
    return true;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public NDArray hidden(SequenceBatch batch, Dropout dropout) {
    NDArray x = batch.items();
    NDArray hidden = batch.hidden();
    if (hidden != null) {
      x = x.mul(hidden.neg().addi(1)).add(hidden.mul(maskToken));
    }
    return layers(dropout.apply(withPositions(x)), batch.padding(), blocks.size(), dropout);
  }

  @Override
  public NDArray users(SequenceBatch batch) {
    NDManager manager = batch.items().getManager();
    int size = batch.size();
    DataType type = parameters.type();
    NDArray last = manager.zeros(new Shape(size, 1, config.dim()), type).add(maskToken);
    NDArray x = withPositions(batch.items().concat(last, 1));
    NDArray padding = batch.padding().concat(manager.zeros(new Shape(size, 1, 1, 1), type), 3);
    x = layers(x, padding, blocks.size() - 1, Dropout.none());
    return blocks.get(blocks.size() - 1).forwardLast(x, padding).reshape(size, config.dim());
  }

  @Override
  public void close() {
    parameters.close();
  }

  private NDArray layers(NDArray x, NDArray padding, int count, Dropout dropout) {
    for (TransformerBlock block : blocks.subList(0, count)) {
      x = block.forward(x, padding, dropout);
    }
    return x;
  }

  private NDArray withPositions(NDArray x) {
    long all = config.maxLength() + 1L;
    NDIndex lastOnes = new NDIndex().addSliceDim(all - x.getShape().get(1), all);
    return x.add(positions.get(x.getManager(), lastOnes));
  }
}
