package dev.headwater.idp.encoder;

import ai.djl.ndarray.NDArray;
import dev.headwater.idp.tensor.Parameters;
import dev.headwater.idp.tensor.Torch;
import java.util.random.RandomGenerator;

/**
 * A narrow way round a layer that stays as it is: {@code x + W₂ gelu(W₁ x)}, a quarter as wide
 * inside. At first it changes next to nothing.
 */
final class Patch {
  private static final int NARROWER = 4;
  private static final double START_DEVIATION = 0.02;

  private final NDArray downWeight;
  private final NDArray downBias;
  private final NDArray upWeight;
  private final NDArray upBias;

  Patch(int dim, String name, Parameters all, RandomGenerator random) {
    int narrow = Math.max(1, dim / NARROWER);
    double deviation = 1 / Math.sqrt(dim);
    downWeight = all.normal(name + ".down.weight", random, deviation, narrow, dim).array();
    downBias = all.zeros(name + ".down.bias", narrow).array();
    upWeight = all.normal(name + ".up.weight", random, START_DEVIATION, dim, narrow).array();
    upBias = all.zeros(name + ".up.bias", dim).array();
  }

  NDArray apply(NDArray x) {
    NDArray narrow = Torch.linear(x, downWeight, downBias).getNDArrayInternal().gelu();
    return x.add(Torch.linear(narrow, upWeight, upBias));
  }
}
