package dev.headwater.idp.online;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.online.GradientWorker.Compared;
import dev.headwater.idp.tensor.Torch;
import java.nio.FloatBuffer;
import java.util.ArrayList;
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
    try (NDManager step = Torch.newManager(encoder.parameters().device())) {
      Passes passes = new Passes(batches, encoder, step);
      NDArray users = passes.users();
      List<Compared> compared = Torch.recording(false, () -> compare(parts, users, step));
      Passes.OfHistories said =
          passes.backward(compared.stream().map(each -> each.found().hidden()).toList());
      List<T> all = new ArrayList<>();
      int from = 0;
      for (int i = 0; i < parts.size(); i++) {
        int to = from + parts.get(i).batch().size();
        NDArray own = TableBatch.lines(users, from, to);
        GradientWorker worker = parts.get(i).worker();
        all.add(
            teller.tell(
                worker, compared.get(i), own, said.rows(from, to), said.gradients(from, to)));
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
