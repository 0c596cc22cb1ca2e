package dev.headwater.idp.online;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.headwater.idp.encoder.PaddedHistories;
import dev.headwater.idp.encoder.SequenceBatch;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.tensor.ComputeDevice;
import dev.headwater.idp.tensor.Torch;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The histories of a step, through an encoder and back. A pass pads its histories to the longest of
 * them, so a step goes through in as many as cost least: half of its histories are short, and a few
 * are ten times as long. What is found is what one pass would find, but for the last bits of a
 * float. For one thread; lives as long as the step's manager.
 */
final class Passes {
  /**
   * What a pass costs whatever goes through it, in padded positions: .9 ms of two layers of 64
   * forward and backward, where a position takes 3.7 µs on the same thread.
   */
  static final int COST = 256;

  /**
   * Most padded positions of a pass: with twice as many each takes twice as long (95 ms for 12,800
   * and 28 for 6,400), for arrays of that size are given back to the system and zeroed anew.
   */
  static final int MOST = 6_400;

  private final List<Pass> passes = new ArrayList<>();
  private final int[] offsets;
  private final int dim;
  private final NDArray users;

  /** Histories from one place of the step to another. */
  private record Pass(int from, int to, PaddedHistories histories, NDArray items, NDArray users) {}

  /**
   * Encodes.
   *
   * @param parts of the step, one after the other
   */
  Passes(List<TableBatch> parts, SequenceEncoder encoder, NDManager step) {
    ComputeDevice device = encoder.parameters().device();
    int[] lengths =
        parts.stream()
            .flatMap(part -> part.batch().stream())
            .mapToInt(example -> Math.min(encoder.maxLength(), example.history().length))
            .toArray();
    dim = parts.get(0).table().dim();
    offsets = new int[lengths.length + 1];
    int from = 0;
    for (int to : cuts(lengths)) {
      List<TableBatch> own = TableBatch.between(parts, from, to);
      PaddedHistories histories = TableBatch.padded(own, encoder.maxLength());
      SequenceBatch sequences = TableBatch.gather(own, histories, step, device);
      sequences.items().setRequiresGradient(true);
      NDArray encoded = Torch.recording(true, () -> encoder.users(sequences));
      passes.add(new Pass(from, to, histories, sequences.items(), encoded));
      for (int line = from; line < to; line++) {
        offsets[line + 1] = offsets[line] + histories.length();
      }
      from = to;
    }
    users = joined(passes.stream().map(Pass::users).toList());
  }

  /** The users of all parts, {@code [examples, dim]}. */
  NDArray users() {
    return users;
  }

  /**
   * Goes back.
   *
   * @param ofUsers what is said of each part's users
   */
  OfHistories backward(List<NDArray> ofUsers) {
    NDArray said = joined(ofUsers);
    int[] rows = new int[offsets[offsets.length - 1]];
    float[] found = new float[rows.length * dim];
    for (Pass pass : passes) {
      Torch.backward(pass.users(), TableBatch.lines(said, pass.from(), pass.to()));
      int at = offsets[pass.from()];
      int[] own = pass.histories().rows();
      System.arraycopy(own, 0, rows, at, own.length);
      FloatBuffer gradient = Torch.floats(pass.items().getGradient());
      gradient.get(0, found, at * dim, own.length * dim);
    }
    return new OfHistories(rows, found);
  }

  /** What a step says of the rows of its histories. */
  final class OfHistories {
    private final int[] rows;
    private final float[] gradients;

    private OfHistories(int[] rows, float[] gradients) {
      this.rows = rows;
      this.gradients = gradients;
    }

    /** The rows of some examples' padded histories, -1 where there is none. */
    int[] rows(int from, int to) {
      return Arrays.copyOfRange(rows, offsets[from], offsets[to]);
    }

    /** A gradient for each of them. */
    FloatBuffer gradients(int from, int to) {
      int at = offsets[from] * dim;
      return FloatBuffer.wrap(gradients, at, offsets[to] * dim - at).slice();
    }
  }

  /**
   * Tells where passes end that cost least together: each its own cost, and its histories at the
   * length of the longest. None has more than {@link #MOST} positions, but a history alone.
   */
  static List<Integer> cuts(int[] lengths) {
    long[] least = new long[lengths.length + 1];
    int[] before = new int[lengths.length + 1];
    for (int to = 1; to <= lengths.length; to++) {
      least[to] = Long.MAX_VALUE;
      int longest = 0;
      for (int from = to - 1; from >= 0; from--) {
        longest = Math.max(longest, lengths[from]);
        if (longest * (to - from) > MOST && from < to - 1) {
          break;
        }
        long cost = least[from] + COST + (long) longest * (to - from);
        if (cost < least[to]) {
          least[to] = cost;
          before[to] = from;
        }
      }
    }
    List<Integer> cuts = new ArrayList<>();
    for (int to = lengths.length; to > 0; to = before[to]) {
      cuts.add(0, to);
    }
    return cuts;
  }

  private static NDArray joined(List<NDArray> parts) {
    NDList all = new NDList(parts);
    return all.size() == 1 ? all.get(0) : NDArrays.concat(all, 0);
  }
}
