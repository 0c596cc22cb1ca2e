package dev.headwater.idp.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.optim.AdamConfig;
import dev.headwater.idp.optim.RowAdam;
import dev.headwater.idp.optim.RowGradients;
import dev.headwater.idp.tensor.Rows;
import dev.headwater.idp.tensor.Torch;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Adds the projected text to an item's row, where it is read as input and where it is scored alike:
 * {@code e_i + W (t_i - mean)}. The sum is an ID embedding like any other once training is over, so
 * nothing needs the text at request time. For one thread.
 */
final class TextProjection implements RowAdaptor {
  private static final double START_DEVIATION = 0.02;

  private final Rows texts;
  private final Rows weights;
  private final RowAdam adam;
  private final RowGradients gradients;
  private final NDManager manager = Torch.newManager();
  private final int dim;
  private final int[] weightRows;
  private final float rate;

  /**
   * Starts from small random weights.
   *
   * @param vectors text vectors, one an item of the table
   * @param dim length of a row
   * @param rate Adam's step
   */
  TextProjection(float[][] vectors, int dim, float rate, SplittableRandom random) {
    this.dim = dim;
    this.rate = rate;
    int textDim = vectors[0].length;
    texts = new Rows(textDim, vectors.length);
    float[] mean = mean(vectors);
    float[] centred = new float[textDim];
    for (int i = 0; i < vectors.length; i++) {
      for (int k = 0; k < textDim; k++) {
        centred[k] = vectors[i][k] - mean[k];
      }
      texts.set(i, centred);
    }
    weights = new Rows(textDim, dim);
    float[] row = new float[textDim];
    for (int d = 0; d < dim; d++) {
      for (int k = 0; k < textDim; k++) {
        row[k] = (float) (random.nextGaussian() * START_DEVIATION);
      }
      weights.set(d, row);
    }
    adam = new RowAdam(AdamConfig.defaults(), textDim, weights.capacity());
    gradients = new RowGradients(textDim);
    weightRows = new int[dim];
    Arrays.setAll(weightRows, d -> d);
  }

  @Override
  public void show(Rows view, int[] rows, boolean training) {
    float[] values = new float[dim];
    try (NDManager step = manager.newSubManager()) {
      NDArray w = Torch.rows(indices(step, weightRows), weights.array());
      NDArray projected =
          Torch.recording(
              false, () -> Torch.rows(indices(step, rows), texts.array()).matMul(w.transpose()));
      FloatBuffer added = Torch.floats(projected);
      float[] own = new float[dim];
      for (int i = 0; i < rows.length; i++) {
        added.get(i * dim, own, 0, dim);
        view.get(rows[i], values, 0);
        for (int k = 0; k < dim; k++) {
          values[k] += own[k];
        }
        view.set(rows[i], values);
      }
    }
  }

  /** Sums the weights' gradients over the rows of a step: {@code gᵀ t}. */
  @Override
  public void collect(RowGradients shown) {
    int[] rows = shown.rows();
    float[] all = new float[rows.length * dim];
    float[] one = new float[dim];
    for (int i = 0; i < rows.length; i++) {
      shown.get(i, one);
      System.arraycopy(one, 0, all, i * dim, dim);
    }
    gradients.reset(weights.capacity());
    try (NDManager step = manager.newSubManager()) {
      NDArray g = step.create(all, new Shape(rows.length, dim));
      NDArray found =
          Torch.recording(
              false, () -> g.transpose().matMul(Torch.rows(indices(step, rows), texts.array())));
      gradients.add(weightRows, Torch.floats(found));
    }
  }

  @Override
  public void step() {
    adam.step(weights, gradients, rate, Float.POSITIVE_INFINITY);
  }

  @Override
  public void close() {
    texts.close();
    weights.close();
    manager.close();
  }

  private static NDArray indices(NDManager step, int[] rows) {
    long[] indices = new long[rows.length];
    for (int i = 0; i < rows.length; i++) {
      indices[i] = rows[i];
    }
    return step.create(indices, new Shape(rows.length));
  }

  private static float[] mean(float[][] vectors) {
    float[] mean = new float[vectors[0].length];
    for (float[] vector : vectors) {
      for (int k = 0; k < mean.length; k++) {
        mean[k] += vector[k] / vectors.length;
      }
    }
    return mean;
  }
}
