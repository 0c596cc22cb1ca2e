package dev.headwater.idp.online;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.headwater.idp.encoder.PaddedHistories;
import dev.headwater.idp.encoder.SequenceBatch;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.online.GradientWorker.Compared;
import dev.headwater.idp.tensor.ComputeDevice;
import dev.headwater.idp.tensor.Torch;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One step of several workers that share a frozen encoder, each with its own table and negatives:
 * histories of all go through the encoder together, forward and backward, because that costs a
 * small batch nearly as much as a large one. It is done where the encoder is: rows are sent there,
 * and what is said of them comes back. What each finds is what it would find alone, but for the
 * last bits of a float. For one thread.
 */
public final class JointStep {
  private JointStep() {}

  /**
   * A worker and what it is to work on; at least one example.
   *
   * @param step number of the step among those of the worker: with its seed it decides which
   *     negatives are drawn
   */
  public record Work(GradientWorker worker, List<Example> batch, long step) {
    /** Checks that all targets hold rows. */
    public Work {
      for (Example example : batch) {
        worker.table().check(example.target());
      }
    }
  }

  /** Works out what the examples of each part say of rows; changes nothing. */
  public static List<StepGradients> gradients(List<Work> parts) {
    return told(parts, (worker, compared, users, rows, said) -> worker.tell(compared, rows, said));
  }

  /** The same for whoever owns the rows; changes nothing. */
  public static List<EncodedStep> encoded(List<Work> parts) {
    return told(parts, (worker, compared, users, rows, said) -> worker.encoded(users, rows, said));
  }

  /** Puts together what was found of a part. */
  private interface Teller<T> {
    T tell(
        GradientWorker worker, Compared compared, NDArray users, int[] rows, FloatBuffer histories);
  }

  private static <T> List<T> told(List<Work> parts, Teller<T> teller) {
    SequenceEncoder encoder = encoder(parts);
    List<TableBatch> batches =
        parts.stream().map(part -> new TableBatch(part.batch(), part.worker().table())).toList();
    ComputeDevice device = encoder.parameters().device();
    try (NDManager step = Torch.newManager(device)) {
      PaddedHistories histories = TableBatch.padded(batches, encoder.maxLength());
      SequenceBatch sequences = TableBatch.gather(batches, histories, step, device);
      NDArray items = sequences.items();
      items.setRequiresGradient(true);
      NDArray users = Torch.recording(true, () -> encoder.users(sequences));
      List<Compared> compared = Torch.recording(false, () -> compare(parts, users, step));
      NDList hidden = new NDList();
      compared.forEach(each -> hidden.add(each.found().hidden()));
      Torch.backward(users, hidden.size() == 1 ? hidden.get(0) : NDArrays.concat(hidden, 0));
      List<T> all = new ArrayList<>();
      int from = 0;
      for (int i = 0; i < parts.size(); i++) {
        int to = from + parts.get(i).batch().size();
        int length = histories.length();
        int[] rows = Arrays.copyOfRange(histories.rows(), from * length, to * length);
        FloatBuffer said = Torch.floats(TableBatch.lines(items.getGradient(), from, to));
        NDArray own = TableBatch.lines(users, from, to);
        all.add(teller.tell(parts.get(i).worker(), compared.get(i), own, rows, said));
        from = to;
      }
      return all;
    }
  }

  private static SequenceEncoder encoder(List<Work> parts) {
    SequenceEncoder first = parts.get(0).worker().encoder();
    if (parts.stream().anyMatch(part -> !part.worker().encoder().equals(first))) {
      throw new IllegalArgumentException("workers of one step share their encoder");
    }
    return first;
  }

  private static List<Compared> compare(List<Work> parts, NDArray users, NDManager step) {
    List<Compared> all = new ArrayList<>();
    int from = 0;
    for (Work part : parts) {
      int to = from + part.batch().size();
      NDArray own = TableBatch.lines(users, from, to);
      all.add(part.worker().compare(part.batch(), own, part.step(), step));
      from = to;
    }
    return all;
  }
}
