package dev.headwater.idp.online;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.headwater.idp.encoder.PaddedHistories;
import dev.headwater.idp.encoder.SequenceBatch;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.loss.LossGradients;
import dev.headwater.idp.tensor.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of several tuners that share a frozen encoder, each with its own table, negatives and
 * optimiser: histories of all go through the encoder together, forward and backward, because that
 * costs a small batch nearly as much as a large one. What each tuner learns is what it would learn
 * alone, but for the last bits of a float. For one thread.
 */
public final class JointStep {
  private JointStep() {}

  /** A tuner and what it is to learn in this step; at least one example. */
  public record Part(OnlineTuner tuner, List<Example> batch) {
    /** Checks that all targets hold rows. */
    public Part {
      for (Example example : batch) {
        tuner.table().check(example.target());
      }
    }
  }

  /**
   * Takes the step.
   *
   * @return for each part what it did; null where its loss or a gradient is not a number: that
   *     tuner is as it was
   */
  public static List<@Nullable StepResult> take(List<Part> parts) {
    double[] losses = gradients(parts);
    List<@Nullable StepResult> results = new ArrayList<>();
    for (int i = 0; i < losses.length; i++) {
      OnlineTuner tuner = parts.get(i).tuner();
      int examples = parts.get(i).batch().size();
      results.add(tuner.isFinite(losses[i]) ? tuner.apply(examples, losses[i]) : null);
    }
    return results;
  }

  /** Adds up each tuner's gradients; returns each one's loss. */
  static double[] gradients(List<Part> parts) {
    SequenceEncoder encoder = encoder(parts);
    List<TableBatch> batches =
        parts.stream().map(part -> new TableBatch(part.batch(), part.tuner().table())).toList();
    try (NDManager step = Torch.newManager()) {
      PaddedHistories histories = TableBatch.padded(batches, encoder.maxLength());
      SequenceBatch sequences = TableBatch.gather(batches, histories, step);
      NDArray items = sequences.items();
      items.setRequiresGradient(true);
      NDArray users = Torch.recording(true, () -> encoder.users(sequences));
      List<LossGradients> found = Torch.recording(false, () -> losses(parts, users, step));
      NDList hidden = new NDList();
      found.forEach(each -> hidden.add(each.hidden()));
      Torch.backward(users, hidden.size() == 1 ? hidden.get(0) : NDArrays.concat(hidden, 0));
      return add(parts, histories, items.getGradient(), found);
    }
  }

  private static SequenceEncoder encoder(List<Part> parts) {
    SequenceEncoder first = parts.get(0).tuner().encoder();
    if (parts.stream().anyMatch(part -> !part.tuner().encoder().equals(first))) {
      throw new IllegalArgumentException("tuners of one step share their encoder");
    }
    return first;
  }

  private static List<LossGradients> losses(List<Part> parts, NDArray users, NDManager step) {
    List<LossGradients> all = new ArrayList<>();
    int from = 0;
    for (Part part : parts) {
      int to = from + part.batch().size();
      all.add(part.tuner().loss(part.batch(), TableBatch.lines(users, from, to), step));
      from = to;
    }
    return all;
  }

  private static double[] add(
      List<Part> parts, PaddedHistories histories, NDArray gradient, List<LossGradients> found) {
    double[] losses = new double[parts.size()];
    int length = histories.length();
    int from = 0;
    for (int i = 0; i < losses.length; i++) {
      Part part = parts.get(i);
      int to = from + part.batch().size();
      int[] rows = Arrays.copyOfRange(histories.rows(), from * length, to * length);
      NDArray own = TableBatch.lines(gradient, from, to);
      part.tuner().add(rows, Torch.floats(own), found.get(i));
      losses[i] = found.get(i).loss();
      from = to;
    }
    return losses;
  }
}
