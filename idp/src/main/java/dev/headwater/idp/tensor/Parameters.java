package dev.headwater.idp.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The weights of one model by name, in a fixed order. Reading is safe for many threads. */
public final class Parameters implements AutoCloseable {
  private final NDManager manager;
  private final ComputeDevice device;
  private final DataType type;
  private final Map<String, Parameter> byName = new LinkedHashMap<>();

  /** Will hold weights of four bytes. */
  public Parameters() {
    this(DataType.FLOAT32, ComputeDevice.CPU);
  }

  /**
   * Will hold weights of a type.
   *
   * @param type {@code FLOAT32}, or {@code FLOAT16} for weights that nobody trains
   * @param device where they live; those that are trained, on the processor
   */
  public Parameters(DataType type, ComputeDevice device) {
    this.type = type;
    this.device = device;
    this.manager = Torch.newManager(device);
  }

  /** Where all weights live. */
  public ComputeDevice device() {
    return device;
  }

  /** The type of all weights. */
  public DataType type() {
    return type;
  }

  /** Adds a weight of zeros. */
  public Parameter zeros(String name, long... shape) {
    Parameter parameter = new Parameter(manager, device, name, new Shape(shape), type);
    if (byName.put(name, parameter) != null) {
      throw new IllegalArgumentException("two weights are called " + name);
    }
    return parameter;
  }

  /** Adds a weight of equal values. */
  public Parameter constant(String name, float value, long... shape) {
    Parameter parameter = zeros(name, shape);
    float[] values = new float[parameter.size()];
    Arrays.fill(values, value);
    parameter.set(values);
    return parameter;
  }

  /** Adds a weight drawn from a normal distribution round zero. */
  public Parameter normal(String name, RandomGenerator random, double deviation, long... shape) {
    Parameter parameter = zeros(name, shape);
    float[] values = new float[parameter.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * deviation);
    }
    parameter.set(values);
    return parameter;
  }

  /** Adds a matrix that is drawn in the same way, and one more on its diagonal. */
  public Parameter diagonal(
      String name, RandomGenerator random, double deviation, long rows, long columns) {
    Parameter parameter = normal(name, random, deviation, rows, columns);
    float[] values = parameter.get();
    for (int i = 0; i < Math.min(rows, columns); i++) {
      values[(int) (i * columns + i)] += 1;
    }
    parameter.set(values);
    return parameter;
  }

  /** The array of a weight that exists. */
  public NDArray array(String name) {
    return get(name).array();
  }

  /** A weight that exists. */
  public Parameter get(String name) {
    Parameter parameter = byName.get(name);
    if (parameter == null) {
      throw new IllegalArgumentException("no weight is called " + name);
    }
    return parameter;
  }

  /** All weights, in the order they were added. */
  public Collection<Parameter> all() {
    return Collections.unmodifiableCollection(byName.values());
  }

  /** Switches training of all weights. */
  public void setTrainable(boolean trainable) {
    byName.values().forEach(parameter -> parameter.setTrainable(trainable));
  }

  /** Copies all values out, in order. */
  public List<float[]> values() {
    List<float[]> values = new ArrayList<>();
    byName.values().forEach(parameter -> values.add(parameter.get()));
    return values;
  }

  /** Sets all values from what {@link #values} of an equal model gave. */
  public void set(List<float[]> values) {
    if (values.size() != byName.size()) {
      throw new IllegalArgumentException(
          "the model has " + byName.size() + " weights, not " + values.size());
    }
    int i = 0;
    for (Parameter parameter : byName.values()) {
      parameter.set(values.get(i++));
    }
  }

  @Override
  public void close() {
    byName.values().forEach(Parameter::close);
    manager.close();
  }
}
