package dev.headwater.idp.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.tensor.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BlockDropoutTest {
  private static final int VALUES = 100_000;

  private final NDManager manager = Torch.newManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void dropsItsShareAndScalesTheRestUp() {
    try (BlockDropout dropout = new BlockDropout(0.3f)) {
      float[] found = dropout.apply(manager.ones(new Shape(VALUES / 100, 100))).toFloatArray();
      int dropped = 0;
      double sum = 0;
      for (float value : found) {
        assertThat(value == 0 || Math.abs(value - 1 / 0.7f) < 1e-5).isTrue();
        dropped += value == 0 ? 1 : 0;
        sum += value;
      }
      assertThat(dropped / (double) VALUES).isCloseTo(0.3, within(0.01));
      assertThat(sum / VALUES).as("the expectation stays").isCloseTo(1, within(0.02));
    }
  }

  @Test
  void aRateOfZeroGivesTheSameArray() {
    try (BlockDropout dropout = new BlockDropout(0)) {
      NDArray x = manager.ones(new Shape(3));
      assertThat(dropout.apply(x)).isSameAs(x);
    }
  }

  @Test
  void masksDifferFromEachOtherAndAreRepeatedByTheirSeed() {
    NDArray x = manager.ones(new Shape(1_000));
    try (BlockDropout dropout = new BlockDropout(0.5f)) {
      dropout.redraw(7);
      float[] first = dropout.apply(x).toFloatArray();
      float[] second = dropout.apply(x).toFloatArray();
      assertThat(second).isNotEqualTo(first);
      dropout.redraw(8);
      assertThat(dropout.apply(x).toFloatArray()).isNotEqualTo(first);
      dropout.redraw(7);
      assertThat(dropout.apply(x).toFloatArray()).containsExactly(first);
      assertThat(dropout.apply(x).toFloatArray()).containsExactly(second);
    }
  }

  @Test
  void theGradientIsDroppedWithTheValue() {
    try (BlockDropout dropout = new BlockDropout(0.5f)) {
      NDArray x = manager.ones(new Shape(1_000));
      x.setRequiresGradient(true);
      NDArray output = Torch.recording(true, () -> dropout.apply(x));
      Torch.backward(output, manager.ones(new Shape(1_000)));
      assertThat(x.getGradient().toFloatArray()).containsExactly(output.toFloatArray());
    }
  }

  @Test
  void refusesRatesThatLeaveNothingAndArraysBeyondItsBlock() {
    for (float rate : new float[] {1, -0.1f, Float.NaN}) {
      assertThatThrownBy(() -> new BlockDropout(rate)).hasMessageContaining("dropout");
    }
    try (BlockDropout dropout = new BlockDropout(0.5f)) {
      NDArray large = manager.zeros(new Shape((1 << 22) + 1));
      assertThatThrownBy(() -> dropout.apply(large)).hasMessageContaining("at most");
    }
  }
}
