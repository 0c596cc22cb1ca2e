package dev.headwater.idp.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ParametersTest {
  private final Parameters parameters = new Parameters();

  @AfterEach
  void close() {
    parameters.close();
  }

  @Test
  void keepsWeightsByNameInTheOrderTheyCame() {
    parameters.zeros("b", 2);
    parameters.constant("a", 3, 2, 2);
    assertThat(parameters.all()).extracting(Parameter::name).containsExactly("b", "a");
    assertThat(parameters.get("a").shape()).isEqualTo(new Shape(2, 2));
    assertThat(parameters.get("a").size()).isEqualTo(4);
    assertThat(parameters.array("a").toFloatArray()).containsExactly(3, 3, 3, 3);
    assertThat(parameters.type()).isEqualTo(DataType.FLOAT32);
  }

  @Test
  void refusesASecondWeightOfANameAndAnUnknownOne() {
    parameters.zeros("w", 1);
    assertThatThrownBy(() -> parameters.zeros("w", 1)).hasMessageContaining("w");
    assertThatThrownBy(() -> parameters.get("v")).hasMessageContaining("v");
  }

  @Test
  void drawsFromANormalDistribution() {
    float[] drawn = parameters.normal("w", new SplittableRandom(1), 0.5, 10_000).get();
    double sum = 0;
    double squares = 0;
    for (float value : drawn) {
      sum += value;
      squares += value * value;
    }
    assertThat(sum / drawn.length).isCloseTo(0, within(0.02));
    assertThat(Math.sqrt(squares / drawn.length)).isCloseTo(0.5, within(0.02));
  }

  @Test
  void carriesAllValuesOver() {
    parameters.constant("a", 1, 2);
    parameters.constant("b", 2, 1);
    List<float[]> values = parameters.values();
    parameters.get("a").set(new float[] {7, 8});
    assertThat(values.get(0)).as("a copy").containsExactly(1, 1);
    parameters.set(List.of(new float[] {5, 6}, new float[] {9}));
    assertThat(parameters.array("a").toFloatArray()).containsExactly(5, 6);
    assertThat(parameters.array("b").toFloatArray()).containsExactly(9);
  }

  @Test
  void refusesValuesOfAnotherModel() {
    parameters.zeros("a", 2);
    assertThatThrownBy(() -> parameters.set(List.of())).hasMessageContaining("1 weights, not 0");
    assertThatThrownBy(() -> parameters.set(List.of(new float[3])))
        .hasMessageContaining("a has 2 values, not 3");
  }

  @Test
  void whatJavaWritesIsWhatNativeCodeComputesWith() {
    Parameter weight = parameters.zeros("w", 3);
    weight.set(new float[] {1, 2, 3});
    assertThat(weight.array().sum().getFloat()).isEqualTo(6);
    weight.array().muli(2);
    assertThat(weight.get()).containsExactly(2, 4, 6);
  }

  @Test
  void halfPrecisionRoundsAndReadsBackWide() {
    try (Parameters half = new Parameters(DataType.FLOAT16, ComputeDevice.CPU)) {
      Parameter weight = half.zeros("w", 2);
      weight.set(new float[] {0.1f, 1_000.3f});
      assertThat(weight.array().getDataType()).isEqualTo(DataType.FLOAT16);
      assertThat(weight.get()[0]).isCloseTo(0.1f, within(1e-4f)).isNotEqualTo(0.1f);
      assertThat(weight.get()[1]).isEqualTo(1_000.5f);
      assertThat(half.device()).isEqualTo(ComputeDevice.CPU);
    }
  }

  @Test
  void onlyTheProcessorSharesItsMemoryWithJava() {
    float[] values = {1, 2};
    try (Parameters here = new Parameters();
        Parameters there = new Parameters(DataType.FLOAT32, ComputeDevice.APART)) {
      assertThat(here.device().sharesMemory()).isTrue();
      assertThat(there.device().sharesMemory()).isFalse();
      Parameter weight = there.zeros("w", 2);
      weight.set(values);
      assertThat(weight.get()).containsExactly(values);
      assertThat(weight.array().toFloatArray()).containsExactly(values);
    }
  }

  @Test
  void aDeviceHasANameAndIsFoundByIt() {
    assertThat(ComputeDevice.of("cpu")).isEqualTo(ComputeDevice.CPU);
    assertThat(ComputeDevice.CPU.isGpu()).isFalse();
    assertThat(ComputeDevice.CPU).hasToString("cpu");
    assertThat(new ComputeDevice(2)).hasToString("gpu:2");
    assertThat(new ComputeDevice(2).isGpu()).isTrue();
    assertThat(ComputeDevice.of(ComputeDevice.of("auto").toString()))
        .isEqualTo(ComputeDevice.of("auto"));
    assertThat(ComputeDevice.of("cpu-apart"))
        .isEqualTo(ComputeDevice.APART)
        .hasToString("cpu-apart");
    assertThat(ComputeDevice.APART.isGpu()).isFalse();
    assertThat(ComputeDevice.requireName("gpu:3")).isEqualTo("gpu:3");
    assertThatThrownBy(() -> ComputeDevice.requireName("tpu")).hasMessageContaining("tpu");
    assertThatThrownBy(() -> ComputeDevice.of("gpu:99"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gpu:99");
  }
}
