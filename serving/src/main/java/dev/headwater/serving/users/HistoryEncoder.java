package dev.headwater.serving.users;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns histories into user vectors; a model's sequence encoder stands behind it. */
public interface HistoryEncoder extends AutoCloseable {
  /** Returns the length of a row and of a user vector. */
  int dim();

  /** Returns how many rows count, the last ones. */
  int maxLength();

  /**
   * Encodes several histories at once.
   *
   * @param histories each {@code [n][dim]}, oldest first, n from 1 to {@link #maxLength}
   * @return {@code [histories][dim]}
   */
  float[][] encode(List<float[][]> histories);

  /** Returns what makes rows of the same space from texts; null when the model has no texts. */
  default @Nullable TextRows textRows() {
    return null;
  }

  @Override
  void close();
}
