package dev.headwater.idp.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

/**
 * A named weight that can be trained. On the processor its four-byte values stand in shared memory,
 * so that an optimiser written in Java updates what native code computes with; in half precision,
 * and on another device, they are copied there by {@link #set}.
 */
public final class Parameter implements AutoCloseable {
  private final String name;
  private final Shape shape;
  private final @Nullable SharedFloats shared;
  private final NDArray array;
  private boolean fixed;

  /** Allocates zeros. */
  Parameter(NDManager manager, ComputeDevice device, String name, Shape shape, DataType type) {
    this.name = name;
    this.shape = shape;
    boolean share = type == DataType.FLOAT32 && device.sharesMemory();
    this.shared = share ? new SharedFloats(manager, shape) : null;
    this.array = shared == null ? manager.zeros(shape, type) : shared.array();
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
    return Math.toIntExact(shape.size());
  }

  /** The array to compute with. */
  public NDArray array() {
    return array;
  }

  /** Copies the values out. */
  public float[] get() {
    if (shared == null) {
      try (NDArray wide = array.toType(DataType.FLOAT32, true)) {
        return wide.toFloatArray();
      }
    }
    float[] copy = new float[size()];
    shared.floats().get(0, copy);
    return copy;
  }

  /** Sets all values. */
  public void set(float[] source) {
    if (source.length != size()) {
      throw new IllegalArgumentException(name + " has " + size() + " values, not " + source.length);
    }
    if (shared != null) {
      shared.floats().put(0, source);
      return;
    }
    try (NDArray wide = array.getManager().create(source, shape);
        NDArray narrow = wide.toType(array.getDataType(), true)) {
      array.set(new NDIndex("..."), narrow);
    }
  }

  /** Whether backward collects a gradient for it; never for one that is {@link #fix fixed}. */
  public void setTrainable(boolean trainable) {
    array().setRequiresGradient(trainable && !fixed);
  }

  /** Keeps it as it is, whatever trains the model. */
  public void fix() {
    fixed = true;
    setTrainable(false);
  }

  /** Whether it stays as it is. */
  public boolean isFixed() {
    return fixed;
  }

  @Override
  public void close() {
    array.close();
  }
}
