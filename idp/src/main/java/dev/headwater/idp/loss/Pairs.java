package dev.headwater.idp.loss;

import ai.djl.ndarray.NDArray;

/** What the pairwise losses share. */
final class Pairs {
  private Pairs() {}

  /** Dot products row by row: {@code [n, 1]}. */
  static NDArray dots(NDArray a, NDArray b) {
    return a.mul(b).sum(new int[] {1}, true);
  }

  static NDArray sigmoid(NDArray x) {
    return x.getNDArrayInternal().sigmoid();
  }

  /** Stable for large values of either sign. */
  static NDArray logSigmoid(NDArray x) {
    return x.neg().getNDArrayInternal().softPlus().negi();
  }
}
