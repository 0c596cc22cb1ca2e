package dev.headwater.idp.online;

/**
 * What a {@link GradientWorker} found of some examples for those who own rows: their users, from
 * which owners go on with rows of their own ({@link OnlineTuner#compare}), and what its own loss
 * says of histories, which is found by the way back through the encoder alone. Immutable by
 * agreement: nobody writes to arrays.
 *
 * @param dim length of a row
 * @param users {@code [examples, dim]}, in their order
 * @param histories rows of histories, each once, with the sum of what the mean loss of these
 *     examples says of it
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier between two halves, never compared
public record EncodedStep(int dim, float[] users, StepGradients.Section histories) {
  /** Checks the lengths. */
  public EncodedStep {
    int rows = histories.rows().length;
    if (users.length % dim != 0 || histories.gradients().length != rows * dim) {
      throw new IllegalArgumentException(
          users.length + " values of users, " + rows + " rows, " + dim + " wide");
    }
  }

  /** How many examples it is of. */
  public int examples() {
    return users.length / dim;
  }

  /** Tells whether all that it says is a number. */
  public boolean isFinite() {
    return isFinite(users) && isFinite(histories.gradients());
  }

  private static boolean isFinite(float[] values) {
    float sum = 0;
    for (float value : values) {
      sum += value * 0; // 0 unless one of them is none
    }
    return sum == 0;
  }
}
