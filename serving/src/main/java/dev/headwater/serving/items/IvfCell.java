package dev.headwater.serving.items;

import dev.headwater.events.HalfFloat;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The rows around one centroid, in blocks of columns without gaps, as bytes with a scale a row:
 * what a search finds are candidates, whose rows are scored exactly afterwards. So what stands
 * beside the bytes of a row has two bytes a number: eight with its own number. How far rows lie
 * from the centroid is summed up and not kept: it is reckoned from the bytes, which say the same
 * when a row comes and when it goes. One writer, many readers.
 */
final class IvfCell {
  static final int ROWS = 64;

  private final int dim;
  private final ToDoubleFunction<float[]> square;
  private volatile Block[] blocks = new Block[0];
  private volatile int size;
  private double squares;

  private static final class Block {
    private final byte[] values;

    /** The upper halves of floats: as far as those reach, and off by a 128th. */
    private final short[] scales = new short[ROWS];

    /** Of the bytes alone, in half precision: 127 times the root of the dimensions at most. */
    private final short[] lengths = new short[ROWS];

    private final int[] rows = new int[ROWS];

    Block(int dim) {
      values = new byte[dim * ROWS];
    }
  }

  /**
   * Begins without rows.
   *
   * @param square of a row's distance to the centroid
   */
  IvfCell(int dim, ToDoubleFunction<float[]> square) {
    this.dim = dim;
    this.square = square;
  }

  /** Returns how many rows lie here. */
  int size() {
    return size;
  }

  /** Returns how far rows lie from the centroid along one dimension, root mean square. */
  float spread() {
    return size == 0 ? 0 : (float) Math.sqrt(Math.max(0, squares) / size / dim);
  }

  /** Returns the rows that lie here. */
  int[] rows() {
    return IntStream.range(0, size).map(at -> blocks[at / ROWS].rows[at % ROWS]).toArray();
  }

  /** Appends a row. */
  void add(int row, float[] vector) {
    int place = size;
    Block[] all = blocks;
    if (place / ROWS == all.length) {
      all = Arrays.copyOf(all, all.length + 1);
      all[all.length - 1] = new Block(dim);
      blocks = all;
    }
    put(place, row, vector);
    size = place + 1;
  }

  void write(int place, int row, float[] vector) {
    squares -= square(place);
    put(place, row, vector);
  }

  private double square(int place) {
    Block block = blocks[place / ROWS];
    int at = place % ROWS;
    float scale = widened(block.scales[at]);
    float[] vector = new float[dim];
    for (int d = 0; d < dim; d++) {
      vector[d] = block.values[d * ROWS + at] * scale;
    }
    return square.applyAsDouble(vector);
  }

  private void put(int place, int row, float[] vector) {
    Block block = blocks[place / ROWS];
    int at = place % ROWS;
    float largest = 0;
    for (float value : vector) {
      largest = Math.max(largest, Math.abs(value));
    }
    block.scales[at] = narrowed(largest / Byte.MAX_VALUE);
    float scale = widened(block.scales[at]);
    int sum = 0;
    for (int d = 0; d < dim; d++) {
      int value = scale == 0 ? 0 : Math.round(vector[d] / scale);
      block.values[d * ROWS + at] = (byte) value;
      sum += value * value;
    }
    block.lengths[at] = HalfFloat.fromFloat((float) Math.sqrt(sum));
    block.rows[at] = row;
    squares += square(place);
  }

  /**
   * Rounds up what is not negative: bytes are made with the scale that is kept, so that none is too
   * large and scores are off by no more than that.
   */
  private static short narrowed(float value) {
    return (short) ((Float.floatToRawIntBits(value) + 0xffff) >>> Short.SIZE);
  }

  private static float widened(short upper) {
    return Float.intBitsToFloat(upper << Short.SIZE);
  }

  /** Returns the place of a row that lies here: it is looked for, which only a change costs. */
  int place(int row) {
    Block[] all = blocks;
    int count = size;
    for (int start = 0; start < count; start += ROWS) {
      int[] rows = all[start / ROWS].rows;
      int end = Math.min(ROWS, count - start);
      for (int at = 0; at < end; at++) {
        if (rows[at] == row) {
          return start + at;
        }
      }
    }
    throw new IllegalStateException("row " + row + " is not in its cell");
  }

  /** Takes a place away: the last row moves there. */
  void take(int place) {
    int last = size - 1;
    Block from = blocks[last / ROWS];
    int at = last % ROWS;
    squares = last == 0 ? 0 : squares - square(place);
    if (place != last) {
      Block to = blocks[place / ROWS];
      int hole = place % ROWS;
      for (int d = 0; d < dim; d++) {
        to.values[d * ROWS + hole] = from.values[d * ROWS + at];
      }
      to.scales[hole] = from.scales[at];
      to.lengths[hole] = from.lengths[at];
      to.rows[hole] = from.rows[at];
    }
    size = last;
    if (last % ROWS == 0) {
      blocks = Arrays.copyOf(blocks, last / ROWS);
    }
  }

  void search(float[] query, Measure measure, RowFilter rows, TopK best, float[] out) {
    Block[] all = blocks;
    int count = Math.min(size, all.length * ROWS);
    for (int start = 0; start < count; start += ROWS) {
      Block block = all[start / ROWS];
      Kernel.BEST.scores(query, block.values, out);
      if (measure == Measure.COSINE) {
        divide(out, block.lengths);
      } else {
        multiply(out, block.scales);
      }
      int end = Math.min(ROWS, count - start);
      float threshold = best.threshold();
      for (int at = 0; at < end; at++) {
        if (out[at] >= threshold && rows.allows(block.rows[at])) {
          best.offer(block.rows[at], out[at]);
          threshold = best.threshold();
        }
      }
    }
  }

  private static void multiply(float[] scores, short[] scales) {
    for (int at = 0; at < ROWS; at++) {
      scores[at] *= widened(scales[at]);
    }
  }

  /** Bytes of length 0 score 0 already. */
  private static void divide(float[] scores, short[] lengths) {
    for (int at = 0; at < ROWS; at++) {
      scores[at] /= Math.max(1, Kernel.widened(lengths[at]));
    }
  }

  /** Writes all rows, as no writer changes them meanwhile. */
  void save(StateOutput state) {
    state.putInt(size);
    state.putLong(Double.doubleToRawLongBits(squares));
    for (Block block : blocks) {
      state.put(block.values, block.values.length);
      state.put(block.scales, ROWS);
      state.put(block.lengths, ROWS);
      state.put(block.rows, ROWS);
    }
  }

  /** Reads rows that were written; before anybody searches. */
  void load(StateInput state) {
    int count = state.getCount(Integer.MAX_VALUE - ROWS);
    squares = Double.longBitsToDouble(state.getLong());
    Block[] all = new Block[(count + ROWS - 1) / ROWS];
    for (int b = 0; b < all.length; b++) {
      Block block = new Block(dim);
      state.get(block.values, block.values.length);
      state.get(block.scales, ROWS);
      state.get(block.lengths, ROWS);
      state.get(block.rows, ROWS);
      all[b] = block;
    }
    blocks = all;
    size = count;
  }
}
