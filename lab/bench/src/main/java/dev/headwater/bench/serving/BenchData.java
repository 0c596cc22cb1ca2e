package dev.headwater.bench.serving;

import dev.headwater.idp.bundle.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;

/**
 * Items and histories that look like real ones: an item is a trained row plus noise of a third of
 * its length, and a history stays near one row. Item {@code i} and user {@code u} are functions of
 * their numbers alone, so that two processes agree without talking.
 */
final class BenchData {
  private static final float NOISE = 0.33f;
  private static final int NEIGHBOURS = 12;
  private static final int HISTORY_MAX = 30;

  private final float[] rows;
  private final int dim;
  private final int count;
  private final int items;

  BenchData(Path bundle, int items) throws IOException {
    Map<String, Safetensors.Tensor> tensors = Safetensors.read(bundle.resolve("items.safetensors"));
    Safetensors.Tensor embedding = tensors.get("embedding");
    if (embedding == null) {
      throw new IOException("no tensor 'embedding' in " + bundle);
    }
    rows = embedding.values();
    count = (int) embedding.shape()[0];
    dim = (int) embedding.shape()[1];
    this.items = items;
  }

  /** Returns how many trained rows items are made from. */
  int count() {
    return count;
  }

  /** Returns rows near one, always the same. */
  int[] near(int base) {
    return near(base, new Random(base * 13L + 1));
  }

  static String item(int i) {
    return "item-" + i;
  }

  static String user(int u) {
    return "user-" + u;
  }

  /** Returns the vector of an item; other steps are other noise of a twentieth on top. */
  float[] vector(int item, long step) {
    Random random = new Random(item * 31L + 7);
    int base = item % count;
    float[] vector = new float[dim];
    float norm = 0;
    for (int d = 0; d < dim; d++) {
      vector[d] = rows[base * dim + d];
      norm += vector[d] * vector[d];
    }
    float scale = (float) Math.sqrt(norm / dim);
    add(vector, random, NOISE * scale);
    if (step > 0) {
      add(vector, new Random(item * 31L + step * 1_000_003L), 0.05f * scale);
    }
    return vector;
  }

  private static void add(float[] vector, Random random, float scale) {
    for (int d = 0; d < vector.length; d++) {
      vector[d] += scale * (float) random.nextGaussian();
    }
  }

  /** Returns the history of a user: items around one trained row, and a few others. */
  int[] history(int user) {
    Random random = new Random(user * 17L + 3);
    int[] near = near(random.nextInt(count), random);
    int length = 2 + random.nextInt(HISTORY_MAX - 1);
    int[] history = new int[length];
    int copies = Math.max(1, items / count);
    for (int i = 0; i < length; i++) {
      int base = random.nextInt(5) == 0 ? random.nextInt(count) : near[random.nextInt(near.length)];
      history[i] = Math.min(items - 1, base % items + count * random.nextInt(copies)) % items;
    }
    return history;
  }

  /** Picks the nearest of a sample: all rows would take too long for a hundred thousand users. */
  private int[] near(int base, Random random) {
    int[] best = new int[NEIGHBOURS];
    float[] scores = new float[NEIGHBOURS];
    java.util.Arrays.fill(scores, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < 200; i++) {
      int other = i == 0 ? base : random.nextInt(count);
      float score = 0;
      for (int d = 0; d < dim; d++) {
        score += rows[base * dim + d] * rows[other * dim + d];
      }
      int worst = 0;
      for (int k = 1; k < NEIGHBOURS; k++) {
        worst = scores[k] < scores[worst] ? k : worst;
      }
      if (score > scores[worst]) {
        scores[worst] = score;
        best[worst] = other;
      }
    }
    return best;
  }
}
