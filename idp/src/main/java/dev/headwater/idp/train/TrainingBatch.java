package dev.headwater.idp.train;

import dev.headwater.idp.encoder.PaddedHistories;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a batch asks of an encoder: at which places of the padded histories which item is wanted.
 *
 * @param histories the rows that are shown
 * @param places where an answer is wanted, in the flattened output
 * @param targets the wanted rows, one a place
 * @param hidden 1 at hidden positions; empty where nothing is hidden
 */
@SuppressWarnings("ArrayRecordComponent") // lives for one step, never compared
record TrainingBatch(PaddedHistories histories, int[] places, int[] targets, float[] hidden) {
  /** Every item is asked for at the place before it. */
  static TrainingBatch next(List<int[]> windows, int maxLength) {
    List<int[]> shown =
        windows.stream().map(window -> Arrays.copyOf(window, window.length - 1)).toList();
    PaddedHistories histories = PaddedHistories.of(shown, maxLength);
    int[] places = new int[Arrays.stream(histories.lengths()).sum()];
    int count = 0;
    for (int i = 0; i < histories.rows().length; i++) {
      if (histories.rows()[i] >= 0) {
        places[count++] = i;
      }
    }
    int[] targets = new int[count];
    int at = 0;
    for (int[] window : windows) {
      System.arraycopy(window, 1, targets, at, window.length - 1);
      at += window.length - 1;
    }
    return new TrainingBatch(histories, places, targets, new float[0]);
  }

  /**
   * Some items are hidden and asked for at their own place; at least one each, and often the last
   * alone, which is what the encoder is used for.
   *
   * @param config says how often
   */
  static TrainingBatch hidden(
      List<int[]> whole, int maxLength, TrainConfig config, SplittableRandom random) {
    List<int[]> windows = whole.stream().map(window -> cut(window, config, random)).toList();
    PaddedHistories histories = PaddedHistories.of(windows, maxLength);
    int[] rows = histories.rows();
    int length = histories.length();
    float[] hidden = new float[rows.length];
    int count = 0;
    for (int i = 0; i < windows.size(); i++) {
      int last = (i + 1) * length - 1;
      int first = last + 1 - histories.lengths()[i];
      boolean any = false;
      if (random.nextDouble() >= config.hideLast()) {
        for (int at = first; at <= last; at++) {
          if (random.nextDouble() < config.hide()) {
            hidden[at] = 1;
            any = true;
          }
        }
      }
      if (!any) {
        hidden[last] = 1;
      }
    }
    int[] places = new int[rows.length];
    int[] targets = new int[rows.length];
    int[] shown = rows.clone();
    for (int at = 0; at < rows.length; at++) {
      if (hidden[at] > 0) {
        places[count] = at;
        targets[count++] = rows[at];
        shown[at] = -1;
      }
    }
    return new TrainingBatch(
        new PaddedHistories(shown, histories.lengths(), length),
        Arrays.copyOf(places, count),
        Arrays.copyOf(targets, count),
        hidden);
  }

  private static int[] cut(int[] window, TrainConfig config, SplittableRandom random) {
    return config.cut() > 0 && random.nextDouble() < config.cut()
        ? Arrays.copyOf(window, 2 + random.nextInt(window.length - 1))
        : window;
  }
}
