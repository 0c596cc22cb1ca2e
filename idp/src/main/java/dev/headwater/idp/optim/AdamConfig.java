package dev.headwater.idp.optim;

/**
 * Settings of Adam (Kingma and Ba, 2015).
 *
 * @param beta1 decay of the mean gradient
 * @param beta2 decay of the mean squared gradient
 * @param epsilon keeps the division finite
 */
public record AdamConfig(float beta1, float beta2, float epsilon) {
  /** 0.9, 0.98 and 1e-8, as the sequence models use. */
  public static AdamConfig defaults() {
    return new AdamConfig(0.9f, 0.98f, 1e-8f);
  }
}
