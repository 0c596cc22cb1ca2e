package dev.headwater.idp.online;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.headwater.idp.encoder.SequenceBatch;
import dev.headwater.idp.tensor.Torch;
import java.util.List;

/**
 * The histories of a batch, looked up in a table and padded on the left.
 *
 * @param slots one a padded position, row by row, -1 at padding
 * @param batch the same as embeddings
 */
@SuppressWarnings("ArrayRecordComponent") // lives for one step, never compared
record Histories(int[] slots, SequenceBatch batch) {
  /** Gathers the last {@code maxLength} rows of each history. */
  static Histories of(NDManager step, List<Example> examples, EmbeddingTable table, int maxLength) {
    int[] lengths = new int[examples.size()];
    int longest = 1;
    for (int row = 0; row < lengths.length; row++) {
      int length = examples.get(row).history().length;
      if (length == 0) {
        throw new IllegalArgumentException("example " + row + " has no history");
      }
      lengths[row] = Math.min(length, maxLength);
      longest = Math.max(longest, lengths[row]);
    }
    int[] slots = new int[lengths.length * longest];
    long[] indices = new long[slots.length];
    for (int row = 0; row < lengths.length; row++) {
      int[] history = examples.get(row).history();
      int skip = longest - lengths[row];
      for (int i = 0; i < longest; i++) {
        int at = row * longest + i;
        if (i < skip) {
          slots[at] = -1;
        } else {
          slots[at] = history[history.length - longest + i];
          table.check(slots[at]);
          indices[at] = slots[at];
        }
      }
    }
    NDArray index = step.create(indices, new Shape(lengths.length, longest));
    return new Histories(slots, SequenceBatch.of(Torch.rows(index, table.array()), lengths));
  }
}
