package dev.headwater.serving.items;

import dev.headwater.events.Vectors;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a vector must fulfil before it may be served: right length, finite, norm within bounds.
 *
 * @param normMin smallest norm
 * @param normMax largest norm
 */
public record RowGuard(float normMin, float normMax) {
  private static final String DIMENSION = "dimension";
  private static final String NOT_FINITE = "not_finite";
  private static final String TOO_SMALL = "norm_too_small";
  private static final String TOO_LARGE = "norm_too_large";

  /** The reason for a row whose counts or near texts cannot be read. */
  public static final String LISTS = "lists";

  /** The reason for weights of a ranker that must not be served. */
  public static final String WEIGHTS = "weights";

  /** Every reason that {@link #refuse} can give, and the two of what comes beside a vector. */
  public static final List<String> REASONS =
      List.of(DIMENSION, NOT_FINITE, TOO_SMALL, TOO_LARGE, LISTS, WEIGHTS);

  /** Returns why the vector is refused, as a short name for metrics, or null when it is well. */
  public @Nullable String refuse(float[] vector, int dim) {
    if (vector.length != dim) {
      return DIMENSION;
    }
    if (!Vectors.isFinite(vector)) {
      return NOT_FINITE;
    }
    float norm = Vectors.norm(vector);
    if (norm < normMin) {
      return TOO_SMALL;
    }
    return norm > normMax ? TOO_LARGE : null;
  }
}
