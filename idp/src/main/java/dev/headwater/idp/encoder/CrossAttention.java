package dev.headwater.idp.encoder;

import ai.djl.ndarray.NDArray;
import dev.headwater.idp.tensor.Parameters;
import dev.headwater.idp.tensor.Torch;
import java.util.random.RandomGenerator;

/** Attention of one sequence over another one, place by place. */
final class CrossAttention {
  private final int dim;
  private final int heads;
  private final NDArray queryWeight;
  private final NDArray queryBias;
  private final NDArray keyValueWeight;
  private final NDArray keyValueBias;

  CrossAttention(EncoderConfig config, String name, Parameters all, RandomGenerator random) {
    dim = config.dim();
    heads = config.heads();
    double deviation = 1 / Math.sqrt(dim);
    queryWeight = all.normal(name + ".q.weight", random, deviation, dim, dim).array();
    queryBias = all.zeros(name + ".q.bias", dim).array();
    keyValueWeight = all.normal(name + ".kv.weight", random, deviation, 2L * dim, dim).array();
    keyValueBias = all.zeros(name + ".kv.bias", 2L * dim).array();
  }

  /**
   * Attends.
   *
   * @param asking {@code [batch, length, dim]}
   * @param asked of the same shape
   * @param mask added to the scores
   * @return {@code [batch, length, dim]}
   */
  NDArray apply(NDArray asking, NDArray asked, NDArray mask) {
    long batch = asking.getShape().get(0);
    long length = asking.getShape().get(1);
    int width = dim / heads;
    NDArray query =
        Torch.linear(asking, queryWeight, queryBias)
            .reshape(batch, length, heads, width)
            .transpose(0, 2, 1, 3);
    NDArray keyValue =
        Torch.linear(asked, keyValueWeight, keyValueBias)
            .reshape(batch, length, 2, heads, width)
            .transpose(2, 0, 3, 1, 4);
    NDArray scores =
        Torch.scaled(query, (float) (1 / Math.sqrt(width)))
            .matMul(keyValue.get(0).transpose(0, 1, 3, 2));
    return scores
        .add(mask)
        .softmax(-1)
        .matMul(keyValue.get(1))
        .transpose(0, 2, 1, 3)
        .reshape(batch, length, dim);
  }
}
