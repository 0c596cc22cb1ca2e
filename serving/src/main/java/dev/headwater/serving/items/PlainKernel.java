package dev.headwater.serving.items;

import java.util.Arrays;

/** Plain loops over several columns at a time. */
final class PlainKernel implements Kernel {
  @Override
  public void scores(float[] query, float[] values, float[] out) {
    Arrays.fill(out, 0f);
    int d = 0;
    for (; d + 4 <= query.length; d += 4) {
      addFour(query, d, values, out);
    }
    for (; d < query.length; d++) {
      addOne(query[d], values, d * out.length, out);
    }
  }

  @Override
  public void scores(float[] query, byte[] values, float[] out) {
    Arrays.fill(out, 0f);
    int rows = out.length;
    for (int d = 0; d < query.length; d++) {
      float q = query[d];
      int at = d * rows;
      for (int r = 0; r < rows; r++) {
        out[r] += q * values[at + r];
      }
    }
  }

  /** Four sums side by side do not wait for each other. */
  @Override
  public float dot(float[] query, float[] rows, int from) {
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    int d = 0;
    for (; d + 4 <= query.length; d += 4) {
      sum0 += query[d] * rows[from + d];
      sum1 += query[d + 1] * rows[from + d + 1];
      sum2 += query[d + 2] * rows[from + d + 2];
      sum3 += query[d + 3] * rows[from + d + 3];
    }
    for (; d < query.length; d++) {
      sum0 += query[d] * rows[from + d];
    }
    return sum0 + sum1 + (sum2 + sum3);
  }

  @Override
  public float dot(float[] query, short[] rows, int from) {
    float sum0 = 0;
    float sum1 = 0;
    int d = 0;
    for (; d + 2 <= query.length; d += 2) {
      sum0 += query[d] * Kernel.widened(rows[from + d]);
      sum1 += query[d + 1] * Kernel.widened(rows[from + d + 1]);
    }
    for (; d < query.length; d++) {
      sum0 += query[d] * Kernel.widened(rows[from + d]);
    }
    return sum0 + sum1;
  }

  @Override
  public void widen(short[] rows, int from, int count, float[] into) {
    for (int d = 0; d < count; d++) {
      into[d] = Kernel.widened(rows[from + d]);
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
