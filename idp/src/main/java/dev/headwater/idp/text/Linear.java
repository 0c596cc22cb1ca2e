package dev.headwater.idp.text;

import ai.djl.ndarray.NDArray;

/** A dense layer; the weight is {@code [out, in]}. */
record Linear(NDArray weight, NDArray bias) {
  NDArray apply(NDArray x) {
    return x.getNDArrayInternal().linear(x, weight, bias).singletonOrThrow();
  }
}
