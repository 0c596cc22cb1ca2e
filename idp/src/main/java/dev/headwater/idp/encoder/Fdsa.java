package dev.headwater.idp.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.tensor.ComputeDevice;
import dev.headwater.idp.tensor.Parameters;
import dev.headwater.idp.tensor.Torch;
import java.util.random.RandomGenerator;

/**
 * FDSA (Zhang et al., "Feature-level Deeper Self-Attention Network for Sequential Recommendation",
 * IJCAI 2019): one causal Transformer over item IDs, one over item features; their outputs side by
 * side go through a linear layer, which is scored against the IDs. The layer begins as little more
 * than the IDs' output, so that what is scored lies from the beginning where the rows do that are
 * read.
 *
 * <p>The first half of a row is the item's ID embedding, the second its features, which pass a
 * linear layer of their own. An output's second half is zero: features are read, not scored.
 *
 * <p>Departures: features come as one vector an item (of title, brand and categories together)
 * where the paper weighs an embedding a field by attention; layers are those of {@link SasRec}; a
 * norm follows the joining layer, as it does every layer of SASRec whose output is scored, and the
 * features' output has dropout of its own: without the two, features cost more than they gave.
 */
public final class Fdsa implements SequenceEncoder {
  /** What {@link #kind} says. */
  public static final String KIND = "fdsa";

  /** Of the layer, beside its ones: enough for a gradient to reach all that lies before it. */
  private static final double START = 1e-3;

  private final int half;
  private final Parameters parameters;
  private final SasRec ids;
  private final SasRec features;
  private final NDArray adaptWeight;
  private final NDArray adaptBias;
  private final NDArray joinWeight;
  private final NDArray joinBias;
  private final NDArray normGain;
  private final NDArray normBias;

  /**
   * Makes an encoder with random weights.
   *
   * @param config of the whole: each Transformer is half as wide
   */
  public Fdsa(EncoderConfig config, RandomGenerator random) {
    this(config, random, DataType.FLOAT32, ComputeDevice.CPU);
  }

  /** The same with weights of a type, on a device. */
  Fdsa(EncoderConfig config, RandomGenerator random, DataType type, ComputeDevice device) {
    half = config.dim() / 2;
    EncoderConfig each =
        new EncoderConfig(
            half, config.maxLength(), config.layers(), config.heads(), config.preNorm());
    parameters = new Parameters(type, device);
    double deviation = 1 / Math.sqrt(half);
    ids = new SasRec(each, random, parameters, "ids.");
    features = new SasRec(each, random, parameters, "features.");
    adaptWeight = parameters.normal("adapt.weight", random, deviation, half, half).array();
    adaptBias = parameters.zeros("adapt.bias", half).array();
    joinWeight = parameters.diagonal("join.weight", random, START, half, 2L * half).array();
    joinBias = parameters.zeros("join.bias", half).array();
    normGain = parameters.constant("norm.gain", 1, half).array();
    normBias = parameters.zeros("norm.bias", half).array();
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public int dim() {
    return 2 * half;
  }

  @Override
  public int maxLength() {
    return ids.maxLength();
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public NDArray hidden(SequenceBatch batch, Dropout dropout) {
    NDArray ofIds = ids.hidden(part(batch, 0), dropout);
    return joined(ofIds, dropout.apply(features.hidden(adapted(batch), dropout)));
  }

  @Override
  public NDArray users(SequenceBatch batch) {
    return joined(ids.users(part(batch, 0)), features.users(adapted(batch)));
  }

  @Override
  public void close() {
    ids.close();
    features.close();
    parameters.close();
  }

  private NDArray joined(NDArray ofIds, NDArray ofFeatures) {
    NDArray linear = Torch.linear(ofIds.concat(ofFeatures, -1), joinWeight, joinBias);
    NDArray joined = Torch.layerNorm(linear, normGain, normBias, TransformerBlock.EPSILON);
    Shape shape = joined.getShape();
    return joined.concat(joined.getManager().zeros(shape, parameters.type()), -1);
  }

  private SequenceBatch adapted(SequenceBatch batch) {
    SequenceBatch raw = part(batch, half);
    return raw.with(Torch.linear(raw.items(), adaptWeight, adaptBias));
  }

  private SequenceBatch part(SequenceBatch batch, int from) {
    NDIndex columns = new NDIndex().addAllDim().addAllDim().addSliceDim(from, from + half);
    return batch.with(batch.items().get(columns));
  }
}
