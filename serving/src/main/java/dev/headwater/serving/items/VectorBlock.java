package dev.headwater.serving.items;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Vectors of {@link #ROWS} rows, row after row, for who reads single rows: in columns each value of
 * a row is in another cache line. One writer; readers take no lock. A scan may see half of a new
 * vector; {@link #read} never does, so scans choose candidates and {@code read} decides.
 */
final class VectorBlock {
  static final int ROWS = 256;

  /** A row that is written for the first time, or emptied, has moved by this. */
  private static final double STEP_MAX = 2;

  private static final VarHandle CODE = MethodHandles.arrayElementVarHandle(int[].class);
  private static final VarHandle STAMP = MethodHandles.arrayElementVarHandle(short[].class);
  private static final VarHandle TRAVELLED = MethodHandles.arrayElementVarHandle(float[].class);

  private final int dim;
  private final RowValues values;
  private final int[] codes = new int[ROWS];

  /** Odd while a row is written; who reads a row does not take as long as 32,768 writes of it. */
  private final short[] stamps = new short[ROWS];

  /**
   * Steps too small to be told beside all that came before are lost: those of a history are too.
   */
  private final float[] travelled = new float[ROWS];

  VectorBlock(int dim, boolean half) {
    this.dim = dim;
    this.values = RowValues.of(ROWS, dim, half);
    Arrays.fill(codes, ItemIds.UNKNOWN);
  }

  /** Computes the dot product of a query with each row. */
  void scores(float[] query, float[] out) {
    for (int row = 0; row < ROWS; row++) {
      out[row] = values.dot(query, row);
    }
  }

  /**
   * Divides the dot product with each row by the row's length, which is reckoned and not kept: four
   * bytes a row, for those who look at every row.
   */
  void divideByLengths(float[] products) {
    float[] vector = new float[dim];
    for (int row = 0; row < ROWS; row++) {
      values.read(row, vector);
      double length = Math.sqrt(values.dot(vector, row));
      products[row] = length > 0 ? (float) (products[row] / length) : 0;
    }
  }

  /** Returns the code of the item in a row, {@link ItemIds#UNKNOWN} when it is empty. */
  int code(int row) {
    return (int) CODE.getAcquire(codes, row);
  }

  /** Returns how far the row has moved since it was first written, in parts of its length. */
  double travelled(int row) {
    return (float) TRAVELLED.getOpaque(travelled, row);
  }

  /** Writes a row (writer only). */
  void write(int row, int code, float[] vector) {
    float[] before = new float[dim];
    values.read(row, before);
    short stamp = stamps[row];
    STAMP.setOpaque(stamps, row, (short) (stamp + 1));
    VarHandle.storeStoreFence();
    values.write(row, vector);
    float[] written = new float[dim];
    values.read(row, written);
    double moved = 0;
    double length = 0;
    for (int d = 0; d < dim; d++) {
      double difference = written[d] - before[d];
      moved += difference * difference;
      length += written[d] * (double) written[d];
    }
    CODE.setRelease(codes, row, code);
    STAMP.setRelease(stamps, row, (short) (stamp + 2));
    double step = Math.sqrt(moved / Math.max(length, 1e-12));
    TRAVELLED.setOpaque(travelled, row, (float) (travelled[row] + Math.min(step, STEP_MAX)));
  }

  /** Empties a row (writer only). */
  void clear(int row) {
    write(row, ItemIds.UNKNOWN, new float[dim]);
  }

  /**
   * Copies a row as it was at one moment.
   *
   * @return the code of its item, {@link ItemIds#UNKNOWN} when the row is empty
   */
  int read(int row, float[] into) {
    while (true) {
      short before = (short) STAMP.getAcquire(stamps, row);
      if ((before & 1) == 0) {
        int code = codes[row];
        values.read(row, into);
        VarHandle.loadLoadFence();
        if ((short) STAMP.getOpaque(stamps, row) == before) {
          return code;
        }
      }
      Thread.onSpinWait();
    }
  }

  /** Looks at what {@link #dot} reads of a row, so that it is near by then; says nothing. */
  float touch(int row) {
    return stamps[row] + codes[row] + values.touch(row);
  }

  /**
   * Computes the dot product of a query with a row as it was at one moment.
   *
   * @return {@link Float#NaN} when the row is not the item's
   */
  float dot(int row, int code, float[] query) {
    while (true) {
      short before = (short) STAMP.getAcquire(stamps, row);
      if ((before & 1) == 0) {
        float dot = codes[row] == code ? values.dot(query, row) : Float.NaN;
        VarHandle.loadLoadFence();
        if ((short) STAMP.getOpaque(stamps, row) == before) {
          return dot;
        }
      }
      Thread.onSpinWait();
    }
  }

  /** Writes all rows, as no writer changes them meanwhile. */
  void save(StateOutput state) {
    state.put(codes, ROWS);
    state.put(travelled, ROWS);
    values.save(state);
  }

  /** Reads rows that were written; before anybody else reads. */
  void load(StateInput state) {
    state.get(codes, ROWS);
    state.get(travelled, ROWS);
    values.load(state);
  }
}
