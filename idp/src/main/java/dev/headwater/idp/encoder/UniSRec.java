package dev.headwater.idp.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import dev.headwater.idp.tensor.ComputeDevice;
import dev.headwater.idp.tensor.Parameters;
import dev.headwater.idp.tensor.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The sequence encoder of UniSRec (Hou et al., "Towards Universal Sequence Representation Learning
 * for Recommender Systems", KDD 2022): a SASRec whose inputs are normalised together with their
 * positions and whose outputs have unit length, so that a dot product with an item of unit length
 * is the cosine that UniSRec scores by.
 *
 * <p>The items' vectors come from an adaptor over their texts, which is not part of this class.
 * Departures: 64 wide with two layers and two heads like everything it stands beside (the paper:
 * 300), and items enter at the unit length at which they are scored; the norm at the input takes
 * out most of what that changes.
 */
public final class UniSRec implements SequenceEncoder {
  /** What {@link #kind} says. */
  public static final String KIND = "unisrec";

  private final Parameters parameters;
  private final NDArray positions;
  private final NDArray gain;
  private final NDArray bias;
  private final EncoderConfig config;
  private final NDArray causal;
  private final List<TransformerBlock> blocks = new ArrayList<>();

  /** Makes an encoder with random weights. */
  public UniSRec(EncoderConfig config, RandomGenerator random) {
    this(config, random, DataType.FLOAT32, ComputeDevice.CPU);
  }

  /** The same with weights of a type, on a device. */
  UniSRec(EncoderConfig config, RandomGenerator random, DataType type, ComputeDevice device) {
    this.config = config;
    parameters = new Parameters(type, device);
    positions =
        parameters.normal("positions", random, 0.02, config.maxLength(), config.dim()).array();
    gain = parameters.constant("input.gain", 1, config.dim()).array();
    bias = parameters.zeros("input.bias", config.dim()).array();
    for (int i = 0; i < config.layers(); i++) {
      blocks.add(new TransformerBlock(config, "block" + i, parameters, random));
    }
    causal = SasRec.causalMask(positions.getManager(), config.maxLength(), type);
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
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public NDArray hidden(SequenceBatch batch, Dropout dropout) {
    return Torch.unit(layers(batch, blocks.size(), dropout));
  }

  @Override
  public NDArray users(SequenceBatch batch) {
    int last = blocks.size() - 1;
    NDArray x = layers(batch, last, Dropout.none());
    x = blocks.get(last).forwardLast(x, batch.padding());
    return Torch.unit(x.reshape(batch.size(), config.dim()));
  }

  @Override
  public void close() {
    causal.close();
    parameters.close();
  }

  private NDArray layers(SequenceBatch batch, int count, Dropout dropout) {
    NDManager manager = batch.items().getManager();
    int max = config.maxLength();
    int length = batch.length();
    NDIndex lastOnes = new NDIndex().addSliceDim(max - length, max);
    NDIndex corner = new NDIndex().addSliceDim(0, length).addSliceDim(0, length);
    NDArray mask = batch.padding().add(causal.get(manager, corner));
    NDArray x = batch.items().add(positions.get(manager, lastOnes));
    x = dropout.apply(Torch.layerNorm(x, gain, bias, TransformerBlock.EPSILON));
    for (TransformerBlock block : blocks.subList(0, count)) {
      x = block.forward(x, mask, dropout);
    }
    return x;
  }
}
