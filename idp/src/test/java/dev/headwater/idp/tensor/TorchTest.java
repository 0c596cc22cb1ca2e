package dev.headwater.idp.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TorchTest {
  private final NDManager manager = Torch.newManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void gathersRowsAndSendsTheGradientBackToThem() {
    NDArray table = matrix(3, 2, 1, 2, 3, 4, 5, 6);
    table.setRequiresGradient(true);
    NDArray index = manager.create(new long[] {2, 0, 2});
    NDArray rows = Torch.recording(true, () -> Torch.rows(index, table));
    assertThat(rows.toFloatArray()).containsExactly(5, 6, 1, 2, 5, 6);
    Torch.backward(rows, matrix(3, 2, 1, 1, 10, 10, 100, 100));
    assertThat(table.getGradient().toFloatArray()).containsExactly(10, 10, 0, 0, 101, 101);
    Torch.zeroGradient(table);
    assertThat(table.getGradient().toFloatArray()).containsOnly(0);
  }

  @Test
  void aGradientAddsUpUntilItIsForgotten() {
    NDArray leaf = matrix(1, 2, 3, 4);
    leaf.setRequiresGradient(true);
    for (int round = 1; round <= 2; round++) {
      NDArray output = Torch.recording(true, () -> Torch.scaled(leaf, 2));
      Torch.backward(output, matrix(1, 2, 1, -1));
      assertThat(leaf.getGradient().toFloatArray()).containsExactly(2 * round, -2 * round);
    }
  }

  @Test
  void recordingIsPutBackAlsoWhenTheWorkFails() {
    NDArray leaf = matrix(1, 1, 3);
    leaf.setRequiresGradient(true);
    assertThatThrownBy(
            () ->
                Torch.recording(
                    false,
                    () -> {
                      throw new IllegalStateException("no");
                    }))
        .hasMessage("no");
    NDArray outer =
        Torch.recording(
            true,
            () -> {
              NDArray unrecorded = Torch.recording(false, () -> leaf.mul(leaf));
              assertThat(unrecorded.hasGradient()).isFalse();
              return leaf.mul(leaf);
            });
    Torch.backward(outer, matrix(1, 1, 1));
    assertThat(leaf.getGradient().getFloat(0, 0)).isEqualTo(6);
  }

  @Test
  void linearIsInputTimesTheTransposedWeightPlusBias() {
    NDArray found =
        Torch.linear(
            matrix(1, 2, 1, 2),
            matrix(3, 2, 1, 0, 0, 1, 1, 1),
            manager.create(new float[] {10, 20, 30}));
    assertThat(found.toFloatArray()).containsExactly(11, 22, 33);
  }

  @Test
  void layerNormHasMeanZeroAndDeviationOneBeforeGainAndBias() {
    NDArray gain = manager.create(new float[] {2, 2, 2, 2});
    NDArray bias = manager.create(new float[] {1, 1, 1, 1});
    float[] found = Torch.layerNorm(matrix(1, 4, 1, 2, 3, 4), gain, bias, 0).toFloatArray();
    double deviation = Math.sqrt(1.25);
    for (int k = 0; k < 4; k++) {
      assertThat((double) found[k]).isCloseTo(2 * (k - 1.5) / deviation + 1, within(1e-5));
    }
  }

  @Test
  void unitRowsHaveLengthOneAndAZeroRowStays() {
    assertThat(Torch.unit(matrix(2, 2, 3, 4, 0, 0)).toFloatArray())
        .containsExactly(new float[] {0.6f, 0.8f, 0, 0}, within(1e-6f));
  }

  @Test
  void scatterWritesACopy() {
    NDArray x = matrix(2, 3, 1, 2, 3, 4, 5, 6);
    NDArray columns = manager.create(new long[] {2, 0}, new Shape(2, 1));
    NDArray found = Torch.scatter(x, columns, matrix(2, 1, 30, 40));
    assertThat(found.toFloatArray()).containsExactly(1, 2, 30, 40, 5, 6);
    assertThat(x.toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void copiesValuesOut() {
    float[] target = new float[4];
    Torch.copyTo(matrix(1, 3, 7, 8, 9), target);
    assertThat(target).containsExactly(7, 8, 9, 0);
    assertThat(Torch.floats(matrix(1, 2, 5, 6)).get(1)).isEqualTo(6);
  }

  @Test
  void oneSeedDrawsTheSameNumbers() {
    Torch.seed(12);
    float[] first = manager.randomNormal(new Shape(5)).toFloatArray();
    Torch.seed(12);
    assertThat(manager.randomNormal(new Shape(5)).toFloatArray()).containsExactly(first);
    Torch.seed(13);
    assertThat(manager.randomNormal(new Shape(5)).toFloatArray()).isNotEqualTo(first);
  }

  private NDArray matrix(int rows, int columns, float... values) {
    return manager.create(values, new Shape(rows, columns));
  }
}
