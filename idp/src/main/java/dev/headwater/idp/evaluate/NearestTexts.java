package dev.headwater.idp.evaluate;

import dev.headwater.idp.expert.NearTexts;
import dev.headwater.idp.train.TextNeighbours;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The nearest texts of all items of a domain, exact. */
final class NearestTexts {
  private static final float LEAST = 0.2f;

  private NearestTexts() {}

  /** One list an item; what is hardly alike is left out. */
  static List<NearTexts> of(float[][] texts) {
    boolean[] all = new boolean[texts.length];
    Arrays.fill(all, true);
    List<int[]> near = TextNeighbours.of(texts, all, NearTexts.CAPACITY, 1).items();
    List<NearTexts> lists = new ArrayList<>();
    for (int item = 0; item < texts.length; item++) {
      lists.add(list(texts, item, near.get(item)));
    }
    return lists;
  }

  private static NearTexts list(float[][] texts, int item, int[] near) {
    float[] cosines = new float[near.length];
    int kept = 0;
    while (kept < near.length) {
      cosines[kept] = dot(texts[item], texts[near[kept]]);
      if (cosines[kept] < LEAST) {
        break;
      }
      kept++;
    }
    return new NearTexts(Arrays.copyOf(near, kept), Arrays.copyOf(cosines, kept));
  }

  private static float dot(float[] a, float[] b) {
    float sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += a[k] * b[k];
    }
    return sum;
  }
}
