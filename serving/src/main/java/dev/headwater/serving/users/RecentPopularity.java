package dev.headwater.serving.users;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How often each item was taken in the last interactions of a domain. Safe for concurrent use. */
public final class RecentPopularity {
  private final int[] window;
  private final Map<Integer, Integer> counts = new HashMap<>();
  private long taken;

  /**
   * An item and how often it was taken.
   *
   * @param code the item
   * @param count how often
   */
  public record Popular(int code, int count) {}

  /** Looks back over {@code size} interactions. */
  public RecentPopularity(int size) {
    window = new int[size];
  }

  /** Counts one interaction. */
  public synchronized void add(int code) {
    int at = (int) (taken % window.length);
    if (taken >= window.length) {
      counts.computeIfPresent(window[at], (item, count) -> count == 1 ? null : count - 1);
    }
    window[at] = code;
    taken++;
    counts.merge(code, 1, Integer::sum);
  }

  /** Returns the items of the window, most popular first. */
  public synchronized List<Popular> ranking() {
    List<Popular> ranking = new ArrayList<>(counts.size());
    counts.forEach((code, count) -> ranking.add(new Popular(code, count)));
    ranking.sort(
        Comparator.comparingInt(Popular::count).reversed().thenComparingInt(Popular::code));
    return ranking;
  }
}
