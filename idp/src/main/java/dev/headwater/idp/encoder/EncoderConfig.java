package dev.headwater.idp.encoder;

/**
 * The size of a sequence encoder.
 *
 * @param dim length of an item embedding
 * @param maxLength how many items of a history count
 * @param layers how many blocks
 * @param heads attention heads; divides {@code dim}
 * @param preNorm normalise before each sub-layer; the paper writes its layers the other way,
 *     post-norm
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

  /**
   * 64 wide, 50 long, 2 layers, 2 heads, post-norm: the size that all our figures are of. Which
   * size the paper's experiments had is not known to us.
   */
  public static EncoderConfig defaults() {
    return new EncoderConfig(64, 50, 2, 2, false);
  }

  /** The same of another width. */
  public EncoderConfig withDim(int value) {
    return new EncoderConfig(value, maxLength, layers, heads, preNorm);
  }
}
