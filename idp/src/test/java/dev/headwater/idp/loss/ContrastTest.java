package dev.headwater.idp.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.tensor.Torch;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ContrastTest {
  private static final int QUERIES = 3;
  private static final int CANDIDATES = 4;
  private static final int DIM = 2;
  private static final float SCALE = 3;
  private static final int[] OWN = {2, 0, 2};
  private static final float STEP = 1e-2f;

  private final SplittableRandom random = new SplittableRandom(5);
  private final float[] queries = drawn(QUERIES * DIM);
  private final float[] candidates = drawn(CANDIDATES * DIM);

  private float[] drawn(int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void theLossIsTheCrossEntropyOfTheOwnCandidate() {
    double expected = 0;
    for (int q = 0; q < QUERIES; q++) {
      double sum = 0;
      for (int c = 0; c < CANDIDATES; c++) {
        sum += Math.exp(SCALE * dot(q, c));
      }
      expected -= (SCALE * dot(q, OWN[q]) - Math.log(sum)) / QUERIES;
    }
    assertThat(loss(null)).isCloseTo(expected, within(1e-5));
  }

  private double dot(int query, int candidate) {
    double dot = 0;
    for (int k = 0; k < DIM; k++) {
      dot += queries[query * DIM + k] * candidates[candidate * DIM + k];
    }
    return dot;
  }

  @Test
  void whatIsMaskedIsNoCandidate() {
    float[] mask = new float[QUERIES * CANDIDATES];
    for (int q = 0; q < QUERIES; q++) {
      for (int c = 0; c < CANDIDATES; c++) {
        mask[q * CANDIDATES + c] = c == OWN[q] ? 0 : -1e9f;
      }
    }
    assertThat(loss(mask)).isCloseTo(0, within(1e-6));
  }

  @Test
  void gradientsAreThoseOfDifferences() {
    try (NDManager manager = Torch.newManager()) {
      Contrast found = contrast(manager, null);
      check(found.ofQueries().toFloatArray(), queries);
      check(found.ofCandidates().toFloatArray(), candidates);
    }
  }

  private void check(float[] gradient, float[] values) {
    for (int i = 0; i < values.length; i++) {
      float value = values[i];
      values[i] = value + STEP;
      double above = loss(null);
      values[i] = value - STEP;
      double below = loss(null);
      values[i] = value;
      assertThat((double) gradient[i]).isCloseTo((above - below) / (2 * STEP), within(2e-3));
    }
  }

  private double loss(float @Nullable [] mask) {
    try (NDManager manager = Torch.newManager()) {
      return contrast(manager, mask).loss();
    }
  }

  private Contrast contrast(NDManager manager, float @Nullable [] mask) {
    @Nullable NDArray hidden =
        mask == null ? null : manager.create(mask, new Shape(QUERIES, CANDIDATES));
    return Contrast.of(
        manager.create(queries, new Shape(QUERIES, DIM)),
        manager.create(candidates, new Shape(CANDIDATES, DIM)),
        OWN,
        hidden,
        SCALE);
  }
}
