package dev.headwater.idp.pretrain;

import dev.headwater.idp.tensor.Rows;
import dev.headwater.idp.text.Whitening;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What the rows of a table are before the first step of pre-training. */
final class StartRows {
  private static final double RANDOM_DEVIATION = 0.02;

  /** Near what rows come to in training. With 4 the sources learn less: they cannot leave it. */
  private static final double TEXT_NORM = 1.9;

  private StartRows() {}

  /** Normal, of a small deviation. */
  static void random(Rows table, int rows, SplittableRandom random) {
    float[] row = new float[table.dim()];
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < row.length; k++) {
        row[k] = (float) (random.nextGaussian() * RANDOM_DEVIATION);
      }
      table.set(i, row);
    }
  }

  /**
   * The main directions of the texts less their domain's mean, whitened.
   *
   * @param texts a domain after the other, one an item
   */
  static void texts(Rows table, List<float[][]> texts) {
    List<float[]> centred = new ArrayList<>();
    texts.forEach(domain -> addCentred(domain, centred));
    float[][] whitened = Whitening.of(centred.toArray(float[][]::new), table.dim());
    double scale = TEXT_NORM / Math.sqrt(table.dim());
    for (int i = 0; i < whitened.length; i++) {
      float[] row = whitened[i];
      for (int k = 0; k < row.length; k++) {
        row[k] *= (float) scale;
      }
      table.set(i, row);
    }
  }

  private static void addCentred(float[][] domain, List<float[]> centred) {
    double[] mean = new double[domain[0].length];
    for (float[] text : domain) {
      for (int k = 0; k < mean.length; k++) {
        mean[k] += (double) text[k] / domain.length;
      }
    }
    for (float[] text : domain) {
      float[] less = text.clone();
      for (int k = 0; k < mean.length; k++) {
        less[k] -= (float) mean[k];
      }
      centred.add(less);
    }
  }
}
