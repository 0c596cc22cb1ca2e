package dev.headwater.idp.text;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Text vectors less their mean, along the directions in which they differ most, each direction at
 * the same deviation (principal components, whitened). The mean says what all texts of a domain
 * share, and the largest directions drown the others: without both, texts tell items apart better.
 */
public final class Whitening {
  private static final int SWEEPS = 12;
  private static final double NEGLIGIBLE = 1e-9;

  private Whitening() {}

  /**
   * Whitens.
   *
   * @param texts one an item; zeros for an item without words, which gets zeros
   * @param size how many directions are kept; those beyond what the texts have are zeros
   * @return {@code [items][size]}, mean 0 and deviation 1 in each direction
   */
  public static float[][] of(float[][] texts, int size) {
    int width = texts[0].length;
    float[][] withWords = Arrays.stream(texts).filter(Whitening::hasWords).toArray(float[][]::new);
    double[] mean = mean(withWords, width);
    double[][] covariance = covariance(withWords, mean);
    double[][] vectors = eigenvectors(covariance);
    double largest = IntStream.range(0, width).mapToDouble(k -> covariance[k][k]).max().orElse(0);
    int[] order =
        IntStream.range(0, width)
            .boxed()
            .sorted(Comparator.comparingDouble(k -> -covariance[k][k]))
            .limit(size)
            .mapToInt(Integer::intValue)
            .filter(k -> covariance[k][k] > NEGLIGIBLE * largest)
            .toArray();
    float[][] whitened = new float[texts.length][size];
    for (int i = 0; i < texts.length; i++) {
      if (hasWords(texts[i])) {
        for (int d = 0; d < order.length; d++) {
          double sum = 0;
          for (int k = 0; k < width; k++) {
            sum += (texts[i][k] - mean[k]) * vectors[k][order[d]];
          }
          whitened[i][d] = (float) (sum / Math.sqrt(covariance[order[d]][order[d]]));
        }
      }
    }
    return whitened;
  }

  private static boolean hasWords(float[] text) {
    for (float value : text) {
      if (value != 0) {
        return true;
      }
    }
    return false;
  }

  private static double[] mean(float[][] texts, int width) {
    double[] mean = new double[width];
    for (float[] text : texts) {
      for (int k = 0; k < width; k++) {
        mean[k] += text[k] / texts.length;
      }
    }
    return mean;
  }

  private static double[][] covariance(float[][] texts, double[] mean) {
    int width = mean.length;
    double[][] sums = new double[width][width];
    double[] own = new double[width];
    for (float[] text : texts) {
      for (int k = 0; k < width; k++) {
        own[k] = text[k] - mean[k];
      }
      for (int a = 0; a < width; a++) {
        for (int b = a; b < width; b++) {
          sums[a][b] += own[a] * own[b];
        }
      }
    }
    for (int a = 0; a < width; a++) {
      for (int b = a; b < width; b++) {
        sums[a][b] /= texts.length;
        sums[b][a] = sums[a][b];
      }
    }
    return sums;
  }

  /**
   * Jacobi's rotations: turns a symmetric matrix into its eigenvalues, on the diagonal.
   *
   * @return the eigenvectors, one a column
   */
  private static double[][] eigenvectors(double[][] matrix) {
    int size = matrix.length;
    double[][] vectors = new double[size][size];
    for (int k = 0; k < size; k++) {
      vectors[k][k] = 1;
    }
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      for (int p = 0; p < size; p++) {
        for (int q = p + 1; q < size; q++) {
          rotate(matrix, vectors, p, q);
        }
      }
    }
    return vectors;
  }

  /** The rotation that makes {@code matrix[p][q]} zero. */
  private static void rotate(double[][] matrix, double[][] vectors, int p, int q) {
    double off = matrix[p][q];
    if (Math.abs(off) <= NEGLIGIBLE * Math.sqrt(Math.abs(matrix[p][p] * matrix[q][q]))) {
      return;
    }
    double theta = (matrix[q][q] - matrix[p][p]) / (2 * off);
    double sign = theta < 0 ? -1 : 1;
    double tangent = sign / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
    double cosine = 1 / Math.sqrt(tangent * tangent + 1);
    double sine = tangent * cosine;
    for (int k = 0; k < matrix.length; k++) {
      turn(matrix[k], p, q, cosine, sine);
      turn(vectors[k], p, q, cosine, sine);
    }
    for (int k = 0; k < matrix.length; k++) {
      double atP = matrix[p][k];
      double atQ = matrix[q][k];
      matrix[p][k] = cosine * atP - sine * atQ;
      matrix[q][k] = sine * atP + cosine * atQ;
    }
  }

  private static void turn(double[] row, int p, int q, double cosine, double sine) {
    double atP = row[p];
    double atQ = row[q];
    row[p] = cosine * atP - sine * atQ;
    row[q] = sine * atP + cosine * atQ;
  }
}
