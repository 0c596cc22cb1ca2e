package dev.headwater.idp.text;

import java.util.Arrays;

/**
 * Text vectors less their mean, along the directions in which they differ most, each direction at
 * the same deviation (principal components, whitened). The mean says what all texts of a domain
 * share, and the largest directions drown the others: without both, texts tell items apart better.
 */
public final class Whitening {
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
    PrincipalDirections directions = PrincipalDirections.of(covariance, size, NEGLIGIBLE);
    double[][] vectors = directions.vectors();
    float[][] whitened = new float[texts.length][size];
    for (int i = 0; i < texts.length; i++) {
      if (hasWords(texts[i])) {
        for (int d = 0; d < vectors.length; d++) {
          double sum = 0;
          for (int k = 0; k < width; k++) {
            sum += (texts[i][k] - mean[k]) * vectors[d][k];
          }
          whitened[i][d] = (float) (sum / Math.sqrt(directions.values()[d]));
        }
      }
    }
    return whitened;
  }

  /** Whether an item has words: a text vector that is not zeros. */
  public static boolean hasWords(float[] text) {
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
}
