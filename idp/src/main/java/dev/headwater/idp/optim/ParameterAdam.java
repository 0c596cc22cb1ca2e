package dev.headwater.idp.optim;

import ai.djl.ndarray.NDArray;
import dev.headwater.idp.tensor.Parameter;
import dev.headwater.idp.tensor.Parameters;
import dev.headwater.idp.tensor.Torch;
import java.util.ArrayList;
import java.util.List;

/** Adam over all weights of a model. For one thread. */
public final class ParameterAdam {
  private final AdamConfig config;
  private final Parameters parameters;
  private final List<float[]> first = new ArrayList<>();
  private final List<float[]> second = new ArrayList<>();
  private long steps;

  /** Starts with no memory. */
  public ParameterAdam(AdamConfig config, Parameters parameters) {
    this.config = config;
    this.parameters = parameters;
    for (Parameter parameter : parameters.all()) {
      first.add(new float[parameter.size()]);
      second.add(new float[parameter.size()]);
    }
  }

  /** Takes a step along the gradients that backward left, and forgets them. */
  public void step(float learningRate) {
    steps++;
    float rate = (float) (learningRate / (1 - Math.pow(config.beta1(), (double) steps)));
    float correction = (float) (1 / (1 - Math.pow(config.beta2(), (double) steps)));
    int i = 0;
    for (Parameter parameter : parameters.all()) {
      if (parameter.array().hasGradient()) {
        step(parameter, first.get(i), second.get(i), rate, correction);
      }
      i++;
    }
  }

  /** The moments, first then second for each weight, to keep in a checkpoint. */
  public List<float[]> moments() {
    List<float[]> moments = new ArrayList<>();
    for (int i = 0; i < first.size(); i++) {
      moments.add(first.get(i));
      moments.add(second.get(i));
    }
    return moments;
  }

  /** How many steps were taken. */
  public long steps() {
    return steps;
  }

  /** Goes on from a checkpoint. */
  public void restore(List<float[]> moments, long taken) {
    for (int i = 0; i < first.size(); i++) {
      System.arraycopy(moments.get(2 * i), 0, first.get(i), 0, first.get(i).length);
      System.arraycopy(moments.get(2 * i + 1), 0, second.get(i), 0, second.get(i).length);
    }
    steps = taken;
  }

  private void step(Parameter parameter, float[] m, float[] v, float rate, float correction) {
    float[] gradient = new float[m.length];
    try (NDArray array = parameter.array().getGradient()) {
      Torch.copyTo(array, gradient);
    }
    float[] values = parameter.get();
    float b1 = config.beta1();
    float b2 = config.beta2();
    for (int k = 0; k < m.length; k++) {
      float g = gradient[k];
      m[k] = b1 * m[k] + (1 - b1) * g;
      v[k] = b2 * v[k] + (1 - b2) * g * g;
      values[k] -= rate * m[k] / ((float) Math.sqrt(v[k] * correction) + config.epsilon());
    }
    parameter.set(values);
    Torch.zeroGradient(parameter.array());
  }
}
