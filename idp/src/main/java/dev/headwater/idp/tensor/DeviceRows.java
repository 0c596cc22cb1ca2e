package dev.headwater.idp.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A copy of a table on a device, where the best rows of a query are found by one product over all
 * of them. One writer and any number of readers: a write waits for the searches under way. Meant
 * for a GPU, where the product over a million rows takes less than a search of an index; it
 * computes the same on the processor.
 */
public final class DeviceRows implements AutoCloseable {
  private static final int FIRST_CAPACITY = 1_024;
  private static final float EMPTY = Float.NEGATIVE_INFINITY;

  private final NDManager manager;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final int dim;
  private final DataType type;
  private int capacity = FIRST_CAPACITY;
  private NDArray vectors;
  private NDArray inverseNorms;
  private NDArray bias;
  private boolean closed;

  /**
   * Makes an empty copy.
   *
   * @param dim length of a row
   * @param half whether values take two bytes rather than four
   * @param device where it lives
   */
  public DeviceRows(int dim, boolean half, ComputeDevice device) {
    manager = Torch.newManager(device);
    this.dim = dim;
    this.type = half ? DataType.FLOAT16 : DataType.FLOAT32;
    vectors = manager.zeros(new Shape(capacity, dim), type);
    inverseNorms = manager.zeros(new Shape(capacity), DataType.FLOAT32);
    bias = manager.full(new Shape(capacity), EMPTY, DataType.FLOAT32);
  }

  /** Returns how many rows there is room for at present. */
  public int capacity() {
    return capacity;
  }

  /**
   * Writes rows.
   *
   * @param rows their numbers, each once
   * @param values {@code [rows][dim]}, one after the other
   * @param live which of them hold an item; the others are never found
   */
  public void set(int[] rows, float[] values, boolean[] live) {
    if (rows.length == 0) {
      return;
    }
    lock.writeLock().lock();
    try {
      if (!closed) {
        write(rows, values, live);
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void write(int[] rows, float[] values, boolean[] live) {
    try (NDManager step = manager.newSubManager()) {
      grow(Arrays.stream(rows).max().getAsInt());
      float[] norms = new float[rows.length];
      float[] biases = new float[rows.length];
      for (int i = 0; i < rows.length; i++) {
        norms[i] = inverseNorm(values, i * dim);
        biases[i] = live[i] ? 0 : EMPTY;
      }
      NDIndex at = new NDIndex("{}", step.create(longs(rows)));
      vectors.set(at, step.create(values, new Shape(rows.length, dim)).toType(type, false));
      inverseNorms.set(at, step.create(norms));
      bias.set(at, step.create(biases));
    }
  }

  /**
   * Finds the rows that score highest.
   *
   * @param query {@code [dim]}
   * @param cosine whether a row's score is divided by its length
   * @param count how many; fewer when there are fewer rows
   * @return row numbers, best first; rows without an item come last, if at all; none once closed
   */
  public int[] nearest(float[] query, boolean cosine, int count) {
    lock.readLock().lock();
    try {
      return closed ? new int[0] : found(query, cosine, count);
    } finally {
      lock.readLock().unlock();
    }
  }

  private int[] found(float[] query, boolean cosine, int count) {
    try (NDManager step = manager.newSubManager()) {
      NDArray asked = step.create(query, new Shape(dim, 1)).toType(type, false);
      // The result belongs to the manager of the first operand, which is not this step's.
      NDArray scores = vectors.matMul(asked);
      scores.attach(step);
      scores = scores.reshape(capacity).toType(DataType.FLOAT32, false);
      scores = cosine ? scores.mul(inverseNorms) : scores;
      NDList best = scores.add(bias).topK(Math.min(count, capacity), 0, true, true);
      best.attach(step);
      return ints(best.get(1).toLongArray());
    }
  }

  private void grow(int row) {
    if (row < capacity) {
      return;
    }
    int before = capacity;
    capacity = Math.max(row + 1, before + (before >> 1));
    vectors = grown(vectors, before, manager.zeros(new Shape(capacity, dim), type));
    inverseNorms =
        grown(inverseNorms, before, manager.zeros(new Shape(capacity), DataType.FLOAT32));
    bias = grown(bias, before, manager.full(new Shape(capacity), EMPTY, DataType.FLOAT32));
  }

  private static NDArray grown(NDArray from, int rows, NDArray into) {
    into.set(new NDIndex().addSliceDim(0, rows), from);
    from.close();
    return into;
  }

  private float inverseNorm(float[] values, int from) {
    double square = 0;
    for (int d = 0; d < dim; d++) {
      square += values[from + d] * (double) values[from + d];
    }
    return square > 0 ? (float) (1 / Math.sqrt(square)) : 0;
  }

  private static long[] longs(int[] rows) {
    return Arrays.stream(rows).asLongStream().toArray();
  }

  private static int[] ints(long[] rows) {
    return Arrays.stream(rows).mapToInt(Math::toIntExact).toArray();
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      closed = true;
      manager.close();
    } finally {
      lock.writeLock().unlock();
    }
  }
}
