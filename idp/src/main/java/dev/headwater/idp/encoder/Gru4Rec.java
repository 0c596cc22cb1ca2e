package dev.headwater.idp.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.tensor.ComputeDevice;
import dev.headwater.idp.tensor.Parameter;
import dev.headwater.idp.tensor.Parameters;
import dev.headwater.idp.tensor.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * GRU4Rec (Hidasi et al., 2016): gated recurrent layers over item embeddings, then a linear map
 * back to the embeddings' space. Padding carries a mark that holds the update gate shut, so the
 * state stays zero until the first item.
 */
public final class Gru4Rec implements SequenceEncoder {
  /** What {@link #kind} says. */
  public static final String KIND = "gru4rec";

  private static final float SHUT = 1e4f;

  private final EncoderConfig config;
  private final Parameters parameters;
  private final List<NDList> layers = new ArrayList<>();
  private final NDArray outWeight;
  private final NDArray outBias;

  /** Makes an encoder with random weights; heads and norms mean nothing here. */
  public Gru4Rec(EncoderConfig config, RandomGenerator random) {
    this(config, random, DataType.FLOAT32, ComputeDevice.CPU);
  }

  /** The same with weights of a type, on a device. */
  Gru4Rec(EncoderConfig config, RandomGenerator random, DataType type, ComputeDevice device) {
    this.config = config;
    parameters = new Parameters(type, device);
    int dim = config.dim();
    double deviation = 1 / Math.sqrt(dim);
    for (int i = 0; i < config.layers(); i++) {
      String name = "gru" + i;
      Parameter input =
          parameters.normal(name + ".input.weight", random, deviation, 3L * dim, dim + 1L);
      shutAtMark(input, dim);
      NDArray state =
          parameters.normal(name + ".state.weight", random, deviation, 3L * dim, dim).array();
      NDArray inputBias = parameters.zeros(name + ".input.bias", 3L * dim).array();
      NDArray stateBias = parameters.zeros(name + ".state.bias", 3L * dim).array();
      layers.add(new NDList(input.array(), state, inputBias, stateBias));
    }
    outWeight = parameters.normal("out.weight", random, deviation, dim, dim).array();
    outBias = parameters.zeros("out.bias", dim).array();
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
    NDManager manager = batch.items().getManager();
    NDArray mark =
        Torch.scaled(batch.padding(), 1 / SequenceBatch.never(parameters.type()))
            .reshape(batch.size(), batch.length(), 1);
    NDArray x = dropout.apply(batch.items());
    for (NDList weights : layers) {
      NDArray start = manager.zeros(new Shape(1, batch.size(), config.dim()), parameters.type());
      x = dropout.apply(Torch.gru(x.concat(mark, 2), start, weights));
    }
    return Torch.linear(x, outWeight, outBias);
  }

  @Override
  public NDArray users(SequenceBatch batch) {
    long length = batch.length();
    NDIndex last = new NDIndex().addAllDim().addSliceDim(length - 1, length).addAllDim();
    return hidden(batch, Dropout.none()).get(last).reshape(batch.size(), config.dim());
  }

  @Override
  public void close() {
    parameters.close();
  }

  /** The last input is the padding mark: it opens nothing and holds the update gate at one. */
  private static void shutAtMark(Parameter weight, int dim) {
    float[] values = weight.get();
    for (int row = 0; row < 3 * dim; row++) {
      boolean updateGate = row >= dim && row < 2 * dim;
      values[row * (dim + 1) + dim] = updateGate ? SHUT : 0;
    }
    weight.set(values);
  }
}
