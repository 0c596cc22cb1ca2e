package dev.headwater.idp.online;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How often each item was chosen in the last events: the reference that every recommender must
 * beat, and what is served while nothing else is known. Safe for many threads.
 *
 * @param <T> what items are named by; equal names are one item
 */
public final class RecentPopularity<T> {
  private final int window;
  private final Deque<T> recent = new ArrayDeque<>();
  private final Map<T, Integer> counts = new HashMap<>();

  /**
   * An item and how often it was chosen.
   *
   * @param item its name
   * @param count how often, at least once
   * @param <T> what items are named by
   */
  public record Popular<T>(T item, int count) {}

  /**
   * Looks back over some events.
   *
   * @param window how many, at least 1
   */
  public RecentPopularity(int window) {
    if (window < 1) {
      throw new IllegalArgumentException("a window has at least one event, not " + window);
    }
    this.window = window;
  }

  /** Counts one event; the oldest one beyond the window is forgotten. */
  public synchronized void add(T item) {
    recent.addLast(item);
    counts.merge(item, 1, Integer::sum);
    if (recent.size() > window) {
      counts.computeIfPresent(recent.removeFirst(), (key, n) -> n == 1 ? null : n - 1);
    }
  }

  /** How often an item was chosen. */
  public synchronized int count(T item) {
    return counts.getOrDefault(item, 0);
  }

  /**
   * The items of the window, most popular first.
   *
   * @param ties the order of those that were chosen equally often
   */
  public synchronized List<Popular<T>> ranking(Comparator<? super T> ties) {
    List<Popular<T>> ranking = new ArrayList<>(counts.size());
    counts.forEach((item, count) -> ranking.add(new Popular<>(item, count)));
    Comparator<Popular<T>> mostFirst = Comparator.comparingInt(popular -> -popular.count());
    ranking.sort(mostFirst.thenComparing(Popular::item, ties));
    return ranking;
  }

  /**
   * The rank of a target in a catalog without the history; ties count half.
   *
   * @param items size of the catalog, which holds the target, the history and all that was counted
   * @param history items left out; the target is ranked though it stands there
   */
  public synchronized double rank(T target, int items, Collection<T> history) {
    Set<T> left = new HashSet<>(history);
    left.remove(target);
    int own = count(target);
    int above = 0;
    int equal = 0;
    int counted = 0;
    for (Map.Entry<T, Integer> entry : counts.entrySet()) {
      if (entry.getKey().equals(target) || left.contains(entry.getKey())) {
        continue;
      }
      counted++;
      above += entry.getValue() > own ? 1 : 0;
      equal += entry.getValue() == own ? 1 : 0;
    }
    if (own == 0) {
      equal = Math.max(0, items - 1 - left.size() - counted);
    }
    return 1 + above + equal / 2.0;
  }
}
