package dev.headwater.serving.items;

import java.util.Arrays;

/**
 * The rows around one centroid, in blocks of columns without gaps, as bytes with a scale a row:
 * what a search finds are candidates, whose rows are scored exactly afterwards. One writer, many
 * readers.
 */
final class IvfCell {
  static final int ROWS = 64;

  private final int dim;
  private volatile Block[] blocks = new Block[0];
  private volatile int size;
  private double squares;

  private static final class Block {
    private final byte[] values;
    private final float[] scales = new float[ROWS];
    private final float[] inverseNorms = new float[ROWS];
    private final float[] squares = new float[ROWS];
    private final int[] rows = new int[ROWS];

    Block(int dim) {
      values = new byte[dim * ROWS];
    }
  }

  IvfCell(int dim) {
    this.dim = dim;
  }

  /** Returns how many rows lie here. */
  int size() {
    return size;
  }

  /** Returns how far rows lie from the centroid along one dimension, root mean square. */
  float spread() {
    return size == 0 ? 0 : (float) Math.sqrt(Math.max(0, squares) / size / dim);
  }

  /**
   * Appends a row and returns its place.
   *
   * @param square of the row's distance to the centroid
   */
  int add(int row, float[] vector, float square) {
    int place = size;
    Block[] all = blocks;
    if (place / ROWS == all.length) {
      all = Arrays.copyOf(all, all.length + 1);
      all[all.length - 1] = new Block(dim);
      blocks = all;
    }
    put(place, row, vector, square);
    size = place + 1;
    return place;
  }

  void write(int place, int row, float[] vector, float square) {
    squares -= blocks[place / ROWS].squares[place % ROWS];
    put(place, row, vector, square);
  }

  private void put(int place, int row, float[] vector, float distance) {
    Block block = blocks[place / ROWS];
    int at = place % ROWS;
    squares += distance;
    block.squares[at] = distance;
    double square = 0;
    float largest = 0;
    for (float value : vector) {
      largest = Math.max(largest, Math.abs(value));
      square += value * (double) value;
    }
    float scale = largest / Byte.MAX_VALUE;
    for (int d = 0; d < dim; d++) {
      block.values[d * ROWS + at] = scale == 0 ? 0 : (byte) Math.round(vector[d] / scale);
    }
    block.scales[at] = scale;
    block.inverseNorms[at] = square > 0 ? (float) (1 / Math.sqrt(square)) : 0;
    block.rows[at] = row;
  }

  /**
   * Takes a place away: the last row moves there.
   *
   * @return the row that moved, -1 when it was the last itself
   */
  int take(int place) {
    int last = size - 1;
    Block from = blocks[last / ROWS];
    int at = last % ROWS;
    int moved = -1;
    squares -= blocks[place / ROWS].squares[place % ROWS];
    if (place != last) {
      Block to = blocks[place / ROWS];
      int hole = place % ROWS;
      to.squares[hole] = from.squares[at];
      for (int d = 0; d < dim; d++) {
        to.values[d * ROWS + hole] = from.values[d * ROWS + at];
      }
      to.scales[hole] = from.scales[at];
      to.inverseNorms[hole] = from.inverseNorms[at];
      moved = from.rows[at];
      to.rows[hole] = moved;
    }
    size = last;
    if (last % ROWS == 0) {
      blocks = Arrays.copyOf(blocks, last / ROWS);
    }
    return moved;
  }

  void search(float[] query, Measure measure, RowFilter rows, TopK best, float[] out) {
    Block[] all = blocks;
    int count = Math.min(size, all.length * ROWS);
    for (int start = 0; start < count; start += ROWS) {
      Block block = all[start / ROWS];
      Kernel.BEST.scores(query, block.values, out);
      Kernel.multiply(out, block.scales);
      if (measure == Measure.COSINE) {
        Kernel.multiply(out, block.inverseNorms);
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
}
