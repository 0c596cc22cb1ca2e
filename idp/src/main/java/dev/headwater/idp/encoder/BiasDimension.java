package dev.headwater.idp.encoder;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The dimension of an item embedding that holds the item's bias (Koren, Bell and Volinsky, 2009):
 * every user vector has the same value there, so that score = dot product of the others + {@code
 * gain} · bias. Rows that are learned under a frozen encoder need it: how often an item is clicked
 * can otherwise be learned only along what user vectors happen to have in common, and the longer an
 * encoder was trained, the less that is. The dimension that the sources used least is taken for it.
 *
 * @param dimension which, from 0
 * @param gain what every user vector has there; a step of a row moves its score by so many times as
 *     much for everybody
 */
public record BiasDimension(int dimension, float gain) {
  /** Measured best on the streams of amazon_books and amazon_clothing; 2 to 4 differ little. */
  private static final float GAIN = 3;

  /** Below it one dimension says too much to be given away. */
  private static final int LEAST_DIM = 16;

  /** The dimension with the smallest sum of squares, or null for rows that are too short. */
  public static @Nullable BiasDimension leastUsed(List<float[]> rows) {
    int dim = rows.get(0).length;
    if (dim < LEAST_DIM) {
      return null;
    }
    double[] squares = new double[dim];
    for (float[] row : rows) {
      for (int k = 0; k < dim; k++) {
        squares[k] += (double) row[k] * row[k];
      }
    }
    int least = 0;
    for (int k = 1; k < dim; k++) {
      if (squares[k] < squares[least]) {
        least = k;
      }
    }
    return new BiasDimension(least, GAIN);
  }

  /** A copy of a row without bias. */
  public float[] cleared(float[] row) {
    float[] copy = row.clone();
    copy[dimension] = 0;
    return copy;
  }
}
