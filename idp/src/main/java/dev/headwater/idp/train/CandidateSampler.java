package dev.headwater.idp.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.loss.RankingLoss.Sampling;
import dev.headwater.idp.tensor.Rows;
import dev.headwater.idp.tensor.Torch;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Chooses what the targets of a step compete with, within their domain. For one thread. */
final class CandidateSampler {
  private final int negatives;
  private int[] columnOf = new int[0];
  private int[] rows = new int[0];

  CandidateSampler(int negatives) {
    this.negatives = negatives;
  }

  /**
   * What was chosen.
   *
   * @param rows one a candidate
   * @param columns for each target, its own place among the candidates, or -1
   */
  @SuppressWarnings("ArrayRecordComponent") // lives for one step, never compared
  record Choice(int[] rows, int[] columns) {}

  /** Chooses rows of the table. */
  Choice choose(Sampling sampling, TrainingDomain domain, int[] targets, SplittableRandom random) {
    int[] columns =
        switch (sampling) {
          case ALL -> all(domain, targets);
          case SHARED -> shared(domain, targets, random);
          case ONE_EACH -> oneEach(domain, targets, random);
        };
    return new Choice(rows, columns);
  }

  static NDArray gather(int[] rows, Rows table, NDManager step) {
    long[] indices = new long[rows.length];
    for (int i = 0; i < rows.length; i++) {
      indices[i] = rows[i];
    }
    return Torch.rows(step.create(indices, new Shape(rows.length)), table.array());
  }

  private int[] all(TrainingDomain domain, int[] targets) {
    rows = new int[domain.itemCount()];
    Arrays.setAll(rows, i -> domain.firstRow() + i);
    return Arrays.stream(targets).map(target -> target - domain.firstRow()).toArray();
  }

  private int[] shared(TrainingDomain domain, int[] targets, SplittableRandom random) {
    int count = domain.itemCount();
    if (negatives * 2 >= count) {
      return all(domain, targets);
    }
    if (columnOf.length < count) {
      columnOf = new int[count];
    }
    rows = new int[negatives];
    for (int found = 0; found < negatives; ) {
      int item = random.nextInt(count);
      if (columnOf[item] == 0) {
        rows[found++] = domain.firstRow() + item;
        columnOf[item] = found;
      }
    }
    int[] columns = Arrays.stream(targets).map(t -> columnOf[t - domain.firstRow()] - 1).toArray();
    for (int row : rows) {
      columnOf[row - domain.firstRow()] = 0;
    }
    return columns;
  }

  private int[] oneEach(TrainingDomain domain, int[] targets, SplittableRandom random) {
    rows = new int[targets.length];
    for (int i = 0; i < targets.length; i++) {
      int item = random.nextInt(domain.itemCount());
      if (domain.firstRow() + item == targets[i]) {
        item = (item + 1) % domain.itemCount();
      }
      rows[i] = domain.firstRow() + item;
    }
    int[] columns = new int[targets.length];
    Arrays.fill(columns, -1);
    return columns;
  }
}
