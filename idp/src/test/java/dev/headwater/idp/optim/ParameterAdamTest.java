package dev.headwater.idp.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.headwater.idp.tensor.Parameter;
import dev.headwater.idp.tensor.Parameters;
import dev.headwater.idp.tensor.Torch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ParameterAdamTest {
  private static final AdamConfig CONFIG = AdamConfig.defaults();
  private static final float RATE = 0.1f;

  private final Parameters parameters = new Parameters();
  private final Parameter weight = parameters.constant("weight", 1, 2);
  private final Parameter idle = parameters.constant("idle", 5, 1);

  @AfterEach
  void close() {
    parameters.close();
  }

  @Test
  void takesTheStepsOfTheFormula() {
    weight.setTrainable(true);
    ParameterAdam adam = new ParameterAdam(CONFIG, parameters);
    float[][] gradients = {{2, -1}, {0.5f, -3}, {-1, 0}};
    double[] value = {1, 1};
    double[] m = new double[2];
    double[] v = new double[2];
    for (int step = 1; step <= gradients.length; step++) {
      backward(gradients[step - 1]);
      adam.step(RATE);
      for (int k = 0; k < 2; k++) {
        double g = gradients[step - 1][k];
        m[k] = 0.9 * m[k] + 0.1 * g;
        v[k] = 0.98 * v[k] + 0.02 * g * g;
        double mean = m[k] / (1 - Math.pow(0.9, step));
        double square = v[k] / (1 - Math.pow(0.98, step));
        value[k] -= RATE * mean / (Math.sqrt(square) + 1e-8);
        assertThat((double) weight.get()[k]).isCloseTo(value[k], within(1e-4));
      }
    }
    assertThat(adam.steps()).isEqualTo(3);
  }

  @Test
  void aWeightWithoutAGradientStays() {
    weight.setTrainable(true);
    ParameterAdam adam = new ParameterAdam(CONFIG, parameters);
    backward(new float[] {2, -1});
    adam.step(RATE);
    assertThat(idle.get()).containsExactly(5);
  }

  @Test
  void aGradientIsForgottenOnceItWasUsed() {
    weight.setTrainable(true);
    ParameterAdam adam = new ParameterAdam(AdamConfig.forStreams(), parameters);
    backward(new float[] {2, -1});
    adam.step(RATE);
    float[] after = weight.get();
    adam.step(RATE);
    assertThat(weight.get()).containsExactly(after, within(1e-6f));
  }

  @Test
  void goesOnFromItsMoments() {
    weight.setTrainable(true);
    ParameterAdam whole = new ParameterAdam(CONFIG, parameters);
    backward(new float[] {2, -1});
    whole.step(RATE);
    float[] middle = weight.get();
    List<float[]> moments = new ArrayList<>();
    whole.moments().forEach(moment -> moments.add(moment.clone()));
    long steps = whole.steps();
    backward(new float[] {0.5f, 4});
    whole.step(RATE);
    float[] expected = weight.get();
    weight.set(middle);
    ParameterAdam resumed = new ParameterAdam(CONFIG, parameters);
    resumed.restore(moments, steps);
    backward(new float[] {0.5f, 4});
    resumed.step(RATE);
    assertThat(weight.get()).containsExactly(expected);
    assertThat(resumed.steps()).isEqualTo(2);
  }

  /** Leaves a gradient as a loss would. */
  private void backward(float[] gradient) {
    try (NDManager step = Torch.newManager()) {
      NDArray output = Torch.recording(true, () -> step.ones(weight.shape()).mul(weight.array()));
      Torch.backward(output, step.create(gradient));
    }
  }
}
