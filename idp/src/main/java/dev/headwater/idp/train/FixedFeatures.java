package dev.headwater.idp.train;

import dev.headwater.idp.optim.RowGradients;
import dev.headwater.idp.tensor.Rows;
import java.util.Arrays;

/**
 * Puts an item's features behind its ID embedding, into the last values of its row, where they stay
 * as they are. For one thread.
 */
public final class FixedFeatures implements RowAdaptor {
  private final float[][] features;

  /**
   * Will show features.
   *
   * @param features of every row of the table, of one length
   */
  public FixedFeatures(float[][] features) {
    this.features = features;
  }

  @Override
  public void show(Rows view, int[] rows, boolean training) {
    float[] values = new float[view.dim()];
    for (int row : rows) {
      float[] own = features[row];
      view.get(row, values, 0);
      System.arraycopy(own, 0, values, values.length - own.length, own.length);
      view.set(row, values);
    }
  }

  @Override
  public void collect(RowGradients shown) {
    float[] gradient = new float[shown.dim()];
    for (int i = 0; i < shown.count(); i++) {
      shown.get(i, gradient);
      Arrays.fill(gradient, gradient.length - features[shown.row(i)].length, gradient.length, 0);
      shown.set(i, gradient);
    }
  }

  @Override
  public void step() {}

  @Override
  public void close() {}
}
