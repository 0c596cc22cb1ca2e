package dev.headwater.serving.items;

import dev.headwater.events.Vectors;
import org.jspecify.annotations.Nullable;

/**
 * What a vector must fulfil before it may be served: right length, finite, norm within bounds.
 *
 * @param normMin smallest norm
 * @param normMax largest norm
 */
public record RowGuard(float normMin, float normMax) {

  /** Returns why the vector is refused, as a short name for metrics, or null when it is well. */
  public @Nullable String refuse(float[] vector, int dim) {
    if (vector.length != dim) {
      return "dimension";
    }
    if (!Vectors.isFinite(vector)) {
      return "not_finite";
    }
    float norm = Vectors.norm(vector);
    if (norm < normMin) {
      return "norm_too_small";
    }
    return norm > normMax ? "norm_too_large" : null;
  }
}
