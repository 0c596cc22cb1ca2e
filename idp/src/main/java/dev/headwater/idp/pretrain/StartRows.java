package dev.headwater.idp.pretrain;

import dev.headwater.idp.tensor.Rows;
import dev.headwater.idp.text.Whitening;
import java.util.ArrayList;
import java.util.Arrays;
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
   * The main directions of the texts less their domain's mean, whitened; random for items without
   * words.
   *
   * @param texts a domain after the other, one an item; zeros for an item without words
   */
  static void texts(Rows table, List<float[][]> texts, SplittableRandom random) {
    List<float[]> centred = new ArrayList<>();
    texts.forEach(domain -> centred.addAll(centred(domain)));
    random(table, centred.size(), random);
    int[] withWords = withWords(centred.toArray(float[][]::new));
    if (withWords.length == 0) {
      return;
    }
    float[][] whitened =
        Whitening.of(
            Arrays.stream(withWords).mapToObj(centred::get).toArray(float[][]::new), table.dim());
    double scale = TEXT_NORM / Math.sqrt(table.dim());
    for (int i = 0; i < whitened.length; i++) {
      float[] row = whitened[i];
      for (int k = 0; k < row.length; k++) {
        row[k] *= (float) scale;
      }
      table.set(withWords[i], row);
    }
  }

  /** Texts less the mean of those that are there; what is not there stays zeros. */
  private static List<float[]> centred(float[][] domain) {
    int[] withWords = withWords(domain);
    double[] mean = new double[domain.length == 0 ? 0 : domain[0].length];
    for (int item : withWords) {
      for (int k = 0; k < mean.length; k++) {
        mean[k] += (double) domain[item][k] / withWords.length;
      }
    }
    List<float[]> centred = new ArrayList<>(Arrays.asList(domain));
    for (int item : withWords) {
      float[] less = domain[item].clone();
      for (int k = 0; k < mean.length; k++) {
        less[k] -= (float) mean[k];
      }
      centred.set(item, less);
    }
    return centred;
  }

  private static int[] withWords(float[][] texts) {
    int[] found = new int[texts.length];
    int count = 0;
    for (int i = 0; i < texts.length; i++) {
      if (Whitening.hasWords(texts[i])) {
        found[count++] = i;
      }
    }
    return Arrays.copyOf(found, count);
  }
}
