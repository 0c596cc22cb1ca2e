package dev.headwater.idp.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.tensor.Torch;
import java.util.List;

/**
 * The last items of some histories, as row numbers, padded on the left to the longest.
 *
 * @param rows one a padded position, history by history, -1 at padding
 * @param lengths how many items of each history count
 * @param length of the longest
 */
@SuppressWarnings("ArrayRecordComponent") // lives for one step, never compared
public record PaddedHistories(int[] rows, int[] lengths, int length) {
  /**
   * Pads.
   *
   * @param histories row numbers, oldest first, at least one each
   * @param maxLength only so many last items count
   */
  public static PaddedHistories of(List<int[]> histories, int maxLength) {
    int[] lengths = new int[histories.size()];
    int longest = 1;
    for (int i = 0; i < lengths.length; i++) {
      if (histories.get(i).length == 0) {
        throw new IllegalArgumentException("example " + i + " has no history");
      }
      lengths[i] = Math.min(histories.get(i).length, maxLength);
      longest = Math.max(longest, lengths[i]);
    }
    int[] rows = new int[lengths.length * longest];
    for (int i = 0; i < lengths.length; i++) {
      int[] history = histories.get(i);
      int skip = longest - lengths[i];
      for (int k = 0; k < longest; k++) {
        rows[i * longest + k] = k < skip ? -1 : history[history.length - longest + k];
      }
    }
    return new PaddedHistories(rows, lengths, longest);
  }

  /** Looks the rows up; padding shows row 0, which the mask hides. */
  public SequenceBatch gather(NDManager step, NDArray table) {
    long[] indices = new long[rows.length];
    for (int i = 0; i < rows.length; i++) {
      indices[i] = Math.max(0, rows[i]);
    }
    NDArray index = step.create(indices, new Shape(lengths.length, length));
    return SequenceBatch.of(Torch.rows(index, table), lengths);
  }
}
