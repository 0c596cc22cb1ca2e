package dev.headwater.serving.recommend;

import dev.headwater.events.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Chooses from scored candidates under a category cap, and so that what was chosen is unlike each
 * other: maximal marginal relevance, scores and cosines both scaled to 0 to 1.
 */
final class Diversifier {
  private final Pool pool;
  private final CategoryCap cap;
  private final float diversity;

  Diversifier(Pool pool, CategoryCap cap, float diversity) {
    this.pool = pool;
    this.cap = cap;
    this.diversity = diversity;
  }

  /** Returns at most {@code count} of the candidates, which come best first. */
  List<Scored> choose(List<Scored> candidates, int count) {
    return diversity > 0 ? unlike(candidates, count) : capped(candidates, count);
  }

  private List<Scored> capped(List<Scored> candidates, int count) {
    List<Scored> chosen = new ArrayList<>(count);
    for (Scored candidate : candidates) {
      if (chosen.size() == count) {
        break;
      }
      if (cap.hasRoom(candidate.code())) {
        cap.take(candidate.code());
        chosen.add(candidate);
      }
    }
    return chosen;
  }

  private List<Scored> unlike(List<Scored> candidates, int count) {
    int size = candidates.size();
    float[][] unit = new float[size][];
    for (int i = 0; i < size; i++) {
      unit[i] = unit(candidates.get(i).code());
    }
    float[] nearest = new float[size];
    Arrays.fill(nearest, -1);
    boolean[] gone = new boolean[size];
    List<Scored> chosen = new ArrayList<>(count);
    while (chosen.size() < count) {
      int next = best(candidates, nearest, gone);
      if (next < 0) {
        break;
      }
      gone[next] = true;
      cap.take(candidates.get(next).code());
      chosen.add(candidates.get(next));
      for (int i = 0; i < size; i++) {
        if (!gone[i]) {
          nearest[i] = Math.max(nearest[i], dot(unit[i], unit[next]));
        }
      }
    }
    return chosen;
  }

  private int best(List<Scored> candidates, float[] nearest, boolean[] gone) {
    float high = candidates.isEmpty() ? 0 : candidates.get(0).score();
    float low = candidates.isEmpty() ? 0 : candidates.get(candidates.size() - 1).score();
    float range = Math.max(high - low, 1e-9f);
    int best = -1;
    float bestValue = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < gone.length; i++) {
      if (gone[i] || !cap.hasRoom(candidates.get(i).code())) {
        continue;
      }
      float relevance = (candidates.get(i).score() - low) / range;
      float value = (1 - diversity) * relevance - diversity * (nearest[i] + 1) / 2;
      if (value > bestValue) {
        bestValue = value;
        best = i;
      }
    }
    return best;
  }

  private float[] unit(int code) {
    float[] vector = new float[pool.dim()];
    var unused = pool.read(code, vector); // zero where its row has just gone
    float norm = Vectors.norm(vector);
    for (int d = 0; d < vector.length && norm > 0; d++) {
      vector[d] /= norm;
    }
    return vector;
  }

  private static float dot(float[] a, float[] b) {
    float sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += a[d] * b[d];
    }
    return sum;
  }
}
