package dev.headwater.serving.items;

import java.util.Arrays;

/** Dot products of one query with the rows of a block. */
final class BlockKernel {
  private BlockKernel() {}

  /**
   * Computes {@code out[r] = query · row r}.
   *
   * @param values column after column, {@code out.length} values each
   */
  static void scores(float[] query, float[] values, float[] out) {
    Arrays.fill(out, 0f);
    int d = 0;
    for (; d + 4 <= query.length; d += 4) {
      addFour(query, d, values, out);
    }
    for (; d < query.length; d++) {
      addOne(query[d], values, d * out.length, out);
    }
  }

  /** Multiplies each score by its factor. */
  static void multiply(float[] scores, float[] factors) {
    for (int r = 0; r < scores.length; r++) {
      scores[r] *= factors[r];
    }
  }

  private static void addFour(float[] query, int d, float[] values, float[] out) {
    int rows = out.length;
    float q0 = query[d];
    float q1 = query[d + 1];
    float q2 = query[d + 2];
    float q3 = query[d + 3];
    int at0 = d * rows;
    int at1 = at0 + rows;
    int at2 = at1 + rows;
    int at3 = at2 + rows;
    for (int r = 0; r < rows; r++) {
      out[r] +=
          q0 * values[at0 + r] + q1 * values[at1 + r] + q2 * values[at2 + r] + q3 * values[at3 + r];
    }
  }

  private static void addOne(float q, float[] values, int at, float[] out) {
    for (int r = 0; r < out.length; r++) {
      out[r] += q * values[at + r];
    }
  }
}
