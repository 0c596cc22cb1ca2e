package dev.headwater.jobs.finetune;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Ranks items by how often they occur among the last events. For one thread. */
final class Popularity {
  private final int capacity;
  private final Deque<String> recent = new ArrayDeque<>();
  private final Map<String, Integer> counts = new HashMap<>();

  Popularity(int capacity) {
    this.capacity = capacity;
  }

  void add(String item) {
    recent.addLast(item);
    counts.merge(item, 1, Integer::sum);
    if (recent.size() > capacity) {
      counts.computeIfPresent(recent.removeFirst(), (key, n) -> n == 1 ? null : n - 1);
    }
  }

  /**
   * Returns the rank of a target among a catalog without the history; ties count half.
   *
   * @param items size of the catalog, the target included
   * @param history items left out, all of them in the catalog
   */
  double rank(String target, int items, Set<String> history) {
    int own = counts.getOrDefault(target, 0);
    int above = 0;
    int ties = 0;
    int counted = 0;
    for (Map.Entry<String, Integer> entry : counts.entrySet()) {
      String item = entry.getKey();
      if (item.equals(target) || history.contains(item)) {
        continue;
      }
      counted++;
      if (entry.getValue() > own) {
        above++;
      } else if (entry.getValue() == own) {
        ties++;
      }
    }
    if (own == 0) {
      ties = Math.max(0, items - 1 - history.size() - counted);
    }
    return 1 + above + ties / 2.0;
  }
}
