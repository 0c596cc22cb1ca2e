package dev.headwater.serving.state;

import dev.headwater.events.wire.QualityWindow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The newest prequential windows of each domain, bounded. Safe for concurrent use. */
public final class QualityWindows {
  private final int limit;
  private final Map<String, Deque<QualityWindow>> byDomain = new HashMap<>();

  /** Keeps at most {@code limit} windows of a domain. */
  public QualityWindows(int limit) {
    this.limit = limit;
  }

  /** Takes in a window. */
  public synchronized void add(QualityWindow window) {
    Deque<QualityWindow> windows =
        byDomain.computeIfAbsent(window.getDomain(), domain -> new ArrayDeque<>());
    windows.addLast(window);
    if (windows.size() > limit) {
      windows.removeFirst();
    }
  }

  /** Returns the newest windows that ended after {@code sinceMs}, oldest first. */
  public synchronized List<QualityWindow> newest(String domain, long sinceMs, int count) {
    List<QualityWindow> found = new ArrayList<>();
    for (QualityWindow window : byDomain.getOrDefault(domain, new ArrayDeque<>())) {
      if (window.getToMs() > sinceMs) {
        found.add(window);
      }
    }
    return List.copyOf(found.subList(Math.max(0, found.size() - count), found.size()));
  }
}
