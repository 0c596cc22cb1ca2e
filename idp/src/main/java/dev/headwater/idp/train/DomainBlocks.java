package dev.headwater.idp.train;

import dev.headwater.idp.optim.RowGradients;
import dev.headwater.idp.tensor.Rows;
import java.util.Arrays;

/**
 * Shows an item's embedding, the first half of its row, in the half of its domain and zeros in the
 * other. For one thread.
 */
public final class DomainBlocks implements RowAdaptor {
  private final boolean[] second;

  /**
   * Will show blocks.
   *
   * @param second for every row of the table, whether its item is of the second domain
   */
  public DomainBlocks(boolean[] second) {
    this.second = second.clone();
  }

  @Override
  public void show(Rows view, int[] rows, boolean training) {
    float[] values = new float[view.dim()];
    int half = values.length / 2;
    for (int row : rows) {
      view.get(row, values, 0);
      if (second[row]) {
        System.arraycopy(values, 0, values, half, half);
        Arrays.fill(values, 0, half, 0);
      } else {
        Arrays.fill(values, half, values.length, 0);
      }
      view.set(row, values);
    }
  }

  @Override
  public void collect(RowGradients shown) {
    float[] gradient = new float[shown.dim()];
    int half = gradient.length / 2;
    for (int i = 0; i < shown.count(); i++) {
      shown.get(i, gradient);
      if (second[shown.row(i)]) {
        System.arraycopy(gradient, half, gradient, 0, half);
      }
      Arrays.fill(gradient, half, gradient.length, 0);
      shown.set(i, gradient);
    }
  }

  @Override
  public void step() {}

  @Override
  public void close() {}
}
