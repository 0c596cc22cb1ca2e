package dev.headwater.idp.encoder;

import ai.djl.ndarray.NDArray;

/** Sets a share of values to zero in training and scales the rest up. */
@FunctionalInterface
public interface Dropout {
  /** A new array of the same shape, or the same array where nothing is dropped. */
  NDArray apply(NDArray x);

  /** Drops nothing. */
  static Dropout none() {
    return x -> x;
  }
}
