package dev.headwater.serving.items;

import dev.headwater.events.HalfFloat;

/**
 * The values of the rows of one block, row after row, exactly or in half precision: two bytes a
 * value, a relative error of 2^-11 at most. One writer; who reads beside it sees to it that no row
 * is half of one and half of another.
 */
abstract class RowValues {
  /** Bytes that a processor reads at a time. */
  private static final int LINE = 64;

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

  /** Writes a row, as exactly as it is kept. */
  abstract void write(int row, float[] vector);

  /** Copies a row. */
  abstract void read(int row, float[] into);

  /** Computes the dot product of a query with a row. */
  abstract float dot(float[] query, int row);

  /** Looks at what lies in each of a row's lines of the cache, and says nothing. */
  abstract float touch(int row);

  /** Writes all rows. */
  abstract void save(StateOutput state);

  /** Reads rows that were written. */
  abstract void load(StateInput state);

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

    @Override
    float touch(int row) {
      float touched = values[(row + 1) * dim - 1];
      for (int at = row * dim; at < (row + 1) * dim; at += LINE / Float.BYTES) {
        touched += values[at];
      }
      return touched;
    }

    @Override
    void save(StateOutput state) {
      state.put(values, values.length);
    }

    @Override
    void load(StateInput state) {
      state.get(values, values.length);
    }
  }

  private static final class Halves extends RowValues {
    /** What is larger becomes the largest: an infinite value would hide all others. */
    private static final float LARGEST = 65_504;

    private final short[] values;

    Halves(int rows, int dim) {
      super(dim);
      values = new short[rows * dim];
    }

    @Override
    void write(int row, float[] vector) {
      int from = row * dim;
      for (int d = 0; d < dim; d++) {
        float bounded = Math.max(-LARGEST, Math.min(LARGEST, vector[d]));
        values[from + d] = HalfFloat.fromFloat(bounded);
      }
    }

    @Override
    void read(int row, float[] into) {
      Kernel.BEST.widen(values, row * dim, dim, into);
    }

    @Override
    float dot(float[] query, int row) {
      return Kernel.BEST.dot(query, values, row * dim);
    }

    @Override
    float touch(int row) {
      int touched = values[(row + 1) * dim - 1];
      for (int at = row * dim; at < (row + 1) * dim; at += LINE / Short.BYTES) {
        touched += values[at];
      }
      return touched;
    }

    @Override
    void save(StateOutput state) {
      state.put(values, values.length);
    }

    @Override
    void load(StateInput state) {
      state.get(values, values.length);
    }
  }
}
