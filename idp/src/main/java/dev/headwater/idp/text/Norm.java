package dev.headwater.idp.text;

import ai.djl.ndarray.NDArray;

/** Layer normalisation over the last axis. */
record Norm(NDArray gain, NDArray bias) {
  private static final float EPSILON = 1e-12f;

  NDArray apply(NDArray x) {
    return x.getNDArrayInternal()
        .layerNorm(x, gain.getShape(), gain, bias, EPSILON)
        .singletonOrThrow();
  }
}
