package dev.headwater.serving.recommend;

import dev.headwater.serving.state.CatalogEntry;
import dev.headwater.serving.state.Domain;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts items by their first category; items that name none are not capped. For one answer. */
final class CategoryCap {
  private final Domain domain;
  private final int cap;
  private final Map<String, Integer> taken = new HashMap<>();

  /** Lets {@code cap} items of a category in; 0: all. */
  CategoryCap(Domain domain, int cap) {
    this.domain = domain;
    this.cap = cap;
  }

  boolean hasRoom(int code) {
    return cap == 0 || taken.getOrDefault(category(code), 0) < cap;
  }

  void take(int code) {
    String category = category(code);
    if (!category.isEmpty()) {
      taken.merge(category, 1, Integer::sum);
    }
  }

  private String category(int code) {
    CatalogEntry entry = cap == 0 ? null : domain.catalog(code);
    List<String> categories = entry == null ? List.of() : entry.categories();
    return categories.isEmpty() ? "" : categories.get(0);
  }
}
