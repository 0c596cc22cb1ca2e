package dev.headwater.serving.recommend;

import java.util.List;

/**
 * What a caller wants.
 *
 * @param count how many items
 * @param includeSeen whether items of the history may be in the answer
 * @param exclude identifiers that must not be in the answer
 */
public record Query(int count, boolean includeSeen, List<String> exclude) {
  /** Copies the list. */
  public Query {
    exclude = List.copyOf(exclude);
  }

  /** Returns a query for unseen items without exclusions. */
  public static Query of(int count) {
    return new Query(count, false, List.of());
  }
}
