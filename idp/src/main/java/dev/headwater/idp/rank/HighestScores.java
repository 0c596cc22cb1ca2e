package dev.headwater.idp.rank;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Finds the highest of many scores in one pass: a bounded heap of numbers says what is too low to
 * be noted. For one thread.
 */
public final class HighestScores {
  private final float[] heap;
  private int size;

  /** Finds so many. */
  public HighestScores(int most) {
    heap = new float[most];
  }

  /**
   * The places of the highest scores, in their order; some more where the last of them are equal.
   * NaN is never among them.
   *
   * @param scores by place
   * @param counts leaves the other places out; asked for few of them
   */
  public int[] of(float[] scores, IntPredicate counts) {
    int[] noted = new int[4 * heap.length];
    int length = 0;
    float least = Float.NEGATIVE_INFINITY;
    size = 0;
    for (int place = 0; place < scores.length; place++) {
      if (scores[place] >= least && counts.test(place)) {
        if (length == noted.length) {
          noted = Arrays.copyOf(noted, 2 * length);
        }
        noted[length++] = place;
        least = offer(scores[place], least);
      }
    }
    float needed = least;
    return Arrays.stream(noted, 0, length).filter(place -> scores[place] >= needed).toArray();
  }

  /** Returns what a score needs from now on; before there are too many, any is high enough. */
  private float offer(float score, float least) {
    if (size < heap.length) {
      up(score);
      return least;
    }
    if (score > heap[0]) {
      down(score);
    }
    return heap[0];
  }

  private void up(float score) {
    int at = size++;
    while (at > 0 && heap[(at - 1) / 2] > score) {
      heap[at] = heap[(at - 1) / 2];
      at = (at - 1) / 2;
    }
    heap[at] = score;
  }

  private void down(float score) {
    int at = 0;
    int child = 1;
    while (child < size) {
      child += child + 1 < size && heap[child + 1] < heap[child] ? 1 : 0;
      if (heap[child] >= score) {
        break;
      }
      heap[at] = heap[child];
      at = child;
      child = 2 * at + 1;
    }
    heap[at] = score;
  }
}
