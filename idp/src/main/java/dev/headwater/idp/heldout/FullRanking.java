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
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Ranks targets among all items of a domain but those of the history. Ties count half. */
public final class FullRanking {
  private static final int MAX_BATCH = 256;

  private FullRanking() {}

  /**
   * The rank of each target, 1 is best.
   *
   * @param encoder computes user vectors
   * @param table embeddings; the domain's item {@code i} stands in row {@code firstRow + i}
   * @param firstRow where the domain begins
   * @param items size of the domain
   * @param questions in item numbers of the domain
   */
  public static double[] ranks(
      SequenceEncoder encoder, Rows table, int firstRow, int items, List<HeldOut> questions) {
    double[] ranks = new double[questions.size()];
    int[] order =
        IntStream.range(0, ranks.length)
            .boxed()
            .sorted(Comparator.comparingInt(i -> questions.get(i).history().length))
            .mapToInt(Integer::intValue)
            .toArray();
    float[] scores = new float[items];
    for (int from = 0; from < order.length; from += MAX_BATCH) {
      int[] batch = Arrays.copyOfRange(order, from, Math.min(order.length, from + MAX_BATCH));
      List<int[]> histories =
          Arrays.stream(batch)
              .mapToObj(i -> shifted(questions.get(i).history(), firstRow))
              .toList();
      PaddedHistories padded = PaddedHistories.of(histories, encoder.maxLength());
      try (NDManager step = Torch.newManager()) {
        NDArray all = scores(encoder, table, new int[] {firstRow, items}, padded, step);
        FloatBuffer buffer = Torch.floats(all);
        for (int i = 0; i < batch.length; i++) {
          buffer.get(i * items, scores);
          ranks[batch[i]] = rank(scores, questions.get(batch[i]));
        }
      }
    }
    return ranks;
  }

  private static NDArray scores(
      SequenceEncoder encoder, Rows table, int[] range, PaddedHistories padded, NDManager step) {
    SequenceBatch sequences = padded.gather(step, table.array());
    NDIndex slice = new NDIndex().addSliceDim(range[0], range[0] + range[1]);
    NDArray candidates = table.array().get(step, slice);
    return Torch.recording(false, () -> encoder.users(sequences).matMul(candidates.transpose()));
  }

  /** Overwrites the scores of the history. */
  static double rank(float[] scores, HeldOut question) {
    float target = scores[question.target()];
    for (int item : question.history()) {
      scores[item] = Float.NaN;
    }
    if (!Float.isFinite(target)) {
      return Math.max(1, scores.length - question.history().length);
    }
    int above = 0;
    int equal = 0;
    for (float score : scores) {
      if (score > target) {
        above++;
      } else if (score == target) {
        equal++;
      }
    }
    return above + 1 + (equal - 1) * 0.5;
  }

  private static int[] shifted(int[] items, int by) {
    int[] rows = new int[items.length];
    for (int i = 0; i < items.length; i++) {
      rows[i] = items[i] + by;
    }
    return rows;
  }
}
