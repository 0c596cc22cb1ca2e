package dev.headwater.idp.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * A growing matrix of rows in one piece of shared memory. Not safe for many threads: whoever uses
 * it says who may.
 */
public final class Rows implements AutoCloseable {
  private static final int MIN_CAPACITY = 16;

  private final NDManager manager = Torch.newManager();
  private final int dim;
  private int capacity;
  private SharedFloats memory;

  /** Allocates zeros. */
  public Rows(int dim, int capacity) {
    this.dim = dim;
    this.capacity = Math.max(MIN_CAPACITY, capacity);
    this.memory = new SharedFloats(manager, new Shape(this.capacity, dim));
  }

  /** Length of a row. */
  public int dim() {
    return dim;
  }

  /** How many rows there is room for. */
  public int capacity() {
    return capacity;
  }

  /** All rows {@code [capacity, dim]}; changes when the matrix grows. */
  public NDArray array() {
    return memory.array();
  }

  /**
   * Rows by number, where a step computes: looked up in the shared memory, or copied from it to a
   * device that does not share it.
   *
   * @param step whose arrays live on {@code device}
   * @param numbers one a line of the result, below {@link #capacity}
   * @param lines shape of the result but for its last axis, which is {@link #dim}
   */
  public NDArray gather(NDManager step, ComputeDevice device, long[] numbers, Shape lines) {
    if (device.sharesMemory()) {
      return Torch.rows(step.create(numbers, lines), array());
    }
    float[] values = new float[Math.multiplyExact(numbers.length, dim)];
    for (int i = 0; i < numbers.length; i++) {
      get(Math.toIntExact(numbers[i]), values, i * dim);
    }
    return step.create(values, lines.add(dim));
  }

  /** Makes room for a row, moving all rows to a larger piece if need be. */
  public void ensure(int row) {
    if (row < capacity) {
      return;
    }
    int larger = Math.max(row + 1, capacity + (capacity >> 1));
    SharedFloats next = new SharedFloats(manager, new Shape(larger, dim));
    next.floats().put(0, memory.floats(), 0, memory.size());
    memory.close();
    memory = next;
    capacity = larger;
  }

  /** Writes a row. */
  public void set(int row, float[] values) {
    if (values.length != dim) {
      throw new IllegalArgumentException("a row has " + dim + " values, not " + values.length);
    }
    set(row, values, 0);
  }

  /** Writes a row from {@code source[offset ..]}. */
  public void set(int row, float[] source, int offset) {
    memory.floats().put(row * dim, source, offset, dim);
  }

  /** Reads a row into {@code target[offset ..]}. */
  public void get(int row, float[] target, int offset) {
    memory.floats().get(row * dim, target, offset, dim);
  }

  /** A copy of a row. */
  public float[] get(int row) {
    float[] copy = new float[dim];
    get(row, copy, 0);
    return copy;
  }

  @Override
  public void close() {
    memory.close();
    manager.close();
  }
}
