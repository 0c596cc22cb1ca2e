package dev.headwater.idp.online;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * What one step of a {@link GradientWorker} says of rows, for whoever owns them: gradients and no
 * state. Sums of an owner have the same bits whether it was handed the whole or its part, for each
 * row is in the same sections in the same order. Immutable by agreement: nobody writes to arrays.
 *
 * @param dim length of a row
 * @param examples of the whole step, also in a part of it: the step's length depends on them
 * @param loss mean loss of the whole step's examples
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
    private Section renumbered(IntUnaryOperator numbers) {
      return new Section(Arrays.stream(rows).map(numbers).toArray(), gradients);
    }

    private Section only(int dim, int owner, IntUnaryOperator ownerOf) {
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

  /** Returns how many rows are named, one that stands in two sections twice. */
  public int size() {
    return histories.rows.length + targets.rows.length + negatives.rows.length;
  }

  /**
   * The same by the numbers of another table.
   *
   * @param numbers gives the number of a row there, below 0 for one that is not there
   */
  public StepGradients renumbered(IntUnaryOperator numbers) {
    return new StepGradients(
        dim,
        examples,
        loss,
        histories.renumbered(numbers),
        targets.renumbered(numbers),
        negatives.renumbered(numbers));
  }

  /**
   * Cuts it by owner; where nothing is said of an owner's rows, its part is empty.
   *
   * @param owners how many there are
   * @param ownerOf gives the owner of a row, from 0
   */
  public List<StepGradients> cut(int owners, IntUnaryOperator ownerOf) {
    List<StepGradients> parts = new ArrayList<>(owners);
    for (int owner = 0; owner < owners; owner++) {
      parts.add(
          new StepGradients(
              dim,
              examples,
              loss,
              histories.only(dim, owner, ownerOf),
              targets.only(dim, owner, ownerOf),
              negatives.only(dim, owner, ownerOf)));
    }
    return parts;
  }
}
