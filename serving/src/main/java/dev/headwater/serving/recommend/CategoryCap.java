package dev.headwater.serving.recommend;

import java.util.HashMap;
import java.util.Map;

/** Counts items by their first category; items that name none are not capped. For one answer. */
final class CategoryCap {
  private final Pool pool;
  private final int cap;
  private final Map<String, Integer> taken = new HashMap<>();

  /** Lets {@code cap} items of a category in; 0: all. */
  CategoryCap(Pool pool, int cap) {
    this.pool = pool;
    this.cap = cap;
  }

  boolean hasRoom(int item) {
    return cap == 0 || taken.getOrDefault(category(item), 0) < cap;
  }

  void take(int item) {
    String category = category(item);
    if (!category.isEmpty()) {
      taken.merge(category, 1, Integer::sum);
    }
  }

  private String category(int item) {
    return cap == 0 ? "" : pool.category(item);
  }
}
