package dev.headwater.idp.heldout;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.headwater.idp.encoder.PaddedHistories;
import dev.headwater.idp.encoder.SequenceBatch;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.tensor.Rows;
import dev.headwater.idp.tensor.Torch;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * Dot products of user vectors and embeddings.
 *
 * @param encoder computes user vectors; not closed
 * @param table embeddings; the domain's item {@code i} stands in row {@code firstRow + i}
 * @param firstRow where the domain begins
 * @param itemCount size of the domain
 */
public record ModelScorer(SequenceEncoder encoder, Rows table, int firstRow, int itemCount)
    implements Scorer {
  @Override
  public float[][] scores(List<int[]> histories) {
    List<int[]> rows = histories.stream().map(this::rows).toList();
    PaddedHistories padded = PaddedHistories.of(rows, encoder.maxLength());
    float[][] scores = new float[histories.size()][itemCount];
    try (NDManager step = Torch.newManager()) {
      SequenceBatch sequences = padded.gather(step, table.array());
      NDIndex slice = new NDIndex().addSliceDim(firstRow, firstRow + itemCount);
      NDArray candidates = table.array().get(step, slice);
      NDArray all =
          Torch.recording(false, () -> encoder.users(sequences).matMul(candidates.transpose()));
      FloatBuffer buffer = Torch.floats(all);
      for (int i = 0; i < scores.length; i++) {
        buffer.get(i * itemCount, scores[i]);
      }
    }
    return scores;
  }

  private int[] rows(int[] items) {
    int[] rows = items.clone();
    for (int i = 0; i < rows.length; i++) {
      rows[i] += firstRow;
    }
    return rows;
  }
}
