package dev.headwater.serving.recommend;

import java.util.List;

/**
 * What a caller wants.
 *
 * @param count how many items
 * @param includeSeen whether items of the history may be in the answer
 * @param exclude identifiers that must not be in the answer
 * @param exact whether every row is looked at, however many there are
 */
public record Query(int count, boolean includeSeen, List<String> exclude, boolean exact) {
  /** Copies the list. */
  public Query {
    exclude = List.copyOf(exclude);
  }

  /** Returns a query for unseen items without exclusions. */
  public static Query of(int count) {
    return new Query(count, false, List.of(), false);
  }
}
