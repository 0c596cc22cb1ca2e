package dev.headwater.serving.recommend;

import dev.headwater.serving.state.EntryPattern;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which items of the catalog a caller wants; empty parts let everything pass.
 *
 * @param categories the item has at least one of them
 * @param brands the item's brand is one of them
 * @param attributes the item has all of them with these values
 */
public record ItemFilter(
    Set<String> categories, Set<String> brands, Map<String, String> attributes) {
  /** Lets everything pass. */
  public static final ItemFilter ALL = new ItemFilter(Set.of(), Set.of(), Map.of());

  /** Copies the collections. */
  public ItemFilter {
    categories = Set.copyOf(categories);
    brands = Set.copyOf(brands);
    attributes = Map.copyOf(attributes);
  }

  /** Returns a filter of lists. */
  public static ItemFilter of(
      List<String> categories, List<String> brands, Map<String, String> attributes) {
    return new ItemFilter(Set.copyOf(categories), Set.copyOf(brands), attributes);
  }

  /** Tells whether everything passes. */
  public boolean isAll() {
    return categories.isEmpty() && brands.isEmpty() && attributes.isEmpty();
  }

  /** Returns the same as it is compared with entries. */
  EntryPattern pattern() {
    return new EntryPattern(categories, brands, attributes);
  }
}
