package dev.headwater.idp.encoder;

/**
 * The size of a sequence encoder.
 *
 * @param dim length of an item embedding
 * @param maxLength how many items of a history count
 * @param layers how many blocks
 * @param heads attention heads; divides {@code dim}
 * @param preNorm normalise before each sub-layer rather than after it, as the paper does
 */
public record EncoderConfig(int dim, int maxLength, int layers, int heads, boolean preNorm) {
  /** Checks the bounds. */
  public EncoderConfig {
    if (dim < 1 || maxLength < 1 || layers < 1 || heads < 1 || dim % heads != 0) {
      throw new IllegalArgumentException(
          "bad encoder size: dim %d, maxLength %d, layers %d, heads %d"
              .formatted(dim, maxLength, layers, heads));
    }
  }

  /** The size of the paper's experiments: 64 wide, 50 long, 2 layers, 2 heads, post-norm. */
  public static EncoderConfig defaults() {
    return new EncoderConfig(64, 50, 2, 2, false);
  }
}
