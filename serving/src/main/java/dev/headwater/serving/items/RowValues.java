package dev.headwater.serving.items;

import dev.headwater.events.HalfFloat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/**
 * The values of the rows of one block, row after row, exactly or in half precision: two bytes a
 * value, a relative error of 2^-11 at most. One writer; who reads beside it sees to it that no row
 * is half of one and half of another.
 */
abstract class RowValues {
  /** What is larger becomes the largest: an infinite value would hide all others. */
  private static final float LARGEST_HALF = 65_504;

  final int dim;

  private RowValues(int dim) {
    this.dim = dim;
  }

  /**
   * Room for rows of zeros.
   *
   * @param half whether a value takes two bytes
   */
  static RowValues of(int rows, int dim, boolean half) {
    return half ? new Halves(rows, dim) : new Floats(rows, dim);
  }

  /** The same outside of the heap: a row is copied before it is scored. */
  static RowValues of(int rows, int dim, boolean half, Slabs room) {
    return half
        ? new PackedHalves(room.part(rows * dim * Short.BYTES), dim)
        : new PackedFloats(room.part(rows * dim * Float.BYTES), dim);
  }

  private static short half(float value) {
    return HalfFloat.fromFloat(Math.max(-LARGEST_HALF, Math.min(LARGEST_HALF, value)));
  }

  /** Writes a row, as exactly as it is kept. */
  abstract void write(int row, float[] vector);

  /** Copies a row. */
  abstract void read(int row, float[] into);

  /** Computes the dot product of a query with a row. */
  abstract float dot(float[] query, int row);

  private static final class Floats extends RowValues {
    private final float[] values;

    Floats(int rows, int dim) {
      super(dim);
      values = new float[rows * dim];
    }

    @Override
    void write(int row, float[] vector) {
      System.arraycopy(vector, 0, values, row * dim, dim);
    }

    @Override
    void read(int row, float[] into) {
      System.arraycopy(values, row * dim, into, 0, dim);
    }

    @Override
    float dot(float[] query, int row) {
      return Kernel.BEST.dot(query, values, row * dim);
    }
  }

  private static final class Halves extends RowValues {
    private final short[] values;

    Halves(int rows, int dim) {
      super(dim);
      values = new short[rows * dim];
    }

    @Override
    void write(int row, float[] vector) {
      int from = row * dim;
      for (int d = 0; d < dim; d++) {
        values[from + d] = half(vector[d]);
      }
    }

    @Override
    void read(int row, float[] into) {
      int from = row * dim;
      for (int d = 0; d < dim; d++) {
        into[d] = HalfFloat.toFloat(values[from + d]);
      }
    }

    @Override
    float dot(float[] query, int row) {
      return Kernel.BEST.dot(query, values, row * dim);
    }
  }

  private static final class PackedFloats extends RowValues {
    private static final ThreadLocal<float[]> ROW = ThreadLocal.withInitial(() -> new float[0]);

    private final FloatBuffer values;

    PackedFloats(ByteBuffer bytes, int dim) {
      super(dim);
      values = bytes.order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    @Override
    void write(int row, float[] vector) {
      values.put(row * dim, vector, 0, dim);
    }

    @Override
    void read(int row, float[] into) {
      values.get(row * dim, into, 0, dim);
    }

    @Override
    float dot(float[] query, int row) {
      float[] copy = ROW.get();
      if (copy.length < dim) {
        copy = new float[dim];
        ROW.set(copy);
      }
      read(row, copy);
      return Kernel.BEST.dot(query, copy, 0);
    }
  }

  private static final class PackedHalves extends RowValues {
    private static final ThreadLocal<short[]> ROW = ThreadLocal.withInitial(() -> new short[0]);

    private final ShortBuffer values;

    PackedHalves(ByteBuffer bytes, int dim) {
      super(dim);
      values = bytes.order(ByteOrder.nativeOrder()).asShortBuffer();
    }

    private short[] copy(int row) {
      short[] copy = ROW.get();
      if (copy.length < dim) {
        copy = new short[dim];
        ROW.set(copy);
      }
      values.get(row * dim, copy, 0, dim);
      return copy;
    }

    @Override
    void write(int row, float[] vector) {
      for (int d = 0; d < dim; d++) {
        values.put(row * dim + d, half(vector[d]));
      }
    }

    @Override
    void read(int row, float[] into) {
      short[] copy = copy(row);
      for (int d = 0; d < dim; d++) {
        into[d] = HalfFloat.toFloat(copy[d]);
      }
    }

    @Override
    float dot(float[] query, int row) {
      return Kernel.BEST.dot(query, copy(row), 0);
    }
  }
}
