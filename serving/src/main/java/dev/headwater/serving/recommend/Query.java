package dev.headwater.serving.recommend;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a caller wants.
 *
 * @param count how many items
 * @param includeSeen whether items of the history may be in the answer
 * @param exclude identifiers that must not be in the answer
 * @param filter which items of the catalog may be in the answer
 * @param exact whether every row is looked at, however many there are
 * @param explain whether each item says why it is there
 * @param mix what else decides besides the score
 * @param page which page; null when only one is wanted
 */
public record Query(
    int count,
    boolean includeSeen,
    List<String> exclude,
    ItemFilter filter,
    boolean exact,
    boolean explain,
    Mix mix,
    @Nullable Cursor page) {
  /** Copies the list. */
  public Query {
    exclude = List.copyOf(exclude);
  }
}
