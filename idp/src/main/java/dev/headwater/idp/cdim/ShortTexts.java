package dev.headwater.idp.cdim;

import dev.headwater.idp.text.PrincipalDirections;
import java.util.List;

/**
 * Texts along the few directions that carry most of them: the dot product of two is nearly that of
 * the texts, and a third of the memory has to be read for it. Safe for many threads.
 */
final class ShortTexts {
  /** Texts that the directions are taken from, evenly chosen: more move them by nothing. */
  private static final int SAMPLE = 4_000;

  private final float[][] directions;

  private ShortTexts(float[][] directions) {
    this.directions = directions;
  }

  /**
   * Takes the directions from the items.
   *
   * @param size numbers of a short text; texts that have no more stay as they are
   */
  static ShortTexts of(List<KnownItem> items, int size) {
    int width = items.isEmpty() ? 0 : items.get(0).text().length;
    if (width <= size) {
      return new ShortTexts(new float[0][]);
    }
    double[][] found = PrincipalDirections.of(secondMoments(items, width), size, 0).vectors();
    float[][] directions = new float[found.length][width];
    for (int d = 0; d < found.length; d++) {
      for (int k = 0; k < width; k++) {
        directions[d][k] = (float) found[d][k];
      }
    }
    return new ShortTexts(directions);
  }

  private static double[][] secondMoments(List<KnownItem> items, int width) {
    double[][] sums = new double[width][width];
    int step = Math.max(1, items.size() / SAMPLE);
    for (int i = 0; i < items.size(); i += step) {
      float[] text = items.get(i).text();
      for (int a = 0; a < width; a++) {
        double[] row = sums[a];
        double value = text[a];
        for (int b = 0; b < width; b++) {
          row[b] += value * text[b];
        }
      }
    }
    return sums;
  }

  float[] of(float[] text) {
    if (directions.length == 0) {
      return text;
    }
    float[] shorter = new float[directions.length];
    for (int d = 0; d < directions.length; d++) {
      shorter[d] = dot(directions[d], text);
    }
    return shorter;
  }

  /** The dot product, of four sums, which a processor adds at once. */
  static float dot(float[] a, float[] b) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int whole = a.length & ~3;
    for (int i = 0; i < whole; i += 4) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
    }
    for (int i = whole; i < a.length; i++) {
      s0 += a[i] * b[i];
    }
    return (s0 + s1) + (s2 + s3);
  }
}
