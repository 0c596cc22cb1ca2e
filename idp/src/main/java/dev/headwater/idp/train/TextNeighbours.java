package dev.headwater.idp.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.tensor.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.DoubleConsumer;

/**
 * For each item the items whose texts are nearest, with softmax weights. Exact.
 *
 * @param items for each item its neighbours, nearest first, itself left out
 * @param weights as long as {@code items}, adding up to 1
 */
public record TextNeighbours(List<int[]> items, List<float[]> weights) {
  private static final int BATCH = 256;

  /**
   * Finds neighbours.
   *
   * @param texts unit vectors, one an item; zeros for an item without words, which has no
   *     neighbours and is nobody's
   * @param allowed which items may be neighbours
   * @param count how many each
   * @param temperature of the softmax over similarities
   */
  public static TextNeighbours of(
      float[][] texts, boolean[] allowed, int count, float temperature) {
    return of(texts, allowed, count, temperature, fraction -> {});
  }

  /**
   * The same, telling how far it is.
   *
   * @param done the fraction, called now and then on this thread
   */
  public static TextNeighbours of(
      float[][] texts, boolean[] allowed, int count, float temperature, DoubleConsumer done) {
    List<int[]> items = new ArrayList<>();
    List<float[]> weights = new ArrayList<>();
    int[] candidates = new int[texts.length];
    int found = 0;
    for (int i = 0; i < texts.length; i++) {
      if (allowed[i] && hasWords(texts[i])) {
        candidates[found++] = i;
      }
    }
    candidates = Arrays.copyOf(candidates, found);
    if (found == 0) {
      return new TextNeighbours(
          Collections.nCopies(texts.length, new int[0]),
          Collections.nCopies(texts.length, new float[0]));
    }
    int wanted = Math.min(count + 1, candidates.length);
    try (NDManager manager = Torch.newManager()) {
      NDArray pool = rows(manager, texts, candidates).transpose();
      for (int from = 0; from < texts.length; from += BATCH) {
        int[] batch = range(from, Math.min(texts.length, from + BATCH));
        try (NDManager step = manager.newSubManager()) {
          NDList best = rows(step, texts, batch).matMul(pool).topK(wanted, 1, true, true);
          float[] similarities = best.get(0).toFloatArray();
          long[] places = best.get(1).toLongArray();
          for (int i = 0; i < batch.length; i++) {
            int at = i * wanted;
            int[] own = new int[wanted];
            for (int k = 0; k < wanted; k++) {
              own[k] = candidates[(int) places[at + k]];
            }
            float[] near = Arrays.copyOfRange(similarities, at, at + wanted);
            int kept = hasWords(texts[batch[i]]) ? count : 0;
            add(batch[i], own, near, new Limits(kept, temperature), items, weights);
          }
        }
        done.accept((double) Math.min(texts.length, from + BATCH) / texts.length);
      }
    }
    return new TextNeighbours(items, weights);
  }

  private static boolean hasWords(float[] text) {
    for (float value : text) {
      if (value != 0) {
        return true;
      }
    }
    return false;
  }

  private record Limits(int count, float temperature) {}

  private static void add(
      int self,
      int[] near,
      float[] similarities,
      Limits limits,
      List<int[]> items,
      List<float[]> weights) {
    int[] kept = new int[near.length];
    float[] weight = new float[near.length];
    int size = 0;
    float sum = 0;
    for (int k = 0; k < near.length && size < limits.count(); k++) {
      if (near[k] != self) {
        kept[size] = near[k];
        float distance = similarities[k] - similarities[0];
        weight[size] = (float) Math.exp(distance / limits.temperature());
        sum += weight[size++];
      }
    }
    for (int k = 0; k < size; k++) {
      weight[k] /= sum;
    }
    items.add(Arrays.copyOf(kept, size));
    weights.add(Arrays.copyOf(weight, size));
  }

  private static NDArray rows(NDManager manager, float[][] texts, int[] which) {
    int dim = texts[0].length;
    float[] flat = new float[which.length * dim];
    for (int i = 0; i < which.length; i++) {
      System.arraycopy(texts[which[i]], 0, flat, i * dim, dim);
    }
    return manager.create(flat, new Shape(which.length, dim));
  }

  private static int[] range(int from, int to) {
    int[] range = new int[to - from];
    Arrays.setAll(range, i -> from + i);
    return range;
  }
}
