package dev.headwater.serving.recommend;

import dev.headwater.serving.items.Measure;
import org.jspecify.annotations.Nullable;

/**
 * What a pool is gathered for.
 *
 * @param kind who chooses from it
 * @param vector of the user, or of an item at unit length; null where there is none
 * @param measure by which rows are scored for it
 * @param history oldest first
 * @param hidden codes of the node that must not be shown
 * @param query what the caller wants
 * @param want how many items may be asked for at a time, at least
 */
@SuppressWarnings("ArrayRecordComponent") // lives for one answer, never compared
public record Ask(
    Kind kind,
    float @Nullable [] vector,
    Measure measure,
    Asked history,
    int[] hidden,
    Query query,
    int want) {
  /** Who chooses. */
  public enum Kind {
    /** The ranker over all experts. */
    EXPERTS,
    /** The rows alone. */
    ROWS,
    /** Nobody: what is taken most. */
    POPULARITY
  }

  /** Returns the same for more items. */
  Ask forMore(int more) {
    return new Ask(kind, vector, measure, history, hidden, query, more);
  }
}
