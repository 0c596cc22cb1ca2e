package dev.headwater.idp.cdim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.tensor.Torch;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * How embeddings change along texts: {@code W} of the least squares {@code e_j - ē ≈ W (t_j - t̄)}
 * with a ridge, the means being those of an item's domain. A match whose text is not quite the
 * wanted one stands for {@code e_j + a W (t - t_j)}, at its own length: the mean of the matches
 * alone says of all items of a kind the same, and a slope says how they differ.
 *
 * <p>It takes rows that follow their texts, as those do whose pre-training began from texts; rows
 * that began at random hardly have a slope. Safe for many threads.
 */
public final class TextSlope {
  /** A share of the texts' mean variance, added to the diagonal. */
  private static final double RIDGE = 0.01;

  /**
   * What the slope is multiplied with. A ridge says less than there is, and neighbours' texts are
   * near: on validation of three targets 8 is as good, 2 has up to 8 % less, 1 up to 24 % ({@code
   * idp/RESULTS.md}, zero-shot).
   */
  private static final float STRENGTH = 4;

  /** Items whose products are summed in one step: 25 MB of texts. */
  private static final int BLOCK = 16_384;

  private final int textDim;
  private final int dim;
  private final float[] weights;

  /**
   * A slope that was found before.
   *
   * @param weights {@code [textDim][dim]}, row by row
   */
  public TextSlope(int textDim, int dim, float[] weights) {
    if (weights.length != textDim * dim) {
      throw new IllegalArgumentException(
          "a slope of %d values, not %d by %d".formatted(weights.length, textDim, dim));
    }
    this.textDim = textDim;
    this.dim = dim;
    this.weights = weights;
  }

  /** Nothing is known of one: matches stand for themselves. */
  public static TextSlope none() {
    return new TextSlope(0, 0, new float[0]);
  }

  /**
   * Finds the slope.
   *
   * @param items one or more, with texts and embeddings of one length each
   */
  public static TextSlope of(List<KnownItem> items) {
    int textDim = items.get(0).text().length;
    int dim = items.get(0).embedding().length;
    DMatrixRMaj products = new DMatrixRMaj(textDim, textDim + dim);
    Map<String, List<KnownItem>> domains = new LinkedHashMap<>();
    items.forEach(i -> domains.computeIfAbsent(i.domain(), d -> new ArrayList<>()).add(i));
    domains.values().forEach(domain -> addProducts(centred(domain), textDim, products));
    double trace = 0;
    for (int k = 0; k < textDim; k++) {
      trace += products.get(k, k);
    }
    DMatrixRMaj texts = new DMatrixRMaj(textDim, textDim);
    DMatrixRMaj both = new DMatrixRMaj(textDim, dim);
    for (int k = 0; k < textDim; k++) {
      for (int j = 0; j < textDim; j++) {
        texts.set(k, j, products.get(k, j));
      }
      for (int d = 0; d < dim; d++) {
        both.set(k, d, products.get(k, textDim + d));
      }
      texts.add(k, k, Math.max(RIDGE * trace / textDim, Double.MIN_NORMAL));
    }
    LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.symmPosDef(textDim);
    DMatrixRMaj found = new DMatrixRMaj(textDim, dim);
    if (!solver.setA(texts)) {
      throw new IllegalArgumentException("no slope in texts that are not finite");
    }
    solver.solve(both, found);
    float[] weights = new float[textDim * dim];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) found.get(i);
    }
    return new TextSlope(textDim, dim, weights);
  }

  /** The weights, {@code [textDim][dim]}, row by row; not to be written to. */
  public float[] weights() {
    return weights;
  }

  /** What matches stand for where this text is meant, in the order given. */
  List<SourceIndex.Neighbour> moved(float[] text, List<SourceIndex.Neighbour> matches) {
    return weights.length == 0 ? matches : matches.stream().map(n -> moved(text, n)).toList();
  }

  private SourceIndex.Neighbour moved(float[] text, SourceIndex.Neighbour match) {
    float[] row = match.embedding().clone();
    for (int k = 0; k < textDim; k++) {
      float difference = STRENGTH * (text[k] - match.text()[k]);
      for (int d = 0; d < dim; d++) {
        row[d] += difference * weights[k * dim + d];
      }
    }
    double norm = Cdim.norm(row);
    double scale = norm > 0 ? Cdim.norm(match.embedding()) / norm : 1;
    for (int d = 0; d < dim; d++) {
      row[d] *= (float) scale;
    }
    return match.with(row);
  }

  /** Text and embedding of each item side by side, less their means. */
  private static float[][] centred(Collection<KnownItem> items) {
    List<float[]> rows = new ArrayList<>(items.size());
    double[] mean = new double[0];
    for (KnownItem item : items) {
      float[] row = new float[item.text().length + item.embedding().length];
      System.arraycopy(item.text(), 0, row, 0, item.text().length);
      System.arraycopy(item.embedding(), 0, row, item.text().length, item.embedding().length);
      rows.add(row);
      mean = mean.length == 0 ? new double[row.length] : mean;
      for (int k = 0; k < row.length; k++) {
        mean[k] += (double) row[k] / items.size();
      }
    }
    for (float[] row : rows) {
      for (int k = 0; k < row.length; k++) {
        row[k] -= (float) mean[k];
      }
    }
    return rows.toArray(float[][]::new);
  }

  /** Adds {@code tᵀ (t, e)}. */
  private static void addProducts(float[][] rows, int textDim, DMatrixRMaj sums) {
    int width = sums.getNumCols();
    for (int from = 0; from < rows.length; from += BLOCK) {
      int count = Math.min(BLOCK, rows.length - from);
      float[] flat = new float[count * width];
      for (int i = 0; i < count; i++) {
        System.arraycopy(rows[from + i], 0, flat, i * width, width);
      }
      try (NDManager step = Torch.newManager()) {
        NDArray all = step.create(flat, new Shape(count, width));
        FloatBuffer products =
            Torch.recording(false, () -> Torch.floats(all.transpose().matMul(all)));
        for (int k = 0; k < textDim; k++) {
          for (int j = 0; j < width; j++) {
            sums.add(k, j, products.get(k * width + j));
          }
        }
      }
    }
  }
}
