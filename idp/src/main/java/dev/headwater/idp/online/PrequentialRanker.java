package dev.headwater.idp.online;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.headwater.idp.encoder.PaddedHistories;
import dev.headwater.idp.encoder.SequenceBatch;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.tensor.ComputeDevice;
import dev.headwater.idp.tensor.Torch;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Ranks targets in a whole table before they are learned: users are encoded where the encoder is,
 * and compared with the table on the processor, where it stands. For one thread.
 */
public final class PrequentialRanker implements AutoCloseable {
  private final SequenceEncoder encoder;
  private final NDManager manager = Torch.newManager();
  private float[] scores = new float[0];

  /** Uses an encoder that somebody else closes. */
  public PrequentialRanker(SequenceEncoder encoder) {
    this.encoder = encoder;
  }

  private interface Scored {
    void accept(int part, FloatBuffer scores, int slots);
  }

  /**
   * The rank of each target among the live slots without the history, 1 is best; ties count half; a
   * target without a finite score comes last.
   */
  public double[] ranks(List<Example> batch, EmbeddingTable table) {
    return batch.isEmpty() ? new double[0] : ranks(List.of(new TableBatch(batch, table))).get(0);
  }

  /** The same in several tables, whose users are encoded together; no part is empty. */
  public List<double[]> ranks(List<TableBatch> parts) {
    List<double[]> all = new ArrayList<>();
    score(
        parts,
        (at, buffer, slots) -> {
          TableBatch part = parts.get(at);
          if (scores.length < slots) {
            scores = new float[slots + (slots >> 1)];
          }
          double[] ranks = new double[part.batch().size()];
          for (int i = 0; i < ranks.length; i++) {
            part.table().check(part.batch().get(i).target());
            buffer.get(i * slots, scores, 0, slots);
            ranks[i] = rank(part.batch().get(i), part.table(), slots);
          }
          all.add(ranks);
        });
    return all;
  }

  /**
   * The score of every slot for each example of each part, {@code [examples][slots]}; slots without
   * a row hold what was left there. No part is empty.
   */
  public List<float[][]> scores(List<TableBatch> parts) {
    List<float[][]> all = new ArrayList<>();
    score(
        parts,
        (at, buffer, slots) -> {
          float[][] found = new float[parts.get(at).batch().size()][slots];
          for (int i = 0; i < found.length; i++) {
            buffer.get(i * slots, found[i]);
          }
          all.add(found);
        });
    return all;
  }

  /** The same for one part, which may be empty. */
  public float[][] scores(List<Example> batch, EmbeddingTable table) {
    return batch.isEmpty() ? new float[0][] : scores(List.of(new TableBatch(batch, table))).get(0);
  }

  @Override
  public void close() {
    manager.close();
  }

  private void score(List<TableBatch> parts, Scored scored) {
    if (parts.isEmpty()) {
      return;
    }
    ComputeDevice device = encoder.parameters().device();
    try (NDManager step = manager.newSubManager();
        NDManager encoding = Torch.newManager(device)) {
      PaddedHistories padded = TableBatch.padded(parts, encoder.maxLength());
      SequenceBatch sequences = TableBatch.gather(parts, padded, encoding, device);
      NDArray users =
          Torch.onProcessor(Torch.recording(false, () -> encoder.users(sequences)), device, step);
      int from = 0;
      for (int i = 0; i < parts.size(); i++) {
        int to = from + parts.get(i).batch().size();
        EmbeddingTable table = parts.get(i).table();
        NDArray own = TableBatch.lines(users, from, to);
        NDArray used = table.array().get(step, new NDIndex().addSliceDim(0, table.highWater()));
        NDArray found = Torch.recording(false, () -> own.matMul(used.transpose()));
        scored.accept(i, Torch.floats(found), table.highWater());
        found.close(); // as large as the table: not all at a time
        from = to;
      }
    }
  }

  private double rank(Example example, EmbeddingTable table, int slots) {
    float target = scores[example.target()];
    for (int i = 0; i < table.freeCount(); i++) {
      scores[table.freeSlot(i)] = Float.NaN;
    }
    int hidden = 0;
    for (int slot : example.history()) {
      if (slot != example.target() && !Float.isNaN(scores[slot])) {
        scores[slot] = Float.NaN;
        hidden++;
      }
    }
    if (!Float.isFinite(target)) {
      return Math.max(1, table.size() - hidden);
    }
    int above = 0;
    int equal = 0;
    for (int slot = 0; slot < slots; slot++) {
      if (scores[slot] > target) {
        above++;
      } else if (scores[slot] == target) {
        equal++;
      }
    }
    return above + 1 + (equal - 1) * 0.5;
  }
}
