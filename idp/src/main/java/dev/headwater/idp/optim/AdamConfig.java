package dev.headwater.idp.optim;

/**
 * Settings of Adam (Kingma and Ba, 2015).
 *
 * @param beta1 decay of the mean gradient; 0 keeps none, which makes it RMSProp
 * @param beta2 decay of the mean squared gradient
 * @param epsilon keeps the division finite; gradients well below it take steps in proportion to
 *     their size
 */
public record AdamConfig(float beta1, float beta2, float epsilon) {
  /** 0.9, 0.98 and 1e-8, as the sequence models use. */
  public static AdamConfig defaults() {
    return new AdamConfig(0.9f, 0.98f, 1e-8f);
  }

  /**
   * 0, 0.99 and 1e-3, for rows of a stream. A row of the tail is met once in many steps: a mean
   * gradient would spread what one click teaches over the next ten times that the row is drawn as a
   * negative, minutes later. And without the epsilon those negatives, whose gradients are tiny,
   * would each move it as far as a click does.
   */
  public static AdamConfig forStreams() {
    return new AdamConfig(0, 0.99f, 1e-3f);
  }
}
