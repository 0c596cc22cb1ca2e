package dev.headwater.idp.evaluate;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** How often each item was chosen in the last events. */
final class RecentPopularity {
  private final int window;
  private final int[] counts;
  private final Deque<Integer> recent = new ArrayDeque<>();

  RecentPopularity(int items, int window) {
    this.window = window;
    this.counts = new int[items];
  }

  void add(int item) {
    counts[item]++;
    recent.add(item);
    if (recent.size() > window) {
      counts[recent.remove()]--;
    }
  }

  /** The rank of a target among all items but those of the history; ties count half. */
  double rank(int[] history, int target) {
    int above = 0;
    int equal = 0;
    for (int count : counts) {
      if (count > counts[target]) {
        above++;
      } else if (count == counts[target]) {
        equal++;
      }
    }
    for (int item : Arrays.stream(history).distinct().toArray()) {
      if (item != target && counts[item] > counts[target]) {
        above--;
      } else if (item != target && counts[item] == counts[target]) {
        equal--;
      }
    }
    return above + 1 + (equal - 1) * 0.5;
  }
}
