package dev.headwater.idp.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.tensor.ComputeDevice;
import dev.headwater.idp.tensor.Parameters;
import dev.headwater.idp.tensor.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * SASRec (Kang and McAuley, 2018) with the post-norm layers of the IDP paper: causal self-attention
 * over item embeddings plus positions. Positions are counted from the end, so the newest item
 * always has the same one and padding costs nothing.
 */
public final class SasRec implements SequenceEncoder {
  /** What {@link #kind} says. */
  public static final String KIND = "sasrec";

  private final EncoderConfig config;
  private final Parameters parameters;
  private final NDArray positions;
  private final NDArray causal;
  private final List<TransformerBlock> blocks = new ArrayList<>();
  private final NDArray finalGain;
  private final NDArray finalBias;

  /** Makes an encoder with random weights. */
  public SasRec(EncoderConfig config, RandomGenerator random) {
    this(config, random, DataType.FLOAT32, ComputeDevice.CPU);
  }

  /** The same with weights of a type, on a device. */
  SasRec(EncoderConfig config, RandomGenerator random, DataType type, ComputeDevice device) {
    this(config, random, type, device, false);
  }

  /** The same with patches in its blocks, or without. */
  SasRec(
      EncoderConfig config,
      RandomGenerator random,
      DataType type,
      ComputeDevice device,
      boolean patched) {
    this(config, random, new Parameters(type, device), "", patched);
  }

  /** A part of another model, among whose weights its own stand under a prefix. */
  SasRec(EncoderConfig config, RandomGenerator random, Parameters parameters, String prefix) {
    this(config, random, parameters, prefix, false);
  }

  private SasRec(
      EncoderConfig config,
      RandomGenerator random,
      Parameters parameters,
      String prefix,
      boolean patched) {
    this.config = config;
    this.parameters = parameters;
    positions =
        parameters
            .normal(prefix + "positions", random, 0.02, config.maxLength(), config.dim())
            .array();
    for (int i = 0; i < config.layers(); i++) {
      String name = prefix + "block" + i;
      blocks.add(new TransformerBlock(config, name, parameters, random, patched));
    }
    finalGain = parameters.constant(prefix + "final.gain", 1, config.dim()).array();
    finalBias = parameters.zeros(prefix + "final.bias", config.dim()).array();
    causal = causalMask(positions.getManager(), config.maxLength(), parameters.type());
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
    NDArray x = dropout.apply(withPositions(batch));
    NDArray mask = batch.padding().add(causalFor(batch));
    for (TransformerBlock block : blocks) {
      x = block.forward(x, mask, dropout);
    }
    return finalNorm(x);
  }

  @Override
  public NDArray users(SequenceBatch batch) {
    NDArray x = withPositions(batch);
    int last = blocks.size() - 1;
    if (last > 0) {
      NDArray mask = batch.padding().add(causalFor(batch));
      for (TransformerBlock block : blocks.subList(0, last)) {
        x = block.forward(x, mask, Dropout.none());
      }
    }
    x = blocks.get(last).forwardLast(x, batch.padding());
    return finalNorm(x).reshape(batch.size(), config.dim());
  }

  @Override
  public void close() {
    causal.close();
    parameters.close();
  }

  private NDArray finalNorm(NDArray x) {
    return config.preNorm()
        ? Torch.layerNorm(x, finalGain, finalBias, TransformerBlock.EPSILON)
        : x;
  }

  private NDArray withPositions(SequenceBatch batch) {
    int max = config.maxLength();
    NDIndex lastOnes = new NDIndex().addSliceDim(max - batch.length(), max);
    return batch.items().add(positions.get(batch.items().getManager(), lastOnes));
  }

  private NDArray causalFor(SequenceBatch batch) {
    int length = batch.length();
    NDIndex corner = new NDIndex().addSliceDim(0, length).addSliceDim(0, length);
    return causal.get(batch.items().getManager(), corner);
  }

  static NDArray causalMask(NDManager manager, int length, DataType type) {
    float[] mask = new float[length * length];
    for (int from = 0; from < length; from++) {
      for (int to = from + 1; to < length; to++) {
        mask[from * length + to] = SequenceBatch.never(type);
      }
    }
    return manager.create(mask, new Shape(length, length)).toType(type, false);
  }
}
