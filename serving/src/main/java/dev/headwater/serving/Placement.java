package dev.headwater.serving;

/**
 * Where user histories are encoded.
 *
 * @param device {@code cpu}, {@code gpu}, {@code gpu:1} …, or {@code auto}: a GPU where there is
 *     one
 */
public record Placement(String device) {
  /** On the processor. */
  public static final Placement CPU = new Placement("cpu");

  /** Checks the name. */
  public Placement {
    if (!device.matches("auto|cpu|gpu(:[0-9])?")) {
      throw new IllegalArgumentException(
          "device must be auto, cpu, gpu or gpu:N, not '" + device + "'");
    }
  }
}
