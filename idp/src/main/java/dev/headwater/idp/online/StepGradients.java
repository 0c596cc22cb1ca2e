package dev.headwater.idp.online;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * What one step says of rows, for whoever owns them: gradients and no state. Immutable by
 * agreement: nobody writes to arrays.
 *
 * @param dim length of a row
 * @param examples of the step, on which its length depends
 * @param loss mean loss of the examples
 * @param histories rows of histories, each once, with the sum of what was said of it
 * @param targets one row an example, in their order
 * @param negatives rows that were drawn, each once
 */
public record StepGradients(
    int dim, int examples, double loss, Section histories, Section targets, Section negatives) {
  /** Checks the lengths. */
  public StepGradients {
    if (dim < 1 || examples < 1) {
      throw new IllegalArgumentException("a step of " + examples + " examples, " + dim + " wide");
    }
    for (Section section : List.of(histories, targets, negatives)) {
      if (section.gradients.length != section.rows.length * dim) {
        throw new IllegalArgumentException(
            section.gradients.length + " values for " + section.rows.length + " rows of " + dim);
      }
    }
  }

  /**
   * Rows and a gradient of each.
   *
   * @param rows numbers in a table, below 0 for one that is to be passed over
   * @param gradients {@code [rows, dim]}
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier between two halves, never compared
  public record Section(int[] rows, float[] gradients) {
    /**
     * Returns what is said of one owner's rows, in the same order.
     *
     * @param ownerOf gives the owner of a row, from 0
     */
    public Section only(int dim, int owner, IntUnaryOperator ownerOf) {
      int[] kept = new int[rows.length];
      int count = 0;
      float[] values = new float[gradients.length];
      for (int i = 0; i < rows.length; i++) {
        if (rows[i] >= 0 && ownerOf.applyAsInt(rows[i]) == owner) {
          System.arraycopy(gradients, i * dim, values, count * dim, dim);
          kept[count++] = rows[i];
        }
      }
      return new Section(Arrays.copyOf(kept, count), Arrays.copyOf(values, count * dim));
    }
  }
}
