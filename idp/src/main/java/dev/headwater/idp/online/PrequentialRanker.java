package dev.headwater.idp.online;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.headwater.idp.encoder.PaddedHistories;
import dev.headwater.idp.encoder.SequenceBatch;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.tensor.Torch;
import java.nio.FloatBuffer;
import java.util.List;

/** Ranks targets in a whole table before they are learned. For one thread. */
public final class PrequentialRanker implements AutoCloseable {
  private final SequenceEncoder encoder;
  private final NDManager manager = Torch.newManager();
  private float[] scores = new float[0];

  /** Uses an encoder that somebody else closes. */
  public PrequentialRanker(SequenceEncoder encoder) {
    this.encoder = encoder;
  }

  /**
   * The rank of each target among the live slots without the history, 1 is best; ties count half; a
   * target without a finite score comes last.
   */
  public double[] ranks(List<Example> batch, EmbeddingTable table) {
    double[] ranks = new double[batch.size()];
    if (ranks.length == 0) {
      return ranks;
    }
    int slots = table.highWater();
    if (scores.length < slots) {
      scores = new float[slots + (slots >> 1)];
    }
    try (NDManager step = manager.newSubManager()) {
      FloatBuffer buffer = score(batch, table, step);
      for (int i = 0; i < ranks.length; i++) {
        table.check(batch.get(i).target());
        buffer.get(i * slots, scores, 0, slots);
        ranks[i] = rank(batch.get(i), table, slots);
      }
    }
    return ranks;
  }

  /**
   * The score of every slot for each example, {@code [examples][slots]}; slots without a row hold
   * what was left there.
   */
  public float[][] scores(List<Example> batch, EmbeddingTable table) {
    int slots = table.highWater();
    float[][] found = new float[batch.size()][slots];
    try (NDManager step = manager.newSubManager()) {
      FloatBuffer buffer = score(batch, table, step);
      for (int i = 0; i < found.length; i++) {
        buffer.get(i * slots, found[i]);
      }
    }
    return found;
  }

  @Override
  public void close() {
    manager.close();
  }

  private FloatBuffer score(List<Example> batch, EmbeddingTable table, NDManager step) {
    PaddedHistories histories = table.histories(batch, encoder.maxLength());
    SequenceBatch sequences = histories.gather(step, table.array());
    NDArray used = table.array().get(step, new NDIndex().addSliceDim(0, table.highWater()));
    return Torch.floats(
        Torch.recording(false, () -> encoder.users(sequences).matMul(used.transpose())));
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
