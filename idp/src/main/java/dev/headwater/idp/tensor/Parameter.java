package dev.headwater.idp.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * A named weight that can be trained. Its values stand in shared memory, so that an optimiser
 * written in Java updates what native code computes with.
 */
public final class Parameter implements AutoCloseable {
  private final String name;
  private final Shape shape;
  private final SharedFloats values;

  /** Allocates zeros. */
  public Parameter(NDManager manager, String name, Shape shape) {
    this.name = name;
    this.shape = shape;
    this.values = new SharedFloats(manager, shape);
  }

  /** Its name, unique within a model. */
  public String name() {
    return name;
  }

  /** Its shape. */
  public Shape shape() {
    return shape;
  }

  /** The number of values. */
  public int size() {
    return values.size();
  }

  /** The array to compute with. */
  public NDArray array() {
    return values.array();
  }

  /** Copies the values out. */
  public float[] get() {
    float[] copy = new float[size()];
    values.floats().get(0, copy);
    return copy;
  }

  /** Sets all values. */
  public void set(float[] source) {
    if (source.length != size()) {
      throw new IllegalArgumentException(name + " has " + size() + " values, not " + source.length);
    }
    values.floats().put(0, source);
  }

  /** Whether backward collects a gradient for it. */
  public void setTrainable(boolean trainable) {
    array().setRequiresGradient(trainable);
  }

  @Override
  public void close() {
    values.close();
  }
}
