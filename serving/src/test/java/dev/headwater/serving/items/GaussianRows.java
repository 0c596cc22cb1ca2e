package dev.headwater.serving.items;

import java.util.Random;

/** A table of rows that lie alike in all directions, which is hard for an index of cells. */
final class GaussianRows {
  static final int DIM = 16;
  static final int ROWS = 4_000;
  static final int CELLS = 100;

  final Random random;
  final VectorTable table = new VectorTable(DIM);
  final ScanIndex scan = new ScanIndex(table);

  GaussianRows(long seed) {
    random = new Random(seed);
  }

  float[] next() {
    float[] vector = new float[DIM];
    for (int d = 0; d < DIM; d++) {
      vector[d] = (float) random.nextGaussian();
    }
    return vector;
  }

  /** Fills the table, and an index that reaches so far. */
  IvfIndex filled(float reach) {
    float[][] rows = new float[ROWS][];
    for (int code = 0; code < ROWS; code++) {
      rows[code] = next();
      table.put(code, rows[code]);
    }
    IvfIndex index = new IvfIndex(table, Centroids.train(rows, CELLS, random), reach);
    for (int row = 0; row < ROWS; row++) {
      index.changed(row);
    }
    return index;
  }
}
